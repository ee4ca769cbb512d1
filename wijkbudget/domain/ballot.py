"""A ballot: what was chosen, and nothing about who chose it."""

import json
from enum import StrEnum
from secrets import token_hex

from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import one_of


def new_ballot_id() -> str:
    """A random key: it tells nothing about when the ballot came in."""
    return token_hex(16)


class Channel(StrEnum):
    """The way a ballot came in."""

    WEB = "web"
    IMPORT = "import"


class Ballot(SQLModel, table=True):
    """An opened, anonymous ballot in one pot. No person, address or network, and no time.

    `receipt` and `nonce` are those of the protocol; a ballot that was cast elsewhere has a random key and no nonce.
    `choice` is a JSON list of proposal ids: ascending for approvals, best first for a ranking; [] is blank.
    The table is stored in the order of its key, so that nothing tells in which order people voted.
    """

    __tablename__ = "ballot"
    __table_args__ = (one_of("channel", Channel), {"sqlite_with_rowid": False})

    receipt: str = Field(default_factory=new_ballot_id, primary_key=True, max_length=64)
    pot_id: int = Field(foreign_key="budget_pot.id", index=True)
    channel: str = Field(default=Channel.WEB, max_length=10)
    nonce: str | None = Field(default=None, max_length=32)
    choice: str

    def proposal_ids(self) -> list[int]:
        """The proposals on the ballot, in its order."""
        return [int(proposal_id) for proposal_id in json.loads(self.choice)]


def canonical_choice(proposal_ids: list[int], *, ranked: bool) -> str:
    """The one way to write a choice down; approvals are sorted so that click order is not kept."""
    return json.dumps(proposal_ids if ranked else sorted(proposal_ids), separators=(",", ":"))
