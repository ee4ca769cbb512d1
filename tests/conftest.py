"""Fixtures for all tests: a settable clock, a fresh database, the application and a browser-like client."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser
from sqlmodel import Session

from tests.browser import chromium
from tests.databases import PostgresFactory, SqliteFactory, make_settings, postgres_server
from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.app import create_app

# How long an example takes depends on the machine and on what is compiled for the first time; it proves nothing.
settings.register_profile("wijkbudget", deadline=None)
settings.load_profile("wijkbudget")

BOTH = ("tests/services/", "tests/domain/", "tests/test_migrations.py")


class FakeClock:
    """A clock that a test sets. It starts on a Monday morning."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        self.instant = instant

    def advance(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Services, domain and migrations run on both databases; the rest on SQLite."""
    if "database_url" in metafunc.fixturenames:
        both = any(part in metafunc.definition.nodeid for part in BOTH)
        kinds = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)] if both else ["sqlite"]
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture(autouse=True)
def nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After every test: no address of a (fictional) person and no voting link is in what was logged."""
    yield
    logged = "\n".join(
        record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when)
    )
    for canary in ("@voorbeeld.example", "/stemmen/link/"):
        assert canary not in logged, f"{canary} was logged: {logged[:500]}"


@pytest.fixture(scope="session")
def sqlite_factory(tmp_path_factory: pytest.TempPathFactory) -> SqliteFactory:
    return SqliteFactory(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresFactory]:
    with postgres_server() as url:
        yield PostgresFactory(url, tmp_path_factory.mktemp("postgres_template"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated, empty database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_factory").new(tmp_path)
        return
    factory: PostgresFactory = request.getfixturevalue("postgres_factory")
    url = factory.new(tmp_path)
    yield url
    factory.drop(url)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def app(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """The application on a fresh database, with the test's clock."""
    application = create_app(make_settings(tmp_path, database_url), clock=clock)
    application.testing = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    application.config["SERVER_NAME"] = None
    yield application
    with application.app_context():
        edge.db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an application context, for tests that call services."""
    with app.app_context():
        yield edge.session()


@pytest.fixture
def scene(app: Flask, clock: FakeClock) -> Iterator[Scene]:
    """A builder that brings the database to a situation through the services."""
    with app.app_context():
        yield Scene(clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per file: Playwright's running loop must not outlive it."""
    with chromium() as launched:
        yield launched
