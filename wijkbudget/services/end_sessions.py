"""End sessions: all of an account but perhaps one, or one of one's own."""

from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import NotFound
from wijkbudget.services.begin_session import hash_session_id
from wijkbudget.services.write_audit import write_audit


def end_sessions(session: Session, account_id: int, *, keep: int | None = None) -> int:
    """End every open session of an account, except the one with the key `keep`; how many ended."""
    wanted = select(AccountSession).where(
        AccountSession.account_id == account_id, ~col(AccountSession.ended), AccountSession.id != keep
    )
    rows = session.exec(wanted.with_for_update()).all()
    for row in rows:
        row.ended = True
    return len(rows)


def end_own_session(session: Session, now: datetime, actor: Actor, session_key: int) -> None:
    """End one of the actor's sessions. Raises NotFound when there is none with this key, or it is somebody else's."""
    row = session.get(AccountSession, session_key, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound("Op dat apparaat bent u niet (meer) ingelogd.")
    row.ended = True
    write_audit(session, now, actor, "account.session_ended", f"account:{actor.account_id}")


def end_other_sessions(session: Session, now: datetime, actor: Actor, *, keep: int) -> int:
    """End the actor's sessions on all other devices; how many ended."""
    assert actor.account_id is not None
    ended = end_sessions(session, actor.account_id, keep=keep)
    write_audit(session, now, actor, "account.sessions_ended", f"account:{actor.account_id}", sessions=ended)
    return ended


def end_session_of_cookie(session: Session, text: str) -> None:
    """End the session with this id, if there is one."""
    wanted = select(AccountSession).where(AccountSession.id_sha256 == hash_session_id(text))
    row = session.exec(wanted.with_for_update()).first()
    if row is not None:
        row.ended = True
