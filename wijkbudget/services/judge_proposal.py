"""Judge feasibility, put feasible proposals on the ballot list, and fix that list."""

from datetime import datetime

from sqlmodel import Session, col, func, select, update

from wijkbudget.db import lock_proposal, lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, NotAllowed
from wijkbudget.domain.plain_text import parse_text
from wijkbudget.domain.proposal import Judgement, Proposal, ProposalStatus, SubmitterKind
from wijkbudget.services.board import opening_of
from wijkbudget.services.found_wijkplatform import platforms_of
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.round_keys import require_ready_keys
from wijkbudget.services.write_audit import write_audit


def judge_proposal(
    session: Session, now: datetime, actor: Actor, proposal: Proposal, *, feasible: bool, reason: str
) -> Judgement:
    """Record whether a submitted proposal is feasible, and why. The reason is public. The last judgement stands.

    Nobody judges a proposal of a platform that they are a member of.
    """
    actor.require(Role.OFFICIAL)
    lock_proposal(session, proposal).require_phase(now, Phase.REVIEW)
    empty = "Geef de reden van het oordeel, in hoogstens 2000 tekens. Iedereen kan die lezen."
    reason = parse_text(reason, limit=2000, field="reason", empty=empty)
    _require_outsider(session, now, actor, proposal)
    _follow(proposal, feasible=feasible)
    judgement = Judgement(
        proposal_id=proposal.id,
        feasible=feasible,
        reason=reason,
        judged_by=actor.account_id,
        judged_at=now,
    )
    session.add(judgement)
    write_audit(session, now, actor, "proposal.judged", f"proposal:{proposal.id}", feasible=feasible)
    return judgement


def put_on_ballot(
    session: Session, now: datetime, actor: Actor, proposal: Proposal, *, on: bool = True
) -> None:
    """Put a feasible proposal on the ballot list, or take it off, until the list is fixed."""
    actor.require(Role.OFFICIAL)
    lock_proposal(session, proposal).require_phase(now, Phase.REVIEW)
    proposal.move_to(ProposalStatus.ON_BALLOT if on else ProposalStatus.FEASIBLE)
    action = "proposal.put_on_ballot" if on else "proposal.taken_off_ballot"
    write_audit(session, now, actor, action, f"proposal:{proposal.id}")


def fix_ballot_list(
    session: Session, now: datetime, actor: Actor, round_id: int, *, roll_known: bool = True
) -> BudgetRound:
    """Fix ballot list and electoral roll, and open the public board; the vote then opens and closes by the clock.

    Raises DomainError while a proposal waits for its judgement, a wijk has no proposals, the roll is empty, or the
    keys of the vote are not ready.
    `roll_known` is False only for elections held elsewhere, of which we have the ballots and not the roll.
    """
    actor.require(Role.OFFICIAL)
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.REVIEW)
    waiting = _how_many(session, round_id, ProposalStatus.SUBMITTED)
    if waiting:
        raise DomainError(f"Er zijn nog {waiting} plannen zonder oordeel. Beoordeel die eerst.")
    undecided = _how_many(session, round_id, ProposalStatus.FEASIBLE)
    if undecided:
        raise DomainError(
            f"Er zijn {undecided} haalbare plannen die niet op de stemlijst staan. "
            "Zet ze erop, of geef een oordeel met de reden waarom niet."
        )
    for pot in pots_of(session, round_id):
        listed = select(func.count()).where(
            Proposal.pot_id == pot.id, Proposal.status == ProposalStatus.ON_BALLOT
        )
        if not session.exec(listed).one():
            raise DomainError(f"Op de stemlijst van {pot.wijk} staat nog geen plan.")
        entitled = select(func.count()).where(RollEntry.pot_id == pot.id, col(RollEntry.age_ok))
        if roll_known and not session.exec(entitled).one():
            raise DomainError(f"Het kiesregister van {pot.wijk} is nog leeg. Lees het eerst in.")
    listed_now = (col(Proposal.round_id) == round_id, col(Proposal.status) == ProposalStatus.ON_BALLOT)
    session.exec(update(Proposal).where(*listed_now).values(was_on_ballot=True))
    if roll_known:
        key = require_ready_keys(session, round_id)
        key.opening = opening_of(session, budget_round, key).line.decode()
    budget_round.move_to(RoundStatus.BALLOT_FIXED)
    write_audit(session, now, actor, "round.ballot_fixed", f"round:{round_id}")
    return budget_round


def _how_many(session: Session, round_id: int, status: ProposalStatus) -> int:
    return session.exec(
        select(func.count()).where(Proposal.round_id == round_id, Proposal.status == status)
    ).one()


def _follow(proposal: Proposal, *, feasible: bool) -> None:
    """Bring the status in line with the judgement; a plan on the ballot list stays there unless it is infeasible."""
    settled = (
        (ProposalStatus.FEASIBLE, ProposalStatus.ON_BALLOT) if feasible else (ProposalStatus.INFEASIBLE,)
    )
    if proposal.status in settled:
        return
    if proposal.status == ProposalStatus.ON_BALLOT:
        proposal.move_to(ProposalStatus.FEASIBLE)
    proposal.move_to(settled[0])


def _require_outsider(session: Session, now: datetime, actor: Actor, proposal: Proposal) -> None:
    if actor.account_id is None:
        return
    if proposal.submitter_kind == SubmitterKind.PLATFORM:
        mine = {platform.id for platform in platforms_of(session, actor.account_id, local_day(now))}
        if proposal.wijkplatform_id in mine:
            raise NotAllowed("U bent lid van het wijkplatform van dit plan. Een collega moet het beoordelen.")
