"""Find the session behind a cookie, as long as it may live, and note that it is used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from wijkbudget.domain.account import Account
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.services.begin_session import hash_session_id

# Time for the second step after the password, and to put an app on the telephone the first time.
HALFWAY = timedelta(minutes=15)
# Use is noted to this: a page that is only read should seldom write.
COARSE = timedelta(minutes=5)


@dataclass(frozen=True)
class SessionLimits:
    """How long a session may live: in all, and without use."""

    whole: timedelta
    idle: timedelta

    def alive(self, row: AccountSession, now: datetime) -> bool:
        """Whether this session still opens anything."""
        whole = self.whole if row.complete else min(HALFWAY, self.whole)
        return not row.ended and now < row.begun_at + whole and now < row.seen_at + self.idle

    @property
    def note_after(self) -> timedelta:
        """After how much time use is noted again; short beside the idle limit."""
        return min(COARSE, self.idle / 5)


def find_session(
    session: Session, now: datetime, text: str, limits: SessionLimits
) -> tuple[AccountSession, Account] | None:
    """The living session with this id and its open account, else None."""
    wanted = (
        select(AccountSession, Account)
        .join(Account, col(Account.id) == col(AccountSession.account_id))
        .where(AccountSession.id_sha256 == hash_session_id(text))
    )
    found = session.exec(wanted).first()
    if found is None or not found[1].active or not limits.alive(found[0], now):
        return None
    return found[0], found[1]


def living_sessions(
    session: Session, now: datetime, account_id: int, limits: SessionLimits
) -> Sequence[AccountSession]:
    """Where this account is logged in now, the newest first."""
    wanted = select(AccountSession).where(
        AccountSession.account_id == account_id, col(AccountSession.complete)
    )
    rows = session.exec(wanted.order_by(col(AccountSession.begun_at).desc(), col(AccountSession.id).desc()))
    return [row for row in rows if limits.alive(row, now)]


def note_use(session: Session, now: datetime, session_key: int) -> None:
    """The session is used now."""
    session.exec(update(AccountSession).where(col(AccountSession.id) == session_key).values(seen_at=now))
