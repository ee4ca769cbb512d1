"""Read the wijken of a round and their money."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from wijkbudget.domain.budget_pot import BudgetPot, EntryKind, PotEntry
from wijkbudget.domain.wijk import Wijk


@dataclass(frozen=True)
class PotView:
    """A wijk in a round with its budget in cents."""

    id: int
    round_id: int
    wijk_id: int
    wijk: str
    wijk_code: str
    gemeente: str
    budget_cents: int


def pots_of(session: Session, round_id: int) -> list[PotView]:
    """The wijken with money in this round, by name. A wijk that was taken back to zero takes no part."""
    return [pot for pot in all_pots_of(session, round_id) if pot.budget_cents > 0]


def all_pots_of(session: Session, round_id: int) -> list[PotView]:
    """Every pot of the round, the empty ones too."""
    budget = func.coalesce(func.sum(PotEntry.cents), 0)
    wanted = (
        select(BudgetPot.id, Wijk, budget)
        .join(Wijk, col(Wijk.id) == col(BudgetPot.wijk_id))
        .outerjoin(
            PotEntry, (col(PotEntry.pot_id) == col(BudgetPot.id)) & (col(PotEntry.kind) == EntryKind.BUDGET)
        )
        .where(BudgetPot.round_id == round_id)
        .group_by(col(BudgetPot.id), col(Wijk.id))
    )
    # Sorted here and not by the database: collations differ, and the published rules follow this order.
    rows = sorted(session.exec(wanted), key=lambda row: (row[1].name.casefold(), row[1].id))
    return [
        PotView(pot_id, round_id, wijk.id, wijk.name, wijk.code, wijk.gemeente, int(cents))
        for pot_id, wijk, cents in rows
    ]


def pot_budget(session: Session, pot_id: int) -> int:
    """The budget of a pot in cents."""
    wanted = select(func.coalesce(func.sum(PotEntry.cents), 0)).where(
        PotEntry.pot_id == pot_id, PotEntry.kind == EntryKind.BUDGET
    )
    return int(session.exec(wanted).one())


def pot_balance(session: Session, pot_id: int) -> int:
    """What is left in a pot in cents: the sum of all its entries."""
    wanted = select(func.coalesce(func.sum(PotEntry.cents), 0)).where(PotEntry.pot_id == pot_id)
    return int(session.exec(wanted).one())
