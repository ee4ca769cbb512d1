"""Find who may vote with what a resident filled in, and mail each of them a link. Nothing of it shows on a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session, col, func, select, update

from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import CLOCK_SKEW, EmailToken, Proof, Purpose
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import voting_link
from wijkbudget.services.issue_letter_codes import letter_code_hashes
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.services.voting_links import PATH, VotingLinks

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


class Installation(Protocol):
    """The settings of an installation that links depend on."""

    @property
    def secret_key(self) -> str: ...  # noqa: D102
    @property
    def old_keys(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def link_minutes(self) -> int: ...  # noqa: D102
    @property
    def links_per_network(self) -> int: ...  # noqa: D102
    @property
    def links_per_hour(self) -> int: ...  # noqa: D102
    @property
    def site(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class LinkSettings:
    """What links need: the keys, how long they can be opened, how to write their address, and how many there may be."""

    secret_key: str
    lifetime: timedelta
    url_for_link: Callable[[str], str]
    old_keys: tuple[str, ...] = ()
    per_network: int = 200
    per_hour: int = 5000

    @property
    def links(self) -> VotingLinks:
        """What signs and reads links with these keys."""
        return VotingLinks(self.secret_key, self.old_keys)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, newest first."""
        return (self.secret_key, *self.old_keys)


def link_settings(given: Installation) -> LinkSettings:
    """The settings for links of this installation. Their address never comes from a request."""
    return LinkSettings(
        secret_key=given.secret_key,
        lifetime=timedelta(minutes=given.link_minutes),
        url_for_link=lambda text: f"{given.site}{PATH}{text}",
        old_keys=given.old_keys,
        per_network=given.links_per_network,
        per_hour=given.links_per_hour,
    )


def request_voting_link(session: Session, now: datetime, request: LinkRequest, settings: LinkSettings) -> int:
    """Mail a link for each roll entry that fits and may vote now, whether it has voted or not; the number of mails.

    With postcode and house number the mail goes to the address that the roll holds, and only if it is the one
    typed; with the code from the letter it goes to the address typed, and links that went to another address
    (mistyped, perhaps) are void. Everyone at one address gets a mail.
    The two proofs have a limit each: who knows somebody's addresses cannot use up what their letter gives them.
    """
    mails = 0
    for entry in _entries(session, now, request, settings.keys):
        if _links_in_last_hour(session, now, entry.id, request.proof) < MAX_LINKS_PER_HOUR:
            if request.letter_code is not None:
                _replace_links_elsewhere(session, entry.id, request.email)
            _mail_link(session, now, entry, request, settings)
            mails += 1
    return mails


def _entries(session: Session, now: datetime, request: LinkRequest, keys: tuple[str, ...]) -> list[RollEntry]:
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
        hashes = letter_code_hashes(request.letter_code, keys)
        wanted = wanted.where(col(RollEntry.letter_code_hash).in_(hashes))
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
        EmailToken.purpose == Purpose.ASKED,
        EmailToken.proof == proof,
        EmailToken.created_at > now - timedelta(hours=1),
    )
    return session.exec(recent).one()


def _mail_link(
    session: Session, now: datetime, entry: RollEntry, request: LinkRequest, settings: LinkSettings
) -> None:
    budget_round = session.get_one(BudgetRound, entry.round_id)
    wijk = session.get_one(Wijk, session.get_one(BudgetPot, entry.pot_id).wijk_id)
    text, hashed = settings.links.new(Purpose.ASKED)
    session.add(
        EmailToken(
            id_sha256=hashed,
            roll_entry_id=entry.id,
            email=request.email,
            proof=request.proof,
            created_at=now,
            expires_at=now + settings.lifetime + CLOCK_SKEW,
        )
    )
    message = voting_link(
        municipality=wijk.gemeente,
        round_name=budget_round.name,
        wijk=wijk.name,
        roll_number=entry.external_number,
        url=settings.url_for_link(text),
        expires_at=now + settings.lifetime,
        closes_at=budget_round.voting_closes_at,
    )
    queue_mail(session, now, recipient=request.email, message=message)
