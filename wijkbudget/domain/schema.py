"""What all tables share: constraint names that migrations can rely on, and CHECKs made from enumerations."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = SQLModel.metadata


def amount(**settings: Any) -> Any:
    """A column of whole cents, wide enough for any city's budget."""
    return Field(sa_type=BigInteger, **settings)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A CHECK that the text column holds one of the enumeration's values (portable, unlike a native enum)."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def rule(name: str, condition: str) -> CheckConstraint:
    """A named CHECK; the condition must be true of every row."""
    return CheckConstraint(condition, name=name)
