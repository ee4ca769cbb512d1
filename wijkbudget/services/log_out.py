"""Log out: this session ends, also for a copy of its cookie."""

from datetime import datetime

from sqlmodel import Session

from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import Actor
from wijkbudget.services.write_audit import write_audit


def log_out(session: Session, now: datetime, actor: Actor, session_key: int) -> None:
    """End the session with this key, which is the actor's own."""
    row = session.get(AccountSession, session_key, with_for_update=True)
    if row is not None and row.account_id == actor.account_id:
        row.ended = True
    write_audit(session, now, actor, "account.logged_out", f"account:{actor.account_id}")
