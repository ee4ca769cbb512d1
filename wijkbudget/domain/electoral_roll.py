"""The electoral roll (kiesregister) of a round: who may vote in which wijk, and whether they have."""

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import rule


def masked(roll_number: str) -> str:
    """Enough of a roll number to tell two people in a house apart: its last four characters."""
    return "…" + roll_number[-4:] if len(roll_number) > 4 else roll_number


class RollEntry(SQLModel, table=True):
    """One person who may vote, under an opaque number. It says that they voted, never when or what.

    `letter_code_hash` is a keyed hash of the code in the letter; two entries may share an e-mail address.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        ForeignKeyConstraint(["pot_id", "round_id"], ["budget_pot.id", "budget_pot.round_id"]),
        UniqueConstraint("round_id", "external_number"),
        UniqueConstraint("letter_code_hash"),
        Index("ix_roll_entry_lookup", "email", "postcode", "house_number"),
        rule("email_lower", "email IS NULL OR email = lower(email)"),
        rule("only_the_entitled_vote", "NOT voted OR age_ok"),
    )

    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="budget_round.id", index=True)
    pot_id: int = Field(index=True)
    external_number: str = Field(max_length=40)
    postcode: str | None = Field(default=None, max_length=6)
    house_number: int | None = None
    age_ok: bool
    email: str | None = Field(default=None, max_length=254)
    letter_code_hash: str | None = Field(default=None, max_length=64)
    voted: bool = False
    votes_cast: int = Field(
        default=0,
        sa_column_kwargs={"server_default": "0"},
        description="how often, changes of mind included; the last one counts",
    )
