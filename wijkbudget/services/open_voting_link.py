"""What lies behind a voting link: looking changes nothing, starting begins the time to fill in the ballot."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from wijkbudget.db import hold_round, shared_lock
from wijkbudget.domain.amsterdam import local
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import LinkExpired, LinkInvalid, VoteClosed
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.domain.wijk import Wijk

FILL_IN = timedelta(hours=2)


@dataclass(frozen=True)
class OpenLink:
    """A link that may be used now, with the round and the wijk it votes in."""

    token: EmailToken
    entry: RollEntry
    budget_round: BudgetRound

    @property
    def good_until(self) -> datetime:
        """The first instant at which no ballot can be cast with it any more, whatever the round does."""
        return good_until(self.token.expires_at, self.token.started_at)


class CastLink(NamedTuple):
    """A link with which a ballot may be cast now, and all that casting needs to know about voter, wijk and round.

    `email` is where the confirmation goes. What comes from the keys of the round is None when it has none.
    """

    email: str | None
    expires_at: datetime
    started_at: datetime | None
    spent: bool
    entry_id: int
    pot_id: int
    round_id: int
    round_name: str
    ballot_type: str
    status: str
    submission_opens_at: datetime
    submission_closes_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime
    wijk: str
    wijk_code: str
    gemeente: str
    public_id: str | None
    public_key: str | None
    opening: str | None
    sealed_at: datetime | None


# Built once: a vote is cast many times in a second.
_OF_THIS_LINK = col(EmailToken.id_sha256) == bindparam("id_sha256")
_OPEN_LINK = (
    select(EmailToken, RollEntry, BudgetRound)
    .join(RollEntry, col(RollEntry.id) == col(EmailToken.roll_entry_id))
    .join(BudgetRound, col(BudgetRound.id) == col(RollEntry.round_id))
    .where(_OF_THIS_LINK)
)
_HOLD_ROUND = shared_lock(
    select_columns(col(RollEntry.round_id))
    .join(EmailToken, col(EmailToken.roll_entry_id) == col(RollEntry.id))
    .where(_OF_THIS_LINK)
    .scalar_subquery()
)
_CAST_LINK = (
    select_columns(
        col(EmailToken.email),
        col(EmailToken.expires_at),
        col(EmailToken.started_at),
        col(EmailToken.spent),
        col(RollEntry.id),
        col(RollEntry.pot_id),
        col(RollEntry.round_id),
        col(BudgetRound.name),
        col(BudgetRound.ballot_type),
        col(BudgetRound.status),
        col(BudgetRound.submission_opens_at),
        col(BudgetRound.submission_closes_at),
        col(BudgetRound.voting_opens_at),
        col(BudgetRound.voting_closes_at),
        col(Wijk.name),
        col(Wijk.code),
        col(Wijk.gemeente),
        col(RoundKey.public_id),
        col(RoundKey.public_key),
        col(RoundKey.opening),
        col(RoundKey.sealed_at),
    )
    .select_from(EmailToken)
    .join(RollEntry, col(RollEntry.id) == col(EmailToken.roll_entry_id))
    .join(BudgetRound, col(BudgetRound.id) == col(RollEntry.round_id))
    .join(BudgetPot, col(BudgetPot.id) == col(RollEntry.pot_id))
    .join(Wijk, col(Wijk.id) == col(BudgetPot.wijk_id))
    .outerjoin(RoundKey, col(RoundKey.round_id) == col(RollEntry.round_id))
    .where(_OF_THIS_LINK)
)


def open_voting_link(session: Session, now: datetime, id_sha256: str) -> OpenLink:
    """Look up a link without changing anything. Raises LinkInvalid, VoteClosed or LinkExpired.

    A started link stays good for the time to fill in, also when it is opened from the mail again.
    """
    row = session.exec(_OPEN_LINK, params={"id_sha256": id_sha256}).first()
    if row is None:
        raise _no_such_link()
    found = OpenLink(*row)
    _require_usable(found.budget_round, now, spent=found.token.spent, until=found.good_until)
    return found


def cast_link(session: Session, now: datetime, id_sha256: str) -> CastLink:
    """The same link for the act of casting: the round is kept in its phase until the transaction ends.

    Raises what `open_voting_link` does.
    """
    connection, this = session.connection(), {"id_sha256": id_sha256}
    hold_round(connection, _HOLD_ROUND, this)
    row = connection.execute(_CAST_LINK, this).first()
    if row is None:
        raise _no_such_link()
    found = CastLink._make(row)
    until = good_until(found.expires_at, found.started_at)
    # It has the state and the dates of its round under the same names.
    _require_usable(cast(BudgetRound, found), now, spent=found.spent, until=until)
    return found


def start_ballot(session: Session, now: datetime, id_sha256: str) -> OpenLink:
    """Begin filling in: from the first start on, two hours count. The link stays good until the ballot is cast."""
    found = open_voting_link(session, now, id_sha256)
    if found.token.started_at is None:
        found.token.started_at = now
    return found


def good_until(expires_at: datetime, started_at: datetime | None) -> datetime:
    """Until when a link is good that expires then and was started then, if it was."""
    return expires_at if started_at is None else max(expires_at, started_at + FILL_IN)


def require_open_vote(budget_round: BudgetRound, now: datetime) -> None:
    """Raise VoteClosed, saying whether the vote is yet to begin or over."""
    phase = BudgetRound.phase_at(budget_round, now)
    if phase is Phase.VOTING:
        return
    if phase in (Phase.CLOSED, Phase.COUNTED, Phase.CERTIFIED):
        raise VoteClosed(
            "De stemming is gesloten. Uw stem kan niet meer worden geteld. De uitslag komt op deze website."
        )
    opens = local(budget_round.voting_opens_at)
    raise VoteClosed(
        f"De stemming is nog niet open. Stemmen kan vanaf {opens:%d-%m-%Y} om {opens:%H:%M} uur."
    )


def _require_usable(budget_round: BudgetRound, now: datetime, *, spent: bool, until: datetime) -> None:
    require_open_vote(budget_round, now)
    if spent:
        raise LinkExpired("Deze link is vervangen door een nieuwere. Open de link uit de laatste mail.")
    if now >= until:
        raise LinkExpired("Deze link is verlopen.")


def _no_such_link() -> LinkInvalid:
    return LinkInvalid("Misschien is een stuk van de link weggevallen.")
