"""The open neighbourhood network that submits proposals; at most one active per wijk."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import one_of, rule


class PlatformKind(StrEnum):
    """A wijkplatform, or the older wijkraad that could convert into one."""

    WIJKPLATFORM = "wijkplatform"
    WIJKRAAD = "wijkraad"


class PlatformStatus(StrEnum):
    """Only an active platform submits; an ended one stays for the history."""

    ACTIVE = "active"
    ENDED = "ended"


class Wijkplatform(SQLModel, table=True):
    """A platform of one wijk. A conversion keeps the row, so that its proposals and members stay with it."""

    __tablename__ = "wijkplatform"
    __table_args__ = (
        Index(
            "uq_wijkplatform_active_per_wijk",
            "wijk_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
        one_of("kind", PlatformKind),
        one_of("status", PlatformStatus),
        rule("name_given", "name <> ''"),
        rule("converted_is_wijkplatform", "converted_on IS NULL OR kind = 'wijkplatform'"),
        rule("wijkraad_has_an_end", "kind <> 'wijkraad' OR supported_until IS NOT NULL"),
        rule("ended_has_a_date", "(status = 'ended') = (ended_on IS NOT NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    wijk_id: int = Field(foreign_key="wijk.id", index=True)
    name: str = Field(max_length=100)
    kind: str = Field(default=PlatformKind.WIJKPLATFORM, max_length=15)
    status: str = Field(default=PlatformStatus.ACTIVE, max_length=10)
    recognised_on: date
    supported_until: date | None = Field(default=None, description="last day of support of a wijkraad")
    converted_on: date | None = Field(default=None, description="the day the wijkraad became a wijkplatform")
    former_name: str | None = Field(default=None, max_length=100)
    ended_on: date | None = None

    def may_submit_on(self, day: date) -> bool:
        """Whether the platform may submit on this day: a wijkraad only while it is supported."""
        if self.status != PlatformStatus.ACTIVE:
            return False
        return self.kind == PlatformKind.WIJKPLATFORM or (
            self.supported_until is not None and day <= self.supported_until
        )
