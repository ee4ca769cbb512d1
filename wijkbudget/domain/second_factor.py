"""The second step of logging in: a code from somebody's telephone, or one of ten codes on paper."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.account import Role

# Who runs, manages or checks rounds logs in with two steps; for others it is a choice.
NEEDS_SECOND_FACTOR = frozenset({Role.OFFICIAL, Role.ADMINISTRATOR, Role.AUDITOR})


class SecondFactor(SQLModel, table=True):
    """The secret that an account shares with an app (RFC 6238), sealed, and the last half minute it was used in."""

    __tablename__ = "second_factor"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    sealed_secret: str = Field(max_length=200)
    set_at: datetime
    last_step: int = Field(description="number of the half minute of the last code; older codes are void")


class RecoveryCode(SQLModel, table=True):
    """A code that works once, for who has lost the telephone."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("code_sha256"),)

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    code_sha256: str = Field(max_length=64)
    used_at: datetime | None = None
