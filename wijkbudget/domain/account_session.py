"""Where somebody is logged in: one row per log-in on one device, which the server can end."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import rule


class AccountSession(SQLModel, table=True):
    """One log-in. The cookie holds a random id, this row only its hash. Instants are those of the real clock."""

    __tablename__ = "account_session"
    __table_args__ = (UniqueConstraint("id_sha256"), rule("seen_after_begin", "seen_at >= begun_at"))

    id: int = Field(default=None, primary_key=True)
    id_sha256: str = Field(max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    device: str = Field(max_length=60, description="kind of browser and system, for the person to recognise")
    begun_at: datetime
    seen_at: datetime = Field(description="last use, to some minutes")
    code_at: datetime | None = Field(default=None, description="last time the second factor was given")
    complete: bool = Field(description="false: the password was right, the second factor is still to come")
    ended: bool = False
