"""The disk is full: votes are refused with a clear page, nothing is half there, and with more room it goes on.

On SQLite, where the website itself writes the files. On PostgreSQL a full disk is a fault of its server: what the
website then gets is an error, as in `test_lost_database`.
"""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.conftest import FakeClock
from tests.databases import SqliteFactory, make_settings
from tests.faults.agreement import check_agreement
from tests.faults.running_vote import RunningVote
from tests.faults.server import served
from wijkbudget import edge
from wijkbudget.app import create_app

AWAY = "De website is even niet bereikbaar"


@pytest.fixture
def app(sqlite_factory: SqliteFactory, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    application = create_app(make_settings(tmp_path, sqlite_factory.new(tmp_path)), clock=clock)
    yield application
    with application.app_context():
        edge.db.engine.dispose()


def allow_pages(more: int | None) -> None:
    """Let the database grow by so many pages and no further; None: without a limit."""
    engine = edge.db.engine
    edge.session().rollback()
    with engine.connect() as connection:
        now = connection.execute(text("PRAGMA page_count")).scalar_one()
    engine.dispose()
    limit = 2**31 if more is None else now + more

    @event.listens_for(engine, "connect")
    def _limit(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit}")  # type: ignore[attr-defined]


def test_a_database_that_cannot_grow_refuses_votes_whole_and_takes_them_when_there_is_room(
    vote: RunningVote,
) -> None:
    papers = vote.papers(60)
    allow_pages(2)
    answers = [vote.send(paper) for paper in papers]
    stored = {vote.receipt_of(answer) for answer in answers} - {None}
    refused = [answer for answer in answers if answer.status_code != 303]
    assert stored and refused
    for answer in refused:
        assert answer.status_code == 503
        assert AWAY in answer.text
    assert check_agreement(vote) == stored
    allow_pages(None)
    assert [vote.receipt_of(vote.send(paper)) for paper in papers] == [paper.receipt for paper in papers]
    assert check_agreement(vote) == {paper.receipt for paper in papers}


def test_workers_that_can_write_no_more_refuse_votes_whole_and_take_them_when_they_can(
    vote: RunningVote, tmp_path: Path
) -> None:
    papers = vote.papers(12)
    with served(vote, tmp_path) as server:
        before = [server.cast(paper) for paper in papers[:4]]
        size = max(file.stat().st_size for file in tmp_path.glob("wijkbudget.sqlite*"))
        for pid in server.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        full = [server.cast(paper) for paper in papers]
        stored = check_agreement(vote)
        for pid in server.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        after = [server.cast(paper) for paper in papers]
    assert [answer and answer.receipt for answer in before] == [paper.receipt for paper in papers[:4]]
    refused = [answer for answer in full if answer is None or answer.receipt is None]
    assert refused
    for answer in refused:
        assert answer is not None and answer.status == 503
        assert AWAY in answer.page
    given = {a.receipt for a in (*before, *full) if a is not None and a.receipt is not None}
    assert given == stored
    assert [answer and answer.receipt for answer in after] == [paper.receipt for paper in papers]
    assert check_agreement(vote) == {paper.receipt for paper in papers}
