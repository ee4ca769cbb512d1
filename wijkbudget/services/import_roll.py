"""Put an electoral roll into a round: every line of it, or none."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.services.read_roll import RollReading
from wijkbudget.services.write_audit import write_audit

BATCH = 5000
BEFORE_THE_VOTE = (Phase.ANNOUNCED, Phase.SUBMISSION, Phase.REVIEW)


def import_roll(
    session: Session,
    now: datetime,
    actor: Actor,
    round_id: int,
    reading: RollReading,
    progress: Callable[[int], object] = lambda stored: None,
) -> int:
    """Store a reading without faults; the number of entries. Raises InvalidInput when it has faults.

    Possible until the ballot list is fixed: the roll is frozen with it.
    """
    actor.require(Role.OFFICIAL)
    lock_round(session, round_id).require_phase(now, *BEFORE_THE_VOTE)
    if reading.faults:
        raise InvalidInput(f"Het bestand heeft {len(reading.faults)} foute regels. Er is niets ingelezen.")
    try:
        for start in range(0, len(reading.lines), BATCH):
            batch = reading.lines[start : start + BATCH]
            rows = [{**line._asdict(), "round_id": round_id, "voted": False} for line in batch]
            session.connection().execute(insert(RollEntry), rows)
            progress(start + len(rows))
    except IntegrityError:
        raise DomainError(
            "Een ander heeft net hetzelfde kiesregister ingelezen. Er is niets dubbel opgeslagen."
        ) from None
    write_audit(
        session,
        now,
        actor,
        "roll.imported",
        f"round:{round_id}",
        entries=len(reading.lines),
        entitled=reading.entitled,
    )
    return len(reading.lines)
