"""The money of one wijk in one round, as a ledger that only grows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import amount, one_of, rule


class EntryKind(StrEnum):
    """Why money moved."""

    BUDGET = "budget"
    ALLOCATION = "allocation"


class BudgetPot(SQLModel, table=True):
    """A wijk that takes part in a round. Its budget is the sum of its entries of kind `budget`."""

    __tablename__ = "budget_pot"
    __table_args__ = (UniqueConstraint("round_id", "wijk_id"), UniqueConstraint("id", "round_id"))

    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="budget_round.id", index=True)
    wijk_id: int = Field(foreign_key="wijk.id", index=True)


class PotEntry(SQLModel, table=True):
    """One movement of money in a pot, in cents: never changed, never deleted (a trigger refuses it)."""

    __tablename__ = "pot_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        rule("moves_money", "cents <> 0"),
        rule("allocation_takes", "kind <> 'allocation' OR (cents < 0 AND proposal_id IS NOT NULL)"),
        rule("reason_given", "reason <> ''"),
        UniqueConstraint("proposal_id"),
    )

    id: int = Field(default=None, primary_key=True)
    pot_id: int = Field(foreign_key="budget_pot.id", index=True)
    kind: str = Field(max_length=12)
    cents: int = amount()
    reason: str = Field(max_length=300)
    decision: str = Field(default="", max_length=200, description="reference of the besluit, if any")
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id")
    entered_at: datetime
