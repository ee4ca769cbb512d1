"""Somebody asked for a voting link: written down for everyone alike, looked up afterwards."""

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel

from wijkbudget.domain.email_token import Proof
from wijkbudget.domain.schema import one_of, rule

# All limits look back this far; after it the row goes.
WINDOW = timedelta(hours=1)


class VotingLinkRequest(SQLModel, table=True):
    """One request. What was typed is wiped once it is handled; the keyed hashes stay for the hour that limits look back.

    `mails` is how many mails it led to: none when nobody fits, or when a limit was reached.
    """

    __tablename__ = "link_request"
    __table_args__ = (
        one_of("proof", Proof),
        rule("mails_counted", "mails >= 0"),
        rule(
            "handled_is_wiped",
            "handled_at IS NULL OR"
            " (email IS NULL AND postcode IS NULL AND house_number IS NULL AND letter_code IS NULL)",
        ),
    )

    id: str = Field(primary_key=True, max_length=32)
    email_hash: str = Field(max_length=64, index=True)
    network_hash: str = Field(max_length=64, index=True)
    proof: str = Field(max_length=12)
    email: str | None = Field(default=None, max_length=254)
    postcode: str | None = Field(default=None, max_length=6)
    house_number: int | None = None
    letter_code: str | None = Field(default=None, max_length=13)
    asked_at: datetime = Field(index=True)
    handled_at: datetime | None = Field(default=None, index=True)
    mails: int = 0
