"""A resident asks for a voting link. What they see does not tell whether they are on the roll."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken, Proof
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import already_voted, voting_link
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.issue_letter_codes import hash_letter_code
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.services.voting_links import VotingLinks

MAX_LINKS_PER_HOUR = 3
# A home for the elderly may share one address; beyond this, those who have voted make room for the rest.
MAX_MAILS = 20


@dataclass(frozen=True)
class LinkRequest:
    """What the resident filled in: an address, and either home address or the code from the letter."""

    email: str
    postcode: str | None = None
    house_number: int | None = None
    letter_code: str | None = None

    @property
    def proof(self) -> Proof:
        """What the resident shows to be who they are."""
        return Proof.ADDRESS if self.letter_code is None else Proof.LETTER_CODE


@dataclass(frozen=True)
class LinkSettings:
    """What links need: the signing key, how long they can be opened, and how to write their address."""

    secret_key: str
    lifetime: timedelta
    url_for_link: Callable[[str], str]


def request_voting_link(
    session: Session, now: datetime, request: LinkRequest, settings: LinkSettings
) -> None:
    """Mail a link for each roll entry that fits and may vote now.

    With postcode and house number the mail goes to the address that the roll holds, and only if it is the one
    typed; with the code from the letter it goes to the address typed, and links that went to another address
    (mistyped, perhaps) are void. Everyone at one address gets a mail.
    The two proofs have a limit each: who knows somebody's addresses cannot use up what their letter gives them.
    """
    for entry in _entries(session, now, request, settings.secret_key):
        if _links_in_last_hour(session, now, entry.id, request.proof) < MAX_LINKS_PER_HOUR:
            if request.letter_code is not None:
                _replace_links_elsewhere(session, entry.id, request.email)
            _mail_link(session, now, entry, request, settings)
    forget_addresses(session, now)


def _entries(session: Session, now: datetime, request: LinkRequest, secret_key: str) -> list[RollEntry]:
    """Entries of rounds in which people vote now, those who have not voted first.

    They are locked in the order of their ids, so that two requests at once still count each other's links.
    """
    wanted = select(RollEntry).join(BudgetRound, col(BudgetRound.id) == col(RollEntry.round_id))
    wanted = wanted.where(
        col(RollEntry.age_ok),
        BudgetRound.status == RoundStatus.BALLOT_FIXED,
        BudgetRound.voting_opens_at <= now,
        BudgetRound.voting_closes_at > now,
    )
    if request.letter_code is not None:
        hashed = hash_letter_code(request.letter_code, secret_key)
        wanted = wanted.where(RollEntry.letter_code_hash == hashed)
    else:
        wanted = wanted.where(
            RollEntry.email == request.email,
            RollEntry.postcode == request.postcode,
            RollEntry.house_number == request.house_number,
        )
    wanted = wanted.order_by(col(RollEntry.voted), col(RollEntry.id)).limit(MAX_MAILS)
    ids = [entry.id for entry in session.exec(wanted)]
    locked = select(RollEntry).where(col(RollEntry.id).in_(ids)).order_by(col(RollEntry.id)).with_for_update()
    return list(session.exec(locked.execution_options(populate_existing=True)))


def _replace_links_elsewhere(session: Session, entry_id: int, email: str) -> None:
    """The letter is the best proof of who someone is: what it asks for replaces links sent to other addresses."""
    elsewhere = update(EmailToken).where(
        col(EmailToken.roll_entry_id) == entry_id, col(EmailToken.email) != email
    )
    session.exec(elsewhere.values(spent=True, email=None))


def _links_in_last_hour(session: Session, now: datetime, entry_id: int, proof: Proof) -> int:
    recent = select(func.count()).where(
        EmailToken.roll_entry_id == entry_id,
        EmailToken.proof == proof,
        EmailToken.created_at > now - timedelta(hours=1),
    )
    return session.exec(recent).one()


def _mail_link(
    session: Session, now: datetime, entry: RollEntry, request: LinkRequest, settings: LinkSettings
) -> None:
    budget_round = session.get_one(BudgetRound, entry.round_id)
    wijk = session.get_one(Wijk, session.get_one(BudgetPot, entry.pot_id).wijk_id)
    text, hashed = VotingLinks(settings.secret_key).new()
    token = EmailToken(
        id_sha256=hashed,
        roll_entry_id=entry.id,
        email=None if entry.voted else request.email,
        proof=request.proof,
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
    queue_mail(session, now, recipient=request.email, message=message)
