"""Certify the result of a round: it becomes public, and the money is allocated in the ledger."""

from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_pot import EntryKind, PotEntry
from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.count import Count, CountStep
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.services.build_election import build_election, last_count
from wijkbudget.services.count_round import input_hash, is_repeated
from wijkbudget.services.open_round import require_unchanged_rules
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.write_audit import write_audit
from wijkbudget.tally import Decision


def certify_result(session: Session, now: datetime, actor: Actor, round_id: int) -> BudgetRound:
    """Make the counted result final. Raises WrongPhase before the count is complete.

    The ballots are hashed and counted once more: the result is certified over exactly what was counted, and
    only when every stored step comes out again.
    """
    actor.require(Role.OFFICIAL)
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.COUNTED)
    require_unchanged_rules(session, budget_round)
    for pot in pots_of(session, round_id):
        count = last_count(session, pot.id)
        if count is None or input_hash(build_election(session, budget_round, pot.id)) != count.input_sha256:
            raise DomainError(
                f"De stembiljetten van {pot.wijk} zijn na de telling veranderd. Waarschuw de beheerder."
            )
        steps = _steps_of(session, count)
        if not is_repeated(session, budget_round, count, steps):
            raise DomainError(
                f"De telling van {pot.wijk} is na het tellen veranderd. Stel niets vast; waarschuw de beheerder."
            )
        for step in steps:
            _settle(session, now, pot.id, step)
    budget_round.move_to(RoundStatus.CERTIFIED)
    write_audit(session, now, actor, "round.certified", f"round:{round_id}")
    return budget_round


def _steps_of(session: Session, count: Count) -> list[CountStep]:
    wanted = select(CountStep).where(CountStep.count_id == count.id)
    return list(session.exec(wanted.order_by(col(CountStep.number))))


def _settle(session: Session, now: datetime, pot_id: int, step: CountStep) -> None:
    proposal = session.get_one(Proposal, step.proposal_id)
    if step.decision == Decision.FUNDED:
        proposal.move_to(ProposalStatus.FUNDED)
        _allocate(session, now, pot_id, proposal, step.cost_cents, "uitslag van de stemming")
    elif step.decision == Decision.OFFERED_REMAINDER:
        # The money is kept for the smaller version; whether that comes is decided outside this program.
        proposal.move_to(ProposalStatus.NOT_FUNDED)
        offered = step.left_before_cents - step.left_after_cents
        _allocate(session, now, pot_id, proposal, offered, "aangeboden voor een kleinere versie")
    elif proposal.status != ProposalStatus.WITHDRAWN:
        proposal.move_to(ProposalStatus.NOT_FUNDED)


def _allocate(
    session: Session, now: datetime, pot_id: int, proposal: Proposal, cents: int, reason: str
) -> None:
    session.add(
        PotEntry(
            pot_id=pot_id,
            kind=EntryKind.ALLOCATION,
            cents=-cents,
            reason=f"plan {proposal.number}: {reason}",
            proposal_id=proposal.id,
            entered_at=now,
        )
    )
