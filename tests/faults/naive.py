"""How it would be done by somebody who thinks of one thing at a time. The tests must see that this goes wrong."""

from collections.abc import Callable

from sqlmodel import Session, col, func, select, update

from wijkbudget import edge
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail
from wijkbudget.domain.sealed_vote import SealedBallot
from wijkbudget.mail.smtp import SmtpServer
from wijkbudget.services.deliver_mail import mark_sent
from wijkbudget.services.open_voting_link import open_voting_link

Pause = Callable[[], object]


def check_then_count(entry_id: int, votes_before: int, pause: Pause) -> bool:
    """Count a vote when the voter has not voted since the form was shown: looked at first, counted afterwards."""
    seen = edge.session().get_one(RollEntry, entry_id, populate_existing=True).votes_cast
    edge.session().rollback()
    pause()
    if seen != votes_before:
        return False
    with edge.transaction() as session:
        _count(session, entry_id)
    return True


def check_phase_then_count(link: str, pause: Pause) -> None:
    """Count a vote that came in time, where the phase is looked up without the lock on the round."""
    entry_id = open_voting_link(edge.session(), edge.now(), link).entry.id
    edge.session().rollback()
    pause()
    with edge.transaction() as session:
        _count(session, entry_id)


def count_then_close(pause: Pause) -> int:
    """The number of ballots that a close without a lock would sign."""
    ballots = edge.session().exec(select(func.count()).select_from(SealedBallot)).one()
    edge.session().rollback()
    pause()
    return ballots


def send_without_claim(server: SmtpServer, pause: Pause) -> None:
    """Deliver what is queued, without telling other workers."""
    queued = select(OutboxMail).where(OutboxMail.status == MailStatus.QUEUED)
    rows = [mail.model_copy() for mail in edge.session().exec(queued)]
    edge.session().rollback()
    pause()
    for mail in rows:
        server.send(
            mail_id=mail.id,
            recipient=mail.recipient or "",
            subject=mail.subject,
            body=mail.body or "",
            at=mail.created_at,
        )
        with edge.transaction() as session:
            mark_sent(session, edge.now(), mail.id)


def _count(session: Session, entry_id: int) -> None:
    counted = update(RollEntry).where(col(RollEntry.id) == entry_id)
    session.exec(counted.values(voted=True, votes_cast=col(RollEntry.votes_cast) + 1))
