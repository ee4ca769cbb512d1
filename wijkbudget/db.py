"""The database: engine settings that make SQLite safe, and locks that mean the same on SQLite and PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, ScalarSelect, Select, event, func, text
from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import Proposal

try:
    import fcntl
except ImportError:  # Windows has no such lock: there SQLite's own waiting is all there is
    fcntl = None  # type: ignore[assignment]  # a module, or nothing

WRITE = "wijkbudget_write"
BUSY_TIMEOUT_MS = 10_000
IMPATIENT_MS = 100
_AUDIT_LOCK = 0x77696A6B
_OF_THE_VOTE = (
    "roll_entry",
    "sealed_ballot",
    "board_leaf",
    "email_token",
    "outbox_mail",
    "key_share",
    "ballot",
)
_ROUND_LOCK = 0x726F6E64
_TURN = "wijkbudget_turn"


def prepare_engine(engine: Engine) -> None:
    """Give every SQLite connection foreign keys, WAL, full sync and a busy time-out; leave PostgreSQL as it is.

    The driver's own transaction handling is switched off, so that a write transaction can begin with
    BEGIN IMMEDIATE: it waits for its turn at once and can never fail halfway for want of the lock.
    SQLite lets those who wait try again after a pause, so that some wait for seconds while others pass. A lock on a
    file in front of it lets them in one by one, over all processes.
    """
    if engine.dialect.name != "sqlite":
        return

    queue = _Queue(engine.url.database)

    @event.listens_for(engine, "do_connect")
    def _private(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        # The file holds the roll and the ballots: whoever makes it first, only its owner reads it. A file that is there
        # is not opened here: closing it would end every lock that SQLite holds on it for this process, and another
        # process could then remove the log with votes that were confirmed.
        if arguments and arguments[0] != ":memory:":
            with suppress(OSError):
                os.close(os.open(arguments[0], os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "secure_delete=ON",
            # Without it INSERT OR REPLACE would slip past the triggers that keep the log append-only.
            "recursive_triggers=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(WRITE, False)
        if write:
            queue.wait(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    @event.listens_for(engine, "close")
    def _on_close(_connection: Any, record: Any) -> None:
        queue.end(record.info)

    for act in ("do_commit", "do_rollback"):
        queue.end_after(engine.dialect, act)


class _Queue:
    """Lets writers of a SQLite file in one by one: the threads of a process by a lock, the processes by a locked file.

    A thread that has waited as long as SQLite would goes on without its turn; SQLite then refuses it, and says so.
    """

    def __init__(self, path: str | None) -> None:
        self._path = None if path in (None, "", ":memory:") else f"{path}-turn"
        self._within = Lock()

    def wait(self, connection: Connection) -> None:
        """Wait for the turn of this connection; it lasts until the transaction ends, or the process."""
        if fcntl is None or self._path is None or not self._within.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            return
        try:
            turn = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(turn, fcntl.LOCK_EX)
        except BaseException:
            self._within.release()
            raise
        connection.info[_TURN] = turn

    def end(self, info: dict[Any, Any]) -> None:
        """Let the next one in, if it was this connection's turn."""
        turn = info.pop(_TURN, None)
        if turn is not None:
            os.close(turn)
            self._within.release()

    def end_after(self, dialect: Any, act: str) -> None:
        """End the turn once a transaction has ended. SQLAlchemy's own events come before its end."""
        ending = getattr(dialect, act)

        def end(connection: Any) -> None:
            ending(connection)
            with suppress(
                NotImplementedError
            ):  # SQLAlchemy's first look at the database, before there is a pool
                self.end(connection.info)

        setattr(dialect, act, end)


def begin_write(session: Session) -> None:
    """Start a fresh transaction that will write. What was read before is read again."""
    session.rollback()
    session.connection(execution_options={WRITE: True})


@contextmanager
def impatient(session: Session) -> Iterator[Session]:
    """A transaction of one small write that may as well be left out; it reads nothing before.

    On SQLite it does not wait for others who are writing: OperationalError, and nothing is written.
    """
    session.rollback()
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    try:
        if sqlite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={IMPATIENT_MS}")
        try:
            yield session
            session.flush()
        finally:
            if sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        session.commit()
    except BaseException:
        session.rollback()
        raise


def lock_round(session: Session, round_id: int, *, shared: bool = False) -> BudgetRound:
    """The round, locked until the transaction ends. Raises NotFound.

    Casting takes it shared, so that residents do not wait for each other; a change of phase takes it
    alone. On PostgreSQL that is an advisory lock: one on the row would write to it for every ballot. On SQLite the
    write transaction itself is the lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        take = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        session.connection().execute(
            text(f"SELECT {take}(:key, :round)"), {"key": _ROUND_LOCK, "round": round_id}
        )
    statement = select(BudgetRound).where(BudgetRound.id == round_id)
    found = session.exec(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("Deze ronde bestaat niet.")
    return found


def shared_lock(round_id: ScalarSelect[int]) -> Select[Any]:
    """The statement with which PostgreSQL takes the lock of `lock_round` shared; nothing when there is no such round."""
    return select_columns(func.pg_advisory_xact_lock_shared(_ROUND_LOCK, round_id))


def hold_round(connection: Connection, lock: Select[Any], parameters: dict[str, Any]) -> None:
    """Keep a round in its phase until the transaction ends, by a `shared_lock` that was built before."""
    if connection.dialect.name == "postgresql":
        connection.execute(lock, parameters)


def lock_proposal(session: Session, proposal: Proposal) -> BudgetRound:
    """The proposal's round, locked, with the proposal read again as it stands now: others may have changed it."""
    budget_round = lock_round(session, proposal.round_id)
    session.refresh(proposal)
    return budget_round


def lock_audit_log(session: Session) -> None:
    """Let one transaction at a time add to the audit chain."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _AUDIT_LOCK})


def remove_remains(session: Session) -> None:
    """Let nothing be left of rows of the vote that were deleted or replaced; what the session read ends with it.

    PostgreSQL keeps such rows until they are vacuumed. SQLite overwrites them, but has them in its log until it is cut.
    """
    session.rollback()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM {', '.join(_OF_THE_VOTE)}"))
    else:
        empty_log(engine)


def empty_log(engine: Engine) -> None:
    """Fold SQLite's write-ahead log into the database and cut it to nothing, so that what was wiped is gone there too.

    Does nothing while somebody else reads or writes (the next call does it), and nothing on PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0")  # it is no reason to let anybody wait
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
