"""Record a lot that was drawn in public, so that the count can go on."""

import json
from datetime import datetime

from sqlmodel import Session, select

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.count import CountStatus, Draw
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.domain.plain_text import parse_line
from wijkbudget.services.build_election import last_count
from wijkbudget.services.write_audit import write_audit


def record_lot(
    session: Session, now: datetime, actor: Actor, pot_id: int, *, order: list[int], witness: str
) -> Draw:
    """Store the drawn order of the tied proposals, first drawn first, with the witness.

    Raises InvalidInput when the order does not hold exactly the tied proposals, DomainError when no lot is
    asked for or it was recorded already: a lot is drawn once.
    """
    actor.require(Role.OFFICIAL)
    pot = session.get_one(BudgetPot, pot_id)
    lock_round(session, pot.round_id).require_phase(now, Phase.CLOSED)
    count = last_count(session, pot_id)
    if count is None or count.status != CountStatus.LOT_REQUIRED:
        raise DomainError("In deze wijk is geen loting nodig.")
    if session.exec(select(Draw).where(Draw.count_id == count.id)).first() is not None:
        raise DomainError("Deze loting is al vastgelegd. Tel opnieuw.")
    if sorted(order) != sorted(count.tied_ids()):
        raise InvalidInput("Geef elk plan dat gelijk staat één plaats in de loting.", field="order")
    empty = "Vul in wie getuige was van de loting, in hoogstens 200 tekens."
    witness = parse_line(witness, limit=200, field="witness", empty=empty)
    draw = Draw(
        pot_id=pot_id,
        count_id=count.id,
        drawn_order=json.dumps(order),
        witness=witness,
        drawn_at=now,
        recorded_by=actor.account_id,
    )
    session.add(draw)
    write_audit(session, now, actor, "lot.recorded", f"pot:{pot_id}", order=order)
    return draw
