"""Forget the addresses in voting links that no ballot can be cast with any more."""

from datetime import datetime

from sqlmodel import Session, col, or_, select, update

from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.services.open_voting_link import FILL_IN


def forget_addresses(session: Session, now: datetime) -> None:
    """Wipe the address of every link that has expired and of every link for a vote that has closed.

    A link that was started stays good for the time to fill in. Links that somebody is voting with at this very
    moment are passed over; the next call takes them.
    """
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
    session.exec(update(EmailToken).where(col(EmailToken.id_sha256).in_(dead)).values(email=None))
