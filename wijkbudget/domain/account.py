"""People who work with the software: officials, platform members, auditors. Voters have no account."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import one_of, rule


class Role(StrEnum):
    """What an account may do."""

    PLATFORM_MEMBER = "platform_member"
    PLATFORM_MANAGER = "platform_manager"
    OFFICIAL = "official"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_LABELS = {
    Role.PLATFORM_MEMBER: "lid van een wijkplatform",
    Role.PLATFORM_MANAGER: "beheerder van een wijkplatform",
    Role.OFFICIAL: "ambtenaar",
    Role.ADMINISTRATOR: "applicatiebeheerder",
    Role.AUDITOR: "controleur",
}


class Account(SQLModel, table=True):
    """A login. Where it is in use is told by its sessions."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("email"), rule("email_lower", "email = lower(email)"))

    id: int = Field(default=None, primary_key=True)
    email: str = Field(max_length=254)
    name: str = Field(max_length=100)
    password_hash: str = Field(max_length=255)
    active: bool = True
    failed_logins: int = 0
    locked_until: datetime | None = None


class AccountRole(SQLModel, table=True):
    """One role of one account."""

    __tablename__ = "account_role"
    __table_args__ = (one_of("role", Role),)

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    role: str = Field(primary_key=True, max_length=20)


class MembershipKind(StrEnum):
    """How someone takes part in a wijkplatform: for long, loosely, or once."""

    CORE = "core"
    NETWORK = "network"
    ONE_OFF = "one_off"


class Membership(SQLModel, table=True):
    """An account's part in a wijkplatform, between two dates. It gives no weight in any vote."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("account_id", "wijkplatform_id", "since"),
        one_of("kind", MembershipKind),
        rule("period", "until IS NULL OR until >= since"),
    )

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    wijkplatform_id: int = Field(foreign_key="wijkplatform.id", index=True)
    kind: str = Field(default=MembershipKind.CORE, max_length=10)
    since: date
    until: date | None = None
