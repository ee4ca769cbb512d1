"""Acts that are done in a process of its own, which is killed at a chosen step: before a statement, or about the commit."""

import os
import signal
import traceback
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask
from sqlalchemy import Engine, event

from tests.faults.forks import FORKS
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.cli.board import add_batches
from wijkbudget.config import Settings
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.mail.smtp import SmtpServer
from wijkbudget.services.cast_ballot import Form, cast_ballot
from wijkbudget.services.open_ballots import destroy_spent_keys, give_share
from wijkbudget.services.seal_vote import seal_vote

PATIENCE_SECONDS = 60
BEFORE, AFTER = "before the commit", "after the commit"


def cast(link: str, form: Form) -> None:
    with edge.transaction() as session:
        cast_ballot(session, edge.now(), link, form, keys=edge.keys())


def batch() -> None:
    add_batches()


def seal(round_id: int) -> None:
    with edge.transaction() as session:
        seal_vote(session, edge.now(), SYSTEM, round_id, keys=edge.keys())
    destroy_spent_keys(edge.session(), edge.keys())


def give(round_id: int, holder: Actor, words: str) -> None:
    with edge.transaction() as session:
        give_share(session, edge.now(), holder, round_id, words)
    destroy_spent_keys(edge.session(), edge.keys())


def deliver(port: int) -> None:
    from wijkbudget.cli.mail import deliver_all

    deliver_all(SmtpServer("127.0.0.1", port, "wijkbudget@voorbeeld.example"))


class Steps:
    """Counts what is asked of the database and of the disk, and kills the process at the chosen step."""

    def __init__(self, fatal: int, told: Path) -> None:
        self.fatal, self.told, self.step = fatal, told, 0

    def watch(self, engine: Engine) -> None:
        """Count statements, and the moments just before and just after each commit."""
        commit = engine.dialect.do_commit

        def watched(connection: Any) -> None:
            self.at(BEFORE)
            commit(connection)
            self.at(AFTER)

        engine.dialect.do_commit = watched  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", self._statement)

    def at(self, what: str) -> None:
        """One step further; at the fatal one it is told, and the process is gone as with kill -9."""
        self.step += 1
        if self.step == self.fatal:
            self.told.write_text(what)
            os.kill(os.getpid(), signal.SIGKILL)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.at(statement)


def _serve(settings: Settings, orders: Connection, told: Path) -> None:
    """Do each act that is ordered in a process of its own; this one has no threads and no connection of its own."""
    now: list[datetime] = []
    app = create_app(settings, clock=lambda: now[-1])
    while (order := orders.recv()) is not None:
        instant, act, given, fatal = order
        now.append(instant)
        pid = os.fork()
        if pid == 0:
            _do(app, act, given, Steps(fatal, told))
        orders.send(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _do(app: Flask, act: Callable[..., None], given: tuple[Any, ...], steps: Steps) -> NoReturn:
    code = 1
    try:
        with app.app_context():
            steps.watch(edge.db.engine)
            act(*given)
            edge.db.session.close()
            edge.db.engine.dispose()
        code = 0
    except BaseException:  # noqa: BLE001  (told in full, and by the exit code)
        traceback.print_exc()
    finally:
        os._exit(code)


class Machine:
    """Does acts in processes that can be killed: each is forked from one that has the application in memory."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], told: Path) -> None:
        self.clock, self.told = clock, told
        self.orders, theirs = FORKS.Pipe()
        self.process = FORKS.Process(target=_serve, args=(settings, theirs, told), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        """Send it home."""
        self.orders.send(None)
        self.process.join(PATIENCE_SECONDS)
        self.process.close()
        self.orders.close()

    def crash(self, act: Callable[..., None], *given: Any, step: int) -> str | None:
        """Do an act up to this step; where it died, or None when it was done before that."""
        self.told.unlink(missing_ok=True)
        self.orders.send((self.clock(), act, given, step))
        assert self.orders.poll(PATIENCE_SECONDS), "an act is stuck behind one that died"
        code = self.orders.recv()
        assert code in (0, -signal.SIGKILL), f"the act failed with exit code {code}"
        return self.told.read_text() if code else None

    def do(self, act: Callable[..., None], *given: Any) -> None:
        """Do an act to its end."""
        assert self.crash(act, *given, step=0) is None
