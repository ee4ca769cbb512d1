"""What the pages with plans show to an official."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.domain.account import Account
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import CostLine, Judgement, Proposal, ProposalStatus, SubmitterKind
from wijkbudget.domain.wijk import Wijk
from wijkbudget.services.found_wijkplatform import platforms_of
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.save_proposal import active_platform
from wijkbudget.services.submit_proposal import BEFORE_THE_RESULT
from wijkbudget.web.official.round_pages import RoundPage, get_round

EDITABLE = (ProposalStatus.DRAFT, ProposalStatus.SUBMITTED)
JUDGED = (
    ProposalStatus.SUBMITTED,
    ProposalStatus.FEASIBLE,
    ProposalStatus.INFEASIBLE,
    ProposalStatus.ON_BALLOT,
)
GONE = (ProposalStatus.WITHDRAWN, ProposalStatus.FUNDED, ProposalStatus.NOT_FUNDED)


@dataclass(frozen=True)
class WijkPlans:
    """The plans of one wijk that an official may see, by number."""

    pot: PotView
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True)
class PlanList:
    """The plans of a round per wijk; of the drafts of platforms only the number."""

    budget_round: BudgetRound
    phase: Phase
    wijken: tuple[WijkPlans, ...]
    numbers: dict[ProposalStatus, int]
    chosen: ProposalStatus | None
    hidden_drafts: int

    @property
    def may_take_in(self) -> bool:
        """Whether plans are submitted now."""
        return self.phase is Phase.SUBMISSION


@dataclass(frozen=True)
class PlanDesk:
    """One plan with everything about it, and what this person may do with it now."""

    proposal: Proposal
    budget_round: BudgetRound
    wijk: str
    lines: tuple[CostLine, ...]
    judgements: tuple[tuple[Judgement, str], ...]
    own_platform: bool
    may_judge: bool
    may_list: bool
    may_change: bool
    may_submit: bool
    may_withdraw: bool


@dataclass(frozen=True)
class IntakePage:
    """Where an official may take in a plan for a resident: the wijken of the round without an active platform."""

    budget_round: BudgetRound
    pots: tuple[PotView, ...]


def ballot_lists(session: Session, page: RoundPage) -> list[tuple[PotView, list[Proposal]]]:
    """The ballot list as it stands: per wijk of the round (by name) its plans on the list, by number.

    A wijk without a plan on the list is there with an empty list.
    """
    wanted = select(Proposal).where(
        Proposal.round_id == page.round.id, Proposal.status == ProposalStatus.ON_BALLOT
    )
    listed = list(session.exec(wanted.order_by(col(Proposal.number))))
    return [(p.pot, [plan for plan in listed if plan.pot_id == p.pot.id]) for p in page.pots]


def plan_list(session: Session, now: datetime, round_id: int, status: str = "") -> PlanList:
    """The plans of a round, or those with the status that was asked for. Raises NotFound."""
    budget_round = get_round(session, round_id)
    if status and status not in set(ProposalStatus):
        raise NotFound("Deze status bestaat niet. Kies een status in de lijst met plannen.")
    wanted = select(Proposal).where(Proposal.round_id == round_id).order_by(col(Proposal.number))
    everything = list(session.exec(wanted))
    seen = [plan for plan in everything if not _is_hidden(plan)]
    numbers: dict[ProposalStatus, int] = {}
    for plan in seen:
        numbers[ProposalStatus(plan.status)] = numbers.get(ProposalStatus(plan.status), 0) + 1
    shown = [plan for plan in seen if not status or plan.status == status]
    wijken = tuple(
        WijkPlans(pot, tuple(plan for plan in shown if plan.pot_id == pot.id))
        for pot in pots_of(session, round_id)
    )
    return PlanList(
        budget_round=budget_round,
        phase=budget_round.phase_at(now),
        wijken=wijken,
        numbers=numbers,
        chosen=ProposalStatus(status) if status else None,
        hidden_drafts=sum(_is_hidden(plan) and plan.status == ProposalStatus.DRAFT for plan in everything),
    )


def get_proposal(session: Session, proposal_id: int) -> Proposal:
    """A plan that officials may see. Raises NotFound, for a draft of a platform too."""
    found = session.get(Proposal, proposal_id)
    if found is None or _is_hidden(found):
        raise NotFound("Dit plan bestaat niet, of het is nog niet ingediend.")
    return found


def plan_desk(session: Session, now: datetime, actor: Actor, proposal_id: int, *, may_act: bool) -> PlanDesk:
    """The page of one plan. With `may_act` false nothing can be done on it. Raises NotFound."""
    proposal = get_proposal(session, proposal_id)
    budget_round = get_round(session, proposal.round_id)
    lines = select(CostLine).where(CostLine.proposal_id == proposal_id).order_by(col(CostLine.position))
    phase = budget_round.phase_at(now)
    own = proposal.wijkplatform_id is not None and proposal.wijkplatform_id in _own_platforms(
        session, now, actor
    )
    review = may_act and phase is Phase.REVIEW
    intake = may_act and proposal.submitter_kind == SubmitterKind.RESIDENT
    submission = intake and phase is Phase.SUBMISSION
    return PlanDesk(
        proposal=proposal,
        budget_round=budget_round,
        wijk=session.get_one(Wijk, session.get_one(BudgetPot, proposal.pot_id).wijk_id).name,
        lines=tuple(session.exec(lines)),
        judgements=_judgements(session, proposal_id),
        own_platform=own,
        may_judge=review and proposal.status in JUDGED and not own,
        may_list=review and proposal.status in (ProposalStatus.FEASIBLE, ProposalStatus.ON_BALLOT),
        may_change=submission and proposal.status in EDITABLE,
        may_submit=submission and proposal.status == ProposalStatus.DRAFT,
        may_withdraw=intake and phase in BEFORE_THE_RESULT and proposal.status not in GONE,
    )


def intake_page(session: Session, now: datetime, round_id: int) -> IntakePage:
    """The wijken that can be chosen at the counter. Raises WrongPhase outside the submission phase."""
    budget_round = get_round(session, round_id)
    budget_round.require_phase(now, Phase.SUBMISSION)
    pots = pots_of(session, round_id)
    return IntakePage(
        budget_round, tuple(pot for pot in pots if active_platform(session, pot.wijk_id) is None)
    )


def _is_hidden(plan: Proposal) -> bool:
    """A platform's plan stays with its makers until it is handed in, also when they take the draft back."""
    return plan.submitter_kind == SubmitterKind.PLATFORM and plan.submitted_at is None


def _judgements(session: Session, proposal_id: int) -> tuple[tuple[Judgement, str], ...]:
    wanted = (
        select(Judgement, Account.name)
        .outerjoin(Account, col(Account.id) == col(Judgement.judged_by))
        .where(Judgement.proposal_id == proposal_id)
        .order_by(col(Judgement.id).desc())
    )
    return tuple((judgement, name or "het systeem") for judgement, name in session.exec(wanted))


def _own_platforms(session: Session, now: datetime, actor: Actor) -> set[int]:
    if actor.account_id is None:
        return set()
    return {platform.id for platform in platforms_of(session, actor.account_id, local_day(now))}
