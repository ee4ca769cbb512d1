"""What the pages of the demonstration show."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail

SHOWN = 50
VOTING_LINK = "voting_link"
WITH_LINK = (VOTING_LINK, "invitation", "replacement")
KINDS = {
    VOTING_LINK: "stemlink",
    "invitation": "uitnodiging",
    "replacement": "nieuwe stemlink",
    "replaced": "bericht over een nieuwe link of code",
    "ballot_changed": "bevestiging van een nieuwe stem",
    "ballot_cast": "bevestiging van de stem",
}
STATUSES = {
    MailStatus.QUEUED: "nog niet bezorgd",
    MailStatus.SENT: "bezorgd",
    MailStatus.FAILED: "niet bezorgd",
}
MOMENTS = {
    "submission_opens_at": "Indienen begint",
    "submission_closes_at": "Indienen sluit",
    "voting_opens_at": "Stemmen begint",
    "voting_closes_at": "Stemmen sluit",
}


@dataclass(frozen=True)
class ShownMail:
    """One mail as the demonstration shows it; a delivered mail has no recipient and text any more."""

    id: str
    kind: str
    status: str
    waiting: bool
    opened: bool
    subject: str
    recipient: str | None
    body: str | None
    created_at: datetime


@dataclass(frozen=True)
class OutboxPage:
    """The newest mails, and how many there are."""

    mails: tuple[ShownMail, ...]
    total: int


@dataclass(frozen=True)
class ClockStep:
    """A moment of a round that is still to come."""

    key: str
    instant: datetime
    what: str
    round_id: int
    round_name: str


@dataclass(frozen=True)
class ClockPage:
    """The moments to which the clock can be moved on, the first one first."""

    steps: tuple[ClockStep, ...]


def outbox_page(session: Session) -> OutboxPage:
    """The newest mails."""
    wanted = select(OutboxMail).order_by(col(OutboxMail.created_at).desc(), col(OutboxMail.id)).limit(SHOWN)
    total = session.exec(select(func.count()).select_from(OutboxMail)).one()
    return OutboxPage(tuple(_shown(mail) for mail in session.exec(wanted)), total)


def clock_page(session: Session, now: datetime) -> ClockPage:
    """Every moment of an opened round after now."""
    rounds = session.exec(select(BudgetRound).where(BudgetRound.status != RoundStatus.DRAFT))
    steps = [
        ClockStep(f"{found.id}-{field}", getattr(found, field), what, found.id, found.name)
        for found in rounds
        for field, what in MOMENTS.items()
        if getattr(found, field) > now
    ]
    return ClockPage(tuple(sorted(steps, key=lambda step: (step.instant, step.key))))


def _shown(mail: OutboxMail) -> ShownMail:
    return ShownMail(
        id=mail.id,
        kind=KINDS.get(mail.kind, mail.kind),
        status=STATUSES[MailStatus(mail.status)],
        waiting=mail.status == MailStatus.QUEUED,
        opened=mail.kind in WITH_LINK,
        subject=mail.subject,
        recipient=mail.recipient,
        body=mail.body,
        created_at=mail.created_at,
    )
