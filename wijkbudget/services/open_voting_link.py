"""What lies behind a voting link: looking changes nothing, starting begins the time to fill in the ballot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from wijkbudget.db import lock_round
from wijkbudget.domain.amsterdam import local
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import LinkExpired, LinkInvalid, VoteClosed

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
        started = self.token.started_at
        return self.token.expires_at if started is None else max(self.token.expires_at, started + FILL_IN)


def open_voting_link(session: Session, now: datetime, id_sha256: str, *, lock: bool = False) -> OpenLink:
    """Look up a link without changing anything. Raises LinkInvalid, VoteClosed or LinkExpired.

    A started link stays good for the time to fill in, also when it is opened from the mail again.
    `lock` keeps the round in its phase until the transaction ends.
    """
    token = session.get(EmailToken, id_sha256)
    if token is None:
        raise LinkInvalid("Misschien is een stuk van de link weggevallen.")
    entry = session.get_one(RollEntry, token.roll_entry_id)
    if lock:
        lock_round(session, entry.round_id, shared=True)
    budget_round = session.get_one(BudgetRound, entry.round_id)
    require_open_vote(budget_round, now)
    if token.spent:
        raise LinkExpired("Deze link is vervangen door een nieuwere. Open de link uit de laatste mail.")
    found = OpenLink(token, entry, budget_round)
    if now >= found.good_until:
        raise LinkExpired("Deze link is verlopen.")
    return found


def start_ballot(session: Session, now: datetime, id_sha256: str) -> OpenLink:
    """Begin filling in: from the first start on, two hours count. The link stays good until the ballot is cast."""
    found = open_voting_link(session, now, id_sha256)
    if found.token.started_at is None:
        found.token.started_at = now
    return found


def require_open_vote(budget_round: BudgetRound, now: datetime) -> None:
    """Raise VoteClosed, saying whether the vote is yet to begin or over."""
    phase = budget_round.phase_at(now)
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
