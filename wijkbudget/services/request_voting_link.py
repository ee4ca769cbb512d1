"""A resident asks for a voting link. What they see does not tell whether they are on the roll."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import already_voted, voting_link
from wijkbudget.services.issue_letter_codes import hash_letter_code
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.services.voting_links import VotingLinks

MAX_LINKS_PER_HOUR = 3


@dataclass(frozen=True)
class LinkRequest:
    """What the resident filled in: an address, and either home address or the code from the letter."""

    email: str
    postcode: str | None = None
    house_number: int | None = None
    letter_code: str | None = None


@dataclass(frozen=True)
class LinkSettings:
    """What links need: the signing key, how long they can be opened, and how to write their address."""

    secret_key: str
    lifetime: timedelta
    url_for_link: Callable[[str], str]


def request_voting_link(session: Session, now: datetime, request: LinkRequest, settings: LinkSettings) -> None:
    """Mail a link for each roll entry that fits and may vote now.

    With postcode and house number the mail goes to the address that the roll holds, and only if it is the one
    typed; with the code from the letter it goes to the address typed. Everyone at one address gets a mail.
    """
    for entry in _entries(session, request, settings.secret_key):
        if _links_in_last_hour(session, now, entry.id) < MAX_LINKS_PER_HOUR:
            _mail_link(session, now, entry, request.email, settings)


def _entries(session: Session, request: LinkRequest, secret_key: str) -> list[RollEntry]:
    wanted = select(RollEntry).where(col(RollEntry.age_ok)).order_by(col(RollEntry.id)).limit(20)
    if request.letter_code is not None:
        hashed = hash_letter_code(request.letter_code, secret_key)
        wanted = wanted.where(RollEntry.letter_code_hash == hashed)
    else:
        wanted = wanted.where(
            RollEntry.email == request.email,
            RollEntry.postcode == request.postcode,
            RollEntry.house_number == request.house_number,
        )
    return list(session.exec(wanted))


def _links_in_last_hour(session: Session, now: datetime, entry_id: int) -> int:
    recent = select(func.count()).where(
        EmailToken.roll_entry_id == entry_id, EmailToken.created_at > now - timedelta(hours=1)
    )
    return session.exec(recent).one()


def _mail_link(session: Session, now: datetime, entry: RollEntry, recipient: str, settings: LinkSettings) -> None:
    budget_round = session.get_one(BudgetRound, entry.round_id)
    if budget_round.phase_at(now) is not Phase.VOTING:
        return
    wijk = session.get_one(Wijk, session.get_one(BudgetPot, entry.pot_id).wijk_id)
    text, hashed = VotingLinks(settings.secret_key).new()
    token = EmailToken(
        id_sha256=hashed,
        roll_entry_id=entry.id,
        email=None if entry.voted else recipient,
        created_at=now,
        expires_at=now + settings.lifetime,
        spent=entry.voted,
    )
    session.add(token)
    about = {"municipality": wijk.gemeente, "round_name": budget_round.name, "wijk": wijk.name}
    about["roll_number"] = entry.external_number
    if entry.voted:
        message = already_voted(**about)
    else:
        message = voting_link(
            **about,
            url=settings.url_for_link(text),
            expires_at=token.expires_at,
            closes_at=budget_round.voting_closes_at,
        )
    queue_mail(session, now, recipient=recipient, message=message)
