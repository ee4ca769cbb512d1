"""Count the ballots of a closed round, pot by pot, and keep every step."""

import hashlib
import json
from datetime import datetime

from sqlmodel import Session

from wijkbudget import __version__
from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.count import Count, CountStatus, CountStep
from wijkbudget.domain.errors import DomainError
from wijkbudget.services.build_election import (
    MIN_SUPPORT,
    build_election,
    counted_proposals,
    last_count,
    lots_of,
    tally_rule,
)
from wijkbudget.services.open_round import require_unchanged_rules
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_turnout import read_turnout
from wijkbudget.services.write_audit import write_audit
from wijkbudget.tally import Election, LotRequired, Outcome, Step, count, write_pabulib


def count_round(session: Session, now: datetime, actor: Actor, round_id: int) -> list[Count]:
    """Count every wijk that has no complete count yet. Raises WrongPhase before the vote has closed.

    A tie that matters gives a count that says “lot required”; when all wijken are counted the result is
    provisional.
    """
    actor.require(Role.OFFICIAL)
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.CLOSED)
    rules_sha256 = require_unchanged_rules(session, budget_round)
    counts = []
    for pot in pots_of(session, round_id):
        known = last_count(session, pot.id)
        if known is None or known.status == CountStatus.LOT_REQUIRED:
            known = _count_pot(session, now, actor, budget_round, pot, rules_sha256)
        counts.append(known)
    if all(done.status == CountStatus.COMPLETE for done in counts):
        budget_round.move_to(RoundStatus.COUNTED)
    return counts


def input_hash(election: Election) -> str:
    """SHA-256 of what was counted, written as .pb text: the same ballots and plans give the same hash."""
    return hashlib.sha256(write_pabulib(election).encode()).hexdigest()


def _count_pot(
    session: Session, now: datetime, actor: Actor, budget_round: BudgetRound, pot: PotView, rules_sha256: str
) -> Count:
    election = build_election(session, budget_round, pot.id)
    votes = read_turnout(session, pot.id)
    ballots = sum(weight for _, weight in election.ballots)
    if votes.entitled and votes.voted != ballots:
        raise DomainError(
            f"In {pot.wijk} hebben {votes.voted} kiezers gestemd, maar er zijn {ballots} stembiljetten. "
            "Tel niet; waarschuw de beheerder."
        )
    ids = {str(proposal.number): proposal.id for proposal in counted_proposals(session, pot.id)}
    name = tally_rule(budget_round)
    result = count(election, name, lots=lots_of(session, pot.id), min_support=MIN_SUPPORT)
    previous = last_count(session, pot.id)
    stored = Count(
        pot_id=pot.id,
        number=1 if previous is None else previous.number + 1,
        status=CountStatus.COMPLETE if isinstance(result, Outcome) else CountStatus.LOT_REQUIRED,
        rule=name,
        rule_version=result.rule_version,
        rules_sha256=rules_sha256,
        input_sha256=input_hash(election),
        software_version=__version__,
        counted_at=now,
        counted_by=actor.account_id,
        budget_cents=election.budget,
        spent_cents=result.spent if isinstance(result, Outcome) else 0,
        entitled=votes.entitled,
        ballots=ballots,
        blank_ballots=sum(weight for ballot, weight in election.ballots if not ballot.named),
    )
    if isinstance(result, LotRequired):
        stored.tied, stored.tied_place = json.dumps([ids[number] for number in result.tied]), result.place
    session.add(stored)
    session.flush()
    _store_steps(session, stored, result.steps if isinstance(result, Outcome) else result.steps_so_far, ids)
    details = {
        "status": stored.status,
        "input_sha256": stored.input_sha256,
        "spent_cents": stored.spent_cents,
    }
    write_audit(session, now, actor, "pot.counted", f"pot:{pot.id}", number=stored.number, **details)
    return stored


def _store_steps(session: Session, stored: Count, steps: tuple[Step, ...], ids: dict[str, int]) -> None:
    for step in steps:
        session.add(
            CountStep(
                count_id=stored.id,
                number=step.number,
                proposal_id=ids[step.project],
                place=step.place,
                votes=step.votes,
                cost_cents=step.cost,
                left_before_cents=step.left_before,
                left_after_cents=step.left_after,
                decision=step.decision,
                article=step.article,
            )
        )
    session.flush()
