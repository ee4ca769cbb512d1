"""Forget addresses that nothing can be done with any more: in links, in requests, and with the help desk."""

from datetime import datetime

from sqlmodel import Session, col, delete, func, or_, select, update

from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.link_request import WINDOW, VotingLinkRequest
from wijkbudget.domain.replacement import LAPSES_AFTER, Replacement, ReplacementStatus
from wijkbudget.services.open_voting_link import FILL_IN


def forget_addresses(session: Session, now: datetime) -> int:
    """Wipe the address of every link that is dead, every request of an hour ago, and every replacement that lapsed.

    Returns how many rows that were. Rows that somebody works with at this very moment are passed over; the next
    call takes them.
    """
    return _links(session, now) + _requests(session, now) + _replacements(session, now)


def _links(session: Session, now: datetime) -> int:
    """Links that have expired or whose vote has closed. A link that was started stays good for the time to fill in."""
    dead = (
        select(EmailToken.id_sha256)
        .join(RollEntry, col(RollEntry.id) == col(EmailToken.roll_entry_id))
        .join(BudgetRound, col(BudgetRound.id) == col(RollEntry.round_id))
        .where(
            col(EmailToken.email).is_not(None),
            or_(
                col(BudgetRound.voting_closes_at) <= now,
                (col(EmailToken.expires_at) <= now)
                & or_(col(EmailToken.started_at).is_(None), col(EmailToken.started_at) <= now - FILL_IN),
            ),
        )
        .with_for_update(of=EmailToken, skip_locked=True)
    )
    wiped = session.exec(update(EmailToken).where(col(EmailToken.id_sha256).in_(dead)).values(email=None))
    return int(wiped.rowcount)


def _requests(session: Session, now: datetime) -> int:
    """Requests that no limit looks back at any more, handled or not; with them go the hashes of address and network."""
    since = func.coalesce(col(VotingLinkRequest.handled_at), col(VotingLinkRequest.asked_at))
    old = select(VotingLinkRequest.id).where(since <= now - WINDOW).with_for_update(skip_locked=True)
    gone = session.exec(delete(VotingLinkRequest).where(col(VotingLinkRequest.id).in_(old)))
    return int(gone.rowcount)


def _replacements(session: Session, now: datetime) -> int:
    """Requests at the help desk that nobody decided in time."""
    lapsed = (
        select(Replacement.id)
        .join(RollEntry, col(RollEntry.id) == col(Replacement.roll_entry_id))
        .join(BudgetRound, col(BudgetRound.id) == col(RollEntry.round_id))
        .where(
            Replacement.status == ReplacementStatus.ASKED,
            or_(col(BudgetRound.voting_closes_at) <= now, col(Replacement.asked_at) <= now - LAPSES_AFTER),
        )
        .with_for_update(of=Replacement, skip_locked=True)
    )
    wiped = session.exec(
        update(Replacement)
        .where(col(Replacement.id).in_(lapsed))
        .values(status=ReplacementStatus.LAPSED, email=None)
    )
    return int(wiped.rowcount)
