"""A new letter code or link for one person of the roll: one official asks for it, another decides."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import one_of, rule

# Who stands at the desk cannot wait longer; after it the request lapses.
LAPSES_AFTER = timedelta(hours=48)


class ReplacementKind(StrEnum):
    """What the person gets."""

    LETTER_CODE = "letter_code"
    LINK = "link"


class ReplacementReason(StrEnum):
    """Why. A list instead of words of one's own, so that nothing about a person gets into the log."""

    LETTER_LOST = "letter_lost"
    LETTER_NEVER_CAME = "letter_never_came"
    MAIL_NEVER_CAME = "mail_never_came"
    ADDRESS_CHANGED = "address_changed"
    SEEN_BY_OTHERS = "seen_by_others"


class ReplacementStatus(StrEnum):
    """Where the request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Replacement(SQLModel, table=True):
    """One request. Who asks never decides; the address for the link is kept only until the decision."""

    __tablename__ = "replacement"
    __table_args__ = (
        one_of("kind", ReplacementKind),
        one_of("reason", ReplacementReason),
        one_of("status", ReplacementStatus),
        rule("two_people", "decided_by IS NULL OR decided_by <> asked_by"),
        rule("approved_by_somebody", "status <> 'approved' OR decided_by IS NOT NULL"),
        rule("address_only_while_asked", "status = 'asked' OR email IS NULL"),
        rule("link_has_address", "status <> 'asked' OR kind = 'letter_code' OR email IS NOT NULL"),
    )

    id: int = Field(default=None, primary_key=True)
    roll_entry_id: int = Field(foreign_key="roll_entry.id", index=True)
    kind: str = Field(max_length=12)
    reason: str = Field(max_length=20)
    email: str | None = Field(default=None, max_length=254)
    status: str = Field(default=ReplacementStatus.ASKED, max_length=10, index=True)
    asked_by: int = Field(foreign_key="account.id")
    asked_at: datetime
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = None
