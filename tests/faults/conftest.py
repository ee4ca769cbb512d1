"""Fixtures for tests of faults: every one of them runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import FakeClock
from tests.databases import make_settings
from tests.faults.running_vote import RunningVote
from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.app import create_app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated, empty database."""
    factory = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_factory")
    url = factory.new(tmp_path)
    yield url
    if request.param == "postgresql":
        factory.drop(url)


@pytest.fixture
def app(address: str, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """The application in this process, on the database that the processes of a test use too."""
    application = create_app(make_settings(tmp_path, address), clock=clock)
    yield application
    with application.app_context():
        edge.db.engine.dispose()


@pytest.fixture
def vote(app: Flask, scene: Scene) -> RunningVote:
    """A vote that runs, with sixty voters."""
    return RunningVote(app, scene, 60)
