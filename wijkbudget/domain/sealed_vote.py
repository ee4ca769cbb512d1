"""A vote that nobody can look into while it runs: the keys of a round, sealed ballots, and the public board."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import rule


class RoundKey(SQLModel, table=True):
    """The public key to which the ballots of a round are sealed, and how far its vote has come.

    `public_id` names the round in everything that is published. `opening` is the first line of the board, written
    when the ballot list is fixed; `seal` is the signed statement of the close. The private key is not here.
    """

    __tablename__ = "round_key"
    __table_args__ = (
        UniqueConstraint("public_id"),
        rule("more_than_one", "threshold >= 2"),
        rule("sealed_before_opened", "opened_at IS NULL OR sealed_at IS NOT NULL"),
        rule("sealed_with_statement", "sealed_at IS NULL OR seal IS NOT NULL"),
    )

    round_id: int = Field(primary_key=True, foreign_key="budget_round.id")
    public_id: str = Field(max_length=32)
    public_key: str = Field(max_length=64)
    threshold: int
    opening: str | None = None
    sealed_at: datetime | None = None
    seal: str | None = None
    opened_at: datetime | None = None


class KeyShare(SQLModel, table=True):
    """One official's part of the private key: only its hash, until it is given after the close."""

    __tablename__ = "key_share"
    __table_args__ = (UniqueConstraint("round_id", "account_id"),)

    round_id: int = Field(primary_key=True, foreign_key="round_key.round_id")
    number: int = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    fingerprint: str = Field(max_length=64)
    checked_at: datetime | None = Field(default=None, description="when the holder showed to have it")
    given: str | None = Field(
        default=None, description="the words, from giving them until the ballots are open"
    )


class SealedBallot(SQLModel, table=True):
    """A voter's ballot in force, under a pseudonym that only the key outside the database can make.

    No time, no serial number, no history. `fresh`: stored after the last batch of its pot; a batch writes such rows anew,
    in the order of their key.
    """

    __tablename__ = "sealed_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pseudonym: str = Field(primary_key=True, max_length=64)
    pot_id: int = Field(foreign_key="budget_pot.id", index=True)
    sealed: bytes
    fresh: bool = True


class BoardLeaf(SQLModel, table=True):
    """A receipt: waiting for a batch, or on the board. The board itself does not tell of which pot it is."""

    __tablename__ = "board_leaf"
    __table_args__ = ({"sqlite_with_rowid": False},)

    receipt: str = Field(primary_key=True, max_length=64)
    round_id: int = Field(foreign_key="round_key.round_id", index=True)
    pot_id: int = Field(foreign_key="budget_pot.id")
    batch: int | None = Field(default=None, description="None: waits for a batch")


class BoardBatch(SQLModel, table=True):
    """A published line of the board, and the head of the board after it."""

    __tablename__ = "board_batch"

    round_id: int = Field(primary_key=True, foreign_key="round_key.round_id")
    number: int = Field(primary_key=True)
    size: int
    line: str
    head: str = Field(max_length=64)
