"""PostgreSQL is restarted as after a crash, while people vote. SQLite has no server that could be lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import FakeClock
from tests.databases import PostgresFactory, make_settings
from tests.faults.agreement import check_agreement
from tests.faults.own_postgres import OwnPostgres, own_postgres
from tests.faults.running_vote import RunningVote
from tests.faults.server import Voters, served, wait_until
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.cli.board import try_to_add_batches
from wijkbudget.services.cast_ballot import cast_ballot

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def factory(postgres: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> PostgresFactory:
    return PostgresFactory(postgres.url, tmp_path_factory.mktemp("template"))


@pytest.fixture
def app(factory: PostgresFactory, tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    application = create_app(make_settings(tmp_path, factory.new(tmp_path)), clock=clock)
    yield application
    with application.app_context():
        edge.db.engine.dispose()


def test_votes_acknowledged_before_the_database_crashed_are_there_and_the_site_comes_back_by_itself(
    postgres: OwnPostgres, vote: RunningVote, tmp_path: Path
) -> None:
    papers = vote.papers(50)
    with served(vote, tmp_path) as server:
        voters = Voters(server, papers, first=25).start()
        wait_until(lambda: voters.sent >= 10, "ten forms were sent")
        postgres.crash()
        voters.wait()
        during = server.get("/rondes")
        assert during is not None
        postgres.start()
        wait_until(server.answers, "the site answers by itself", seconds=15)
        first = voters.acknowledged
        check_agreement(vote, first.values())
        again = Voters(server, papers).start()
        again.wait()
    expected = {paper.form.number: paper.receipt for paper in papers}
    assert again.acknowledged == expected
    assert first.items() <= expected.items()
    assert check_agreement(vote) == set(expected.values())
    refused = [*voters.bad(), *again.bad(), during]
    for answer in refused:
        assert answer.status == 503, answer.page
        assert "De website is even niet bereikbaar" in answer.page
        assert "Traceback" not in answer.page and "psycopg" not in answer.page
    assert len(refused) > 20


def test_a_database_that_says_yes_before_it_has_written_loses_acknowledged_votes(
    postgres: OwnPostgres, vote: RunningVote
) -> None:
    papers = vote.papers(3)
    postgres.say_yes_too_early(edge.db.engine)
    assert [vote.receipt_of(vote.send(paper)) for paper in papers] == [paper.receipt for paper in papers]
    edge.session().rollback()
    postgres.crash()
    postgres.start()
    assert check_agreement(vote) == set()


def test_a_lost_connection_is_a_clear_page_and_the_next_one_works(
    postgres: OwnPostgres, vote: RunningVote, caplog: pytest.LogCaptureFixture
) -> None:
    client = vote.app.test_client()
    assert vote.look(client, "/rondes").status_code == 200
    postgres.crash()
    away = vote.look(client, "/rondes")
    postgres.start()
    assert away.status_code == 503
    assert "De website is even niet bereikbaar" in away.text
    assert "Verstuur het dan nog eens" in away.text
    assert "Traceback" not in caplog.text
    assert vote.look(client, "/rondes").status_code == 200


def test_the_loop_of_the_boards_goes_on_after_the_database_was_away(
    postgres: OwnPostgres, vote: RunningVote
) -> None:
    for paper in vote.papers(6):
        vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)
    postgres.crash()
    assert try_to_add_batches() == 0
    postgres.start()
    assert [try_to_add_batches(), try_to_add_batches()].count(6) == 1
