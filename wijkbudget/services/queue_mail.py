"""Put a mail in the outbox, in the transaction of the act that causes it."""

from datetime import datetime
from secrets import token_hex

from sqlmodel import Session

from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.mail.messages import Message


def queue_mail(
    session: Session, now: datetime, *, recipient: str, message: Message, bulk: bool = False
) -> None:
    """Queue one mail. It leaves only when the transaction is committed; `bulk` lets all other mail go first."""
    session.add(
        OutboxMail(
            id=token_hex(16),
            kind=message.kind,
            recipient=recipient,
            subject=message.subject,
            body=message.body,
            created_at=now,
            not_before=now,
            bulk=bulk,
        )
    )
