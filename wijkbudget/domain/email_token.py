"""A voting link as the database knows it: only the hash of the identifier that the mail carries."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import one_of, rule

# Clocks of people and servers differ: a link can be opened this much longer than the mail says.
CLOCK_SKEW = timedelta(seconds=120)


class Proof(StrEnum):
    """With what somebody asked for a link: home address and e-mail address, or the code from the letter."""

    ADDRESS = "address"
    LETTER_CODE = "letter_code"


class Purpose(StrEnum):
    """Why a link was made: somebody asked for it, the gemeente invited them, or two officials replaced it."""

    ASKED = "asked"
    INVITATION = "invitation"
    REPLACEMENT = "replacement"


class EmailToken(SQLModel, table=True):
    """A link bound to one roll entry until it expires. Nobody is invited twice.

    The address is kept only until the link is used, replaced or dead: the confirmation goes there.
    """

    __tablename__ = "email_token"
    __table_args__ = (
        rule("lives_a_while", "expires_at > created_at"),
        one_of("proof", Proof),
        one_of("purpose", Purpose),
        Index(
            "uq_email_token_invitation",
            "roll_entry_id",
            unique=True,
            sqlite_where=text("purpose = 'invitation'"),
            postgresql_where=text("purpose = 'invitation'"),
        ),
    )

    id_sha256: str = Field(primary_key=True, max_length=64)
    roll_entry_id: int = Field(foreign_key="roll_entry.id", index=True)
    email: str | None = Field(default=None, max_length=254)
    proof: str = Field(default=Proof.ADDRESS, max_length=12)
    purpose: str = Field(default=Purpose.ASKED, max_length=12)
    created_at: datetime
    expires_at: datetime = Field(description="after this it can no longer be opened")
    started_at: datetime | None = Field(default=None, description="first time the ballot was begun with it")
    spent: bool = Field(default=False, description="used for a ballot, or made void")
