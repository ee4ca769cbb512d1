"""Count the ballots of a closed round, pot by pot, and keep every step."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from wijkbudget import __version__
from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.count import Count, CountStatus, CountStep, Draw
from wijkbudget.domain.errors import DomainError, LotFirst
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.services.build_election import (
    MIN_SUPPORT,
    build_election,
    counted_proposals,
    last_count,
    lots_of,
    tally_ids,
)
from wijkbudget.services.count_numbers import basis_json, exact, ties_json
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.open_round import require_unchanged_rules
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_turnout import read_turnout
from wijkbudget.services.write_audit import write_audit
from wijkbudget.tally import Election, LotRequired, Outcome, Satisfaction, Step, count, write_pabulib

STEP_COLUMNS = (
    "number",
    "proposal_id",
    "place",
    "votes",
    "cost_cents",
    "left_before_cents",
    "left_after_cents",
    "decision",
    "article",
    "basis",
)


def count_round(session: Session, now: datetime, actor: Actor, round_id: int) -> list[Count]:
    """Count every wijk that has no complete count yet. Raises WrongPhase before the vote has closed, and DomainError
    while the ballots are sealed.

    A tie that matters gives a count that says “lot required”; that wijk is counted again once its lot is
    recorded. Raises LotFirst when nothing else is left to count. When all wijken are counted the result is
    provisional.
    """
    actor.require(Role.OFFICIAL)
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.CLOSED)
    forget_addresses(session, now)
    key = session.get(RoundKey, round_id)
    if key is not None and key.opened_at is None:
        raise DomainError(
            "De stembiljetten zijn nog verzegeld. Sluit de stemming af en open de biljetten met de sleuteldelen."
        )
    rules_sha256 = require_unchanged_rules(session, budget_round)
    pots = pots_of(session, round_id)
    known = {pot.id: last_count(session, pot.id) for pot in pots}
    waiting = [pot.wijk for pot in pots if _waits_for_lot(session, known[pot.id])]
    counts = []
    for pot in pots:
        done = known[pot.id]
        if done is None or (done.status == CountStatus.LOT_REQUIRED and pot.wijk not in waiting):
            done = _count_pot(session, now, actor, budget_round, pot, rules_sha256)
        counts.append(done)
    if waiting and all(done is known[done.pot_id] for done in counts):
        raise LotFirst(
            f"Houd eerst een loting in {' en '.join(waiting)}, en leg die vast. Tel daarna opnieuw."
        )
    if all(done.status == CountStatus.COMPLETE for done in counts):
        budget_round.move_to(RoundStatus.COUNTED)
    return counts


def input_hash(election: Election) -> str:
    """SHA-256 of what was counted, written as .pb text: the same ballots and plans give the same hash."""
    return hashlib.sha256(write_pabulib(election).encode()).hexdigest()


def is_repeated(
    session: Session, budget_round: BudgetRound, stored: Count, steps: Sequence[CountStep]
) -> bool:
    """Whether counting once more, with the recorded lots, gives every stored step and the same total."""
    result = _count(
        session, budget_round, build_election(session, budget_round, stored.pot_id), stored.pot_id
    )
    if isinstance(result, LotRequired) or result.spent != stored.spent_cents:
        return False
    ids = _proposals_by_tally_id(session, stored.pot_id)
    again = [_step_columns(step, ids) for step in result.steps]
    columns: tuple[str, ...] = STEP_COLUMNS
    if stored.ties is None:  # counted by a version that did not keep these numbers
        columns = tuple(name for name in STEP_COLUMNS if name != "basis")
    elif (stored.ties, stored.endowment) != (ties_json(result.ties, ids), exact(result.endowment)):
        return False
    return [{name: step[name] for name in columns} for step in again] == [
        {name: getattr(step, name) for name in columns} for step in steps
    ]


def _count(
    session: Session, budget_round: BudgetRound, election: Election, pot_id: int
) -> Outcome | LotRequired:
    """Count by the round's rule, in its version and with its options and the lots drawn so far."""
    return count(
        election,
        budget_round.counting_rule,
        rule_version=budget_round.counting_rule_version,
        lots=lots_of(session, pot_id),
        min_support=MIN_SUPPORT,
        satisfaction=budget_round.satisfaction or Satisfaction.COST,
        completion=budget_round.completion,
    )


def _proposals_by_tally_id(session: Session, pot_id: int) -> dict[str, int]:
    return {tally_id: i for i, tally_id in tally_ids(counted_proposals(session, pot_id)).items()}


def _waits_for_lot(session: Session, known: Count | None) -> bool:
    """Whether the count stopped at a tie for which no lot has been recorded yet."""
    if known is None or known.status != CountStatus.LOT_REQUIRED:
        return False
    return session.exec(select(Draw).where(Draw.count_id == known.id)).first() is None


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
    ids = _proposals_by_tally_id(session, pot.id)
    result = _count(session, budget_round, election, pot.id)
    previous = last_count(session, pot.id)
    stored = Count(
        pot_id=pot.id,
        number=1 if previous is None else previous.number + 1,
        status=CountStatus.COMPLETE if isinstance(result, Outcome) else CountStatus.LOT_REQUIRED,
        rule=result.rule,
        rule_version=result.rule_version,
        satisfaction=budget_round.satisfaction,
        completion=budget_round.completion,
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
    else:
        stored.ties, stored.endowment = ties_json(result.ties, ids), exact(result.endowment)
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
    session.add_all(CountStep(count_id=stored.id, **_step_columns(step, ids)) for step in steps)
    session.flush()


def _step_columns(step: Step, ids: dict[str, int]) -> dict[str, Any]:
    """A step of the tally as the columns that keep it."""
    values = (
        step.number,
        ids[step.project],
        step.place,
        step.votes,
        step.cost,
        step.left_before,
        step.left_after,
        str(step.decision),
        step.article,
        basis_json(step.basis),
    )
    return dict(zip(STEP_COLUMNS, values, strict=True))
