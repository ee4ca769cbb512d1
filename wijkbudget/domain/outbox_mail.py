"""Mail that must go out: written in the transaction of the act that causes it, delivered after it."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import one_of, rule


class MailStatus(StrEnum):
    """What happened to the mail."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class OutboxMail(SQLModel, table=True):
    """One mail. Recipient and text are wiped once the mail server has taken it."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        one_of("status", MailStatus),
        rule("queued_has_content", "status = 'sent' OR (recipient IS NOT NULL AND body IS NOT NULL)"),
    )

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=30)
    recipient: str | None = Field(default=None, max_length=254)
    subject: str = Field(max_length=200)
    body: str | None = None
    status: str = Field(default=MailStatus.QUEUED, max_length=10, index=True)
    created_at: datetime
    attempts: int = 0
    not_before: datetime = Field(index=True, description="first instant of the next try; a claim moves it on")
    sent_at: datetime | None = None
    last_error: str = Field(default="", max_length=300)
    bulk: bool = Field(default=False, description="waits until no other mail does")
