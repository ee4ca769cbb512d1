"""Where people live: the voting area (wijk), the CBS buurten that make it up, and the addresses in them."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import rule


class Wijk(SQLModel, table=True):
    """A voting area, fixed by a decision (besluit) and valid between two dates; not always one CBS wijk."""

    __tablename__ = "wijk"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        rule("validity", "valid_until IS NULL OR valid_until > valid_from"),
        rule("name_given", "name <> ''"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=20)
    name: str = Field(max_length=100)
    gemeente: str = Field(max_length=100)
    besluit: str = Field(max_length=200, description="the decision that fixed the area")
    valid_from: date
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the area exists on this day (the end date itself is no longer in it)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class Buurt(SQLModel, table=True):
    """A CBS buurt (neighbourhood), mapped to the voting area that it lies in."""

    __tablename__ = "buurt"

    code: str = Field(primary_key=True, max_length=10, description="CBS code with BU, e.g. BU03920101")
    name: str = Field(max_length=100)
    wijk_id: int = Field(foreign_key="wijk.id", index=True)


class Address(SQLModel, table=True):
    """A postcode with a house number, as in the CBS table; the key, since a postcode may straddle two wijken."""

    __tablename__ = "address"

    postcode: str = Field(primary_key=True, max_length=6, description="without space, e.g. 2011AB")
    house_number: int = Field(primary_key=True)
    buurt_code: str = Field(max_length=10, foreign_key="buurt.code", index=True)
