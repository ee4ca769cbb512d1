"""What the pages of a platform member show."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import CostLine, Judgement, Proposal, ProposalStatus
from wijkbudget.domain.wijk import Wijk
from wijkbudget.domain.wijkplatform import Wijkplatform
from wijkbudget.services.found_wijkplatform import platforms_of, require_member
from wijkbudget.services.read_pots import pot_budget
from wijkbudget.services.submit_proposal import BEFORE_THE_RESULT

EDITABLE = (ProposalStatus.DRAFT, ProposalStatus.SUBMITTED)
GONE = (ProposalStatus.WITHDRAWN, ProposalStatus.FUNDED, ProposalStatus.NOT_FUNDED)


@dataclass(frozen=True)
class OpenPot:
    """A wijk of a running submission phase for which this platform may submit."""

    pot_id: int
    round_name: str
    wijk: str
    budget_cents: int
    min_cost_cents: int
    max_cost_cents: int
    closes_at: datetime


@dataclass(frozen=True)
class PlatformDesk:
    """One platform of the member: where it may submit now, and its proposals, newest first."""

    platform: Wijkplatform
    wijk: str
    open_pots: list[OpenPot]
    proposals: list[tuple[Proposal, str]]


@dataclass(frozen=True)
class ProposalDesk:
    """One proposal with what may be done to it now."""

    proposal: Proposal
    round_name: str
    round_id: int
    wijk: str
    lines: list[CostLine]
    judgement: Judgement | None
    may_change: bool
    may_submit: bool
    may_withdraw: bool
    submission_closes_at: datetime


def desks(session: Session, now: datetime, actor: Actor) -> list[PlatformDesk]:
    """The platforms of the member."""
    assert actor.account_id is not None
    found = []
    for platform in platforms_of(session, actor.account_id, local_day(now)):
        wijk = session.get_one(Wijk, platform.wijk_id)
        wanted = (
            select(Proposal, BudgetRound.name)
            .join(BudgetRound, col(BudgetRound.id) == col(Proposal.round_id))
            .where(Proposal.wijkplatform_id == platform.id)
            .order_by(col(Proposal.id).desc())
        )
        proposals = [(proposal, name) for proposal, name in session.exec(wanted)]
        pots = open_pots(session, now, platform) if platform.may_submit_on(local_day(now)) else []
        found.append(PlatformDesk(platform, wijk.name, pots, proposals))
    return found


@dataclass(frozen=True)
class DraftingDesk:
    """The page on which a new proposal is written. `open`: whether it can be saved now."""

    platform_name: str
    pot: OpenPot
    open: bool


def drafting_desk(
    session: Session, now: datetime, actor: Actor, platform_id: int, pot_id: int
) -> DraftingDesk:
    """The page for a new proposal of one of the member's platforms. Raises NotFound or NotAllowed."""
    platform, pot = session.get(Wijkplatform, platform_id), session.get(BudgetPot, pot_id)
    if platform is None or pot is None or pot.wijk_id != platform.wijk_id:
        raise NotFound("Voor deze wijk kunt u nu geen plannen indienen.")
    require_member(session, actor, platform_id, local_day(now))
    budget_round = session.get_one(BudgetRound, pot.round_id)
    running = budget_round.phase_at(now) is Phase.SUBMISSION and platform.may_submit_on(local_day(now))
    return DraftingDesk(platform.name, _open_pot(session, pot, budget_round), running)


def open_pots(session: Session, now: datetime, platform: Wijkplatform) -> list[OpenPot]:
    """Where the platform may submit now."""
    wanted = (
        select(BudgetPot, BudgetRound)
        .join(BudgetRound, col(BudgetRound.id) == col(BudgetPot.round_id))
        .where(BudgetPot.wijk_id == platform.wijk_id, BudgetRound.status == RoundStatus.OPENED)
        .order_by(col(BudgetRound.submission_closes_at))
    )
    running = [(pot, r) for pot, r in session.exec(wanted) if r.phase_at(now) is Phase.SUBMISSION]
    pots = [_open_pot(session, pot, budget_round) for pot, budget_round in running]
    return [pot for pot in pots if pot.budget_cents]


def _open_pot(session: Session, pot: BudgetPot, budget_round: BudgetRound) -> OpenPot:
    budget = pot_budget(session, pot.id)
    return OpenPot(
        pot_id=pot.id,
        round_name=budget_round.name,
        wijk=session.get_one(Wijk, pot.wijk_id).name,
        budget_cents=budget,
        min_cost_cents=budget_round.min_cost_cents,
        max_cost_cents=min(budget, budget_round.max_cost_cents or budget),
        closes_at=budget_round.submission_closes_at,
    )


def own_proposal(session: Session, now: datetime, actor: Actor, proposal_id: int) -> Proposal:
    """A proposal of one of the member's platforms. Raises NotFound or NotAllowed."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.wijkplatform_id is None:
        raise NotFound("Dit plan bestaat niet, of het is niet van uw wijkplatform.")
    require_member(session, actor, proposal.wijkplatform_id, local_day(now))
    return proposal


def cost_lines(session: Session, proposal_id: int) -> list[CostLine]:
    """The estimate, in order."""
    wanted = select(CostLine).where(CostLine.proposal_id == proposal_id)
    return list(session.exec(wanted.order_by(col(CostLine.position))))


def proposal_desk(session: Session, now: datetime, actor: Actor, proposal_id: int) -> ProposalDesk:
    """The page of one own proposal."""
    proposal = own_proposal(session, now, actor, proposal_id)
    budget_round = session.get_one(BudgetRound, proposal.round_id)
    wijk = session.get_one(Wijk, session.get_one(BudgetPot, proposal.pot_id).wijk_id)
    judged = select(Judgement).where(Judgement.proposal_id == proposal_id).order_by(col(Judgement.id).desc())
    phase = budget_round.phase_at(now)
    submission = phase is Phase.SUBMISSION
    return ProposalDesk(
        proposal=proposal,
        round_name=budget_round.name,
        round_id=budget_round.id,
        wijk=wijk.name,
        lines=cost_lines(session, proposal_id),
        judgement=session.exec(judged.limit(1)).first(),
        may_change=submission and proposal.status in EDITABLE,
        may_submit=submission and proposal.status == ProposalStatus.DRAFT,
        may_withdraw=phase in BEFORE_THE_RESULT and proposal.status not in GONE,
        submission_closes_at=budget_round.submission_closes_at,
    )
