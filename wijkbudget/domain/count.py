"""A count of one pot with each of its steps, and the lots that it needed. Nothing here is ever changed."""

import json
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import amount, one_of, rule


class CountStatus(StrEnum):
    """A count is complete, or stopped at a tie that only a lot can break."""

    COMPLETE = "complete"
    LOT_REQUIRED = "lot_required"


class Count(SQLModel, table=True):
    """One run of the counting rule over the ballots of a pot, with what is needed to repeat it."""

    __tablename__ = "count"
    __table_args__ = (
        UniqueConstraint("pot_id", "number"),
        one_of("status", CountStatus),
        rule("within_budget", "spent_cents BETWEEN 0 AND budget_cents"),
        rule("lot_required_names_the_tied", "(status = 'lot_required') = (tied IS NOT NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    pot_id: int = Field(foreign_key="budget_pot.id", index=True)
    number: int
    status: str = Field(max_length=15)
    rule: str = Field(max_length=30)
    rule_version: int
    satisfaction: str | None = Field(default=None, max_length=20)
    completion: str | None = Field(default=None, max_length=30)
    rules_sha256: str = Field(max_length=64)
    input_sha256: str = Field(max_length=64, description="of the counted ballots and plans as .pb text")
    software_version: str = Field(max_length=40)
    counted_at: datetime
    counted_by: int | None = Field(default=None, foreign_key="account.id")
    budget_cents: int = amount()
    spent_cents: int = amount()
    entitled: int = Field(description="roll entries that may vote; 0 when the roll is not known")
    ballots: int
    blank_ballots: int
    tied: str | None = Field(default=None, description="JSON list of tied proposal ids")
    tied_place: int | None = None
    endowment: str | None = Field(
        default=None, description="cents that each ballot had to spend, exact: a whole number or p/q"
    )
    ties: str | None = Field(
        default=None,
        description="JSON list of the ties: place, proposals (ids, as treated), mattered; None in old counts",
    )

    def tied_ids(self) -> list[int]:
        """The proposals between which the lot must decide; empty for a complete count."""
        return [int(proposal_id) for proposal_id in json.loads(self.tied or "[]")]


class CountStep(SQLModel, table=True):
    """What the count decided about one proposal, in the order in which it was considered (cents)."""

    __tablename__ = "count_step"
    __table_args__ = (UniqueConstraint("count_id", "number"), UniqueConstraint("count_id", "proposal_id"))

    id: int = Field(default=None, primary_key=True)
    count_id: int = Field(foreign_key="count.id", index=True)
    number: int
    proposal_id: int = Field(foreign_key="proposal.id")
    place: int | None = None
    votes: int
    cost_cents: int = amount()
    left_before_cents: int = amount()
    left_after_cents: int = amount()
    decision: str = Field(max_length=25)
    article: str = Field(max_length=60)
    basis: str | None = Field(
        default=None, description="JSON of the numbers behind the decision, fractions as p/q"
    )


class Draw(SQLModel, table=True):
    """A lot, drawn in public: the tied proposals in the order in which they came out."""

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("count_id"), rule("witness_given", "witness <> ''"))

    id: int = Field(default=None, primary_key=True)
    pot_id: int = Field(foreign_key="budget_pot.id", index=True)
    count_id: int = Field(foreign_key="count.id", description="the count that asked for the lot")
    drawn_order: str = Field(description="JSON list of proposal ids, first drawn first")
    witness: str = Field(max_length=200)
    drawn_at: datetime
    recorded_by: int | None = Field(default=None, foreign_key="account.id")

    def order(self) -> list[int]:
        """The proposals in drawn order."""
        return [int(proposal_id) for proposal_id in json.loads(self.drawn_order)]
