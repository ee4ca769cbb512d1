"""Take mails from the outbox, and write down what became of them. Several workers may do this at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail

LEASE = timedelta(minutes=5)
RETRY = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)


@dataclass(frozen=True)
class OutgoingMail:
    """A mail that this worker has claimed."""

    id: str
    recipient: str
    subject: str
    body: str
    created_at: datetime


def claim_mail(session: Session, now: datetime, *, limit: int = 20) -> list[OutgoingMail]:
    """Mails whose turn it is, oldest first and bulk mail last; no other worker gets them for the length of the lease."""
    wanted = (
        select(OutboxMail)
        .where(OutboxMail.status == MailStatus.QUEUED, OutboxMail.not_before <= now)
        .order_by(col(OutboxMail.bulk), col(OutboxMail.created_at), col(OutboxMail.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = list(session.exec(wanted))
    for mail in claimed:
        mail.not_before, mail.attempts = now + LEASE, mail.attempts + 1
    return [OutgoingMail(m.id, m.recipient or "", m.subject, m.body or "", m.created_at) for m in claimed]


def mark_sent(session: Session, now: datetime, mail_id: str) -> None:
    """The server took it: recipient and text are wiped."""
    mail = session.get_one(OutboxMail, mail_id)
    mail.status, mail.sent_at, mail.recipient, mail.body, mail.last_error = (
        MailStatus.SENT,
        now,
        None,
        None,
        "",
    )


def mark_failed(session: Session, now: datetime, mail_id: str, *, error: str) -> None:
    """The server did not take it: try again later, at most six times. `error` must hold no address."""
    mail = session.get_one(OutboxMail, mail_id)
    if mail.status == MailStatus.SENT:
        return  # another worker delivered it after this one's lease had run out
    mail.last_error = error[:300]
    if mail.attempts > len(RETRY):
        mail.status = MailStatus.FAILED
    else:
        mail.not_before = now + RETRY[mail.attempts - 1]


def waiting_mail(session: Session) -> int:
    """How many mails still have to go out."""
    return session.exec(select(func.count()).where(OutboxMail.status == MailStatus.QUEUED)).one()
