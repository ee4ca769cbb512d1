"""What the pages of a round show."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from wijkbudget.domain.budget_pot import PotEntry
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.count import Count, CountStatus, Draw
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import Proposal, ProposalStatus, SubmitterKind
from wijkbudget.domain.sealed_vote import KeyShare, RoundKey
from wijkbudget.services.build_election import last_count
from wijkbudget.services.read_pots import PotView, pot_balance, pots_of
from wijkbudget.services.read_turnout import Turnout, read_turnout
from wijkbudget.web.templating import moment, until

STEP_OF = {
    Phase.DRAFT: 0,
    Phase.ANNOUNCED: 1,
    Phase.SUBMISSION: 1,
    Phase.REVIEW: 2,
    Phase.LAPSED: 2,
    Phase.BALLOT_FIXED: 3,
    Phase.VOTING: 4,
    Phase.CLOSED: 5,
    Phase.COUNTED: 5,
    Phase.CERTIFIED: 6,
}
AFTER_THE_VOTE = (Phase.CLOSED, Phase.COUNTED, Phase.CERTIFIED)
WITH_TURNOUT = (Phase.VOTING, *AFTER_THE_VOTE)
ROLL_OPEN = (Phase.ANNOUNCED, Phase.SUBMISSION, Phase.REVIEW)


@dataclass(frozen=True)
class PotPage:
    """One wijk of the round: money, roll, plans and count. A running total of votes is never here."""

    pot: PotView
    balance_cents: int
    ledger: tuple[PotEntry, ...]
    registered: int
    turnout: Turnout
    on_ballot: int
    count: Count | None
    lot_recorded: bool

    @property
    def counted(self) -> bool:
        """Whether this wijk has a complete count."""
        return self.count is not None and self.count.status == CountStatus.COMPLETE

    @property
    def lot_required(self) -> bool:
        """Whether the count of this wijk waits for a lot."""
        return (
            self.count is not None and self.count.status == CountStatus.LOT_REQUIRED and not self.lot_recorded
        )


@dataclass(frozen=True)
class RoundPage:
    """The cockpit of a round."""

    round: BudgetRound
    phase: Phase
    steps: tuple[dict[str, str], ...]
    step: int
    pots: tuple[PotPage, ...]
    statuses: dict[ProposalStatus, int]
    hidden_drafts: int
    key: RoundKey | None
    unchecked_shares: int
    opens_itself: bool

    @property
    def keys_ready(self) -> bool:
        """Whether the ballot list can be fixed as far as the keys go; a demonstration makes them then."""
        return self.opens_itself or (self.key is not None and not self.unchecked_shares)

    @property
    def sealed_up(self) -> bool:
        """Whether the ballots must still be opened by holders of the key before they can be counted."""
        return not self.opens_itself and self.key is not None and self.key.opened_at is None

    @property
    def shows_turnout(self) -> bool:
        """Turnout is shown from the opening of the vote on."""
        return self.phase in WITH_TURNOUT

    @property
    def may_count(self) -> bool:
        """Whether a wijk can be counted now: the vote has closed and not every wijk waits for its lot."""
        return self.phase is Phase.CLOSED and any(
            p.count is None or (p.count.status == CountStatus.LOT_REQUIRED and p.lot_recorded)
            for p in self.pots
        )

    @property
    def without_roll(self) -> list[str]:
        """The wijken in which nobody may vote yet."""
        return [p.pot.wijk for p in self.pots if not p.turnout.entitled]

    @property
    def without_plans(self) -> list[str]:
        """The wijken without a plan on the ballot list."""
        return [p.pot.wijk for p in self.pots if not p.on_ballot]

    @property
    def waiting(self) -> int:
        """Plans without a judgement."""
        return self.statuses.get(ProposalStatus.SUBMITTED, 0)

    @property
    def undecided(self) -> int:
        """Feasible plans that are not on the ballot list."""
        return self.statuses.get(ProposalStatus.FEASIBLE, 0)

    @property
    def ready_to_fix(self) -> bool:
        """Whether nothing stands in the way of fixing the ballot list."""
        return self.phase is Phase.REVIEW and not (
            self.waiting or self.undecided or self.without_plans or self.without_roll
        )


def get_round(session: Session, round_id: int) -> BudgetRound:
    """The round, or NotFound."""
    found = session.get(BudgetRound, round_id)
    if found is None:
        raise NotFound("Deze ronde bestaat niet.")
    return found


def round_page(
    session: Session, now: datetime, budget_round: BudgetRound, *, opens_itself: bool = False
) -> RoundPage:
    """Everything the cockpit shows. `opens_itself`: it is a demonstration, see `Vault`."""
    phase = budget_round.phase_at(now)
    statuses, hidden = _plans(session, budget_round.id)
    return RoundPage(
        round=budget_round,
        phase=phase,
        steps=_steps(budget_round),
        step=STEP_OF[phase],
        pots=tuple(_pot_page(session, pot) for pot in pots_of(session, budget_round.id)),
        statuses=statuses,
        hidden_drafts=hidden,
        key=session.get(RoundKey, budget_round.id),
        unchecked_shares=session.exec(
            select(func.count()).where(
                KeyShare.round_id == budget_round.id, col(KeyShare.checked_at).is_(None)
            )
        ).one(),
        opens_itself=opens_itself,
    )


def _plans(session: Session, round_id: int) -> tuple[dict[ProposalStatus, int], int]:
    """How many plans have each status, and how many drafts are still with their platform."""
    hidden = (col(Proposal.submitter_kind) == SubmitterKind.PLATFORM) & col(Proposal.submitted_at).is_(None)
    counted = (
        select(Proposal.status, func.count())
        .where(Proposal.round_id == round_id)
        .group_by(col(Proposal.status))
    )
    seen = {ProposalStatus(status): number for status, number in session.exec(counted.where(~hidden))}
    drafts = session.exec(counted.where(hidden, Proposal.status == ProposalStatus.DRAFT)).first()
    return seen, drafts[1] if drafts else 0


def _pot_page(session: Session, pot: PotView) -> PotPage:
    ledger = session.exec(select(PotEntry).where(PotEntry.pot_id == pot.id).order_by(col(PotEntry.id)))
    listed = select(func.count()).where(
        Proposal.pot_id == pot.id,
        (col(Proposal.status) == ProposalStatus.ON_BALLOT) | col(Proposal.was_on_ballot),
    )
    count = last_count(session, pot.id)
    drawn = (
        count is not None
        and session.exec(select(Draw.id).where(Draw.count_id == count.id)).first() is not None
    )
    return PotPage(
        pot=pot,
        balance_cents=pot_balance(session, pot.id),
        ledger=tuple(ledger),
        registered=session.exec(select(func.count()).where(RollEntry.pot_id == pot.id)).one(),
        turnout=read_turnout(session, pot.id),
        on_ballot=session.exec(listed).one(),
        count=count,
        lot_recorded=drawn,
    )


def _steps(budget_round: BudgetRound) -> tuple[dict[str, str], ...]:
    days = {
        name: f"{moment(getattr(budget_round, f'{name}_opens_at'))} tot en met "
        f"{until(getattr(budget_round, f'{name}_closes_at'))}"
        for name in ("submission", "voting")
    }
    return (
        {"label": "Concept", "detail": "inrichten en openen"},
        {"label": "Plannen indienen", "detail": days["submission"]},
        {"label": "Toetsing", "detail": "oordeel per plan"},
        {"label": "Stemlijst", "detail": "vastgesteld"},
        {"label": "Stemmen", "detail": days["voting"]},
        {"label": "Telling", "detail": "voorlopige uitslag"},
        {"label": "Uitslag", "detail": "vastgesteld"},
    )
