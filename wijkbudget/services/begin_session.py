"""Begin a session of somebody who logged in: a random id for the cookie, its hash for the database."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlmodel import Session, col, delete

from wijkbudget.domain.account_session import AccountSession

# Ended and forgotten sessions are of no use to anybody after this.
KEPT = timedelta(days=7)


def begin_session(
    session: Session,
    now: datetime,
    account_id: int,
    *,
    device: str,
    complete: bool,
    code_at: datetime | None = None,
) -> tuple[str, AccountSession]:
    """A fresh session (text for the cookie, row). Sessions of this account from long ago are deleted.

    `now` is the real clock: a session does not grow old with the clock of a demonstration.
    """
    session.exec(
        delete(AccountSession).where(
            col(AccountSession.account_id) == account_id, col(AccountSession.begun_at) < now - KEPT
        )
    )
    text = token_urlsafe(32)
    row = AccountSession(
        id_sha256=hash_session_id(text),
        account_id=account_id,
        device=device,
        begun_at=now,
        seen_at=now,
        code_at=code_at,
        complete=complete,
    )
    session.add(row)
    session.flush()
    return text, row


def hash_session_id(text: str) -> str:
    """How the database knows a session; the id is random, so that a plain hash is enough."""
    return sha256(text.encode()).hexdigest()
