"""A backup from the middle of a vote is put back: whoever kept the board sees it, and so does each voter it forgot."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from tests.databases import PostgresFactory
from tests.faults.agreement import check_agreement
from tests.faults.running_vote import Paper, RunningVote
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.cli.verify import verify_diff
from wijkbudget.protocol.board import Fault, require_growth
from wijkbudget.services.board import add_batch, board_text
from wijkbudget.services.cast_ballot import cast_ballot

Restore = Callable[[], None]


@pytest.fixture
def back_up(address: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], Restore]]:
    """Makes a backup as it is now; what it gives back puts that in the place of the database."""
    name = make_url(address).database
    assert name is not None
    if address.startswith("sqlite"):
        yield lambda: _copy_of_file(Path(name), tmp_path / "backup.sqlite")
        return
    factory: PostgresFactory = request.getfixturevalue("postgres_factory")
    yield lambda: _copy_of_database(factory, name)
    factory._run(f"DROP DATABASE IF EXISTS {name}_backup")


def _copy_of_file(file: Path, copy: Path) -> Restore:
    with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)

    def restore() -> None:
        let_go()
        for log in file.parent.glob(f"{file.name}-*"):
            log.unlink()
        file.write_bytes(copy.read_bytes())

    return restore


def _copy_of_database(factory: PostgresFactory, name: str) -> Restore:
    let_go()
    factory._run(f"CREATE DATABASE {name}_backup TEMPLATE {name}")

    def restore() -> None:
        let_go()
        factory._run(f"DROP DATABASE {name} WITH (FORCE)")
        factory._run(f"CREATE DATABASE {name} TEMPLATE {name}_backup")

    return restore


def let_go() -> None:
    edge.session().close()
    edge.db.engine.dispose()


def cast_and_batch(vote: RunningVote, papers: list[Paper]) -> bytes:
    """These votes come in and go on the board; the board."""
    for paper in papers:
        vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)
    vote.scene.act(lambda session, _: add_batch(session, vote.round_id))
    return board(vote)


def board(vote: RunningVote) -> bytes:
    edge.session().rollback()
    text = board_text(edge.session(), vote.round_id)
    edge.session().rollback()
    return text


def compare(folder: Path, old: bytes, new: bytes) -> tuple[int, str]:
    """What `wijkbudget verify-diff` says of two saved boards."""
    files = folder / "old.jsonl", folder / "new.jsonl"
    for file, content in zip(files, (old, new), strict=True):
        file.write_bytes(content)
    done = CliRunner().invoke(verify_diff, [str(file) for file in files])
    return done.exit_code, done.output


def test_a_board_that_forgot_a_batch_is_told_from_one_that_grew_also_when_it_has_grown_again(
    vote: RunningVote, back_up: Callable[[], Restore], tmp_path: Path
) -> None:
    papers = vote.papers(18)
    first = cast_and_batch(vote, papers[:6])
    restore = back_up()
    saved = cast_and_batch(vote, papers[6:12])
    assert compare(tmp_path, first, saved) == (0, "Het bord is alleen gegroeid: 1 groepen erbij.\n")
    restore()
    assert board(vote) == first
    assert compare(tmp_path, saved, first) == (
        1,
        "FOUT board-diff: groep 2 stond op het oude bord en is weg\n",
    )
    later = cast_and_batch(vote, papers[12:])
    assert compare(tmp_path, saved, later) == (1, "FOUT board-diff: groep 2 is anders dan op het oude bord\n")
    with pytest.raises(Fault, match="groep 2"):
        require_growth(saved, later)
    check_agreement(vote, [paper.receipt for paper in papers[:6] + papers[12:]])


def test_a_voter_whose_vote_went_with_the_backup_sees_that_and_can_send_it_again(
    vote: RunningVote, back_up: Callable[[], Restore]
) -> None:
    papers, visitor = vote.papers(3), Visitor(vote.app.test_client())
    restore = back_up()
    assert [vote.receipt_of(vote.send(paper)) for paper in papers] == [paper.receipt for paper in papers]

    def told(paper: Paper) -> str:
        page = visitor.get(f"/rondes/{vote.round_id}/bord")
        return visitor.submit(page, {"receipt": paper.receipt}).text

    assert "Uw stem is binnen" in told(papers[0])
    restore()
    assert "Dit bewijs kennen we niet" in told(papers[0])
    assert "Bel dan de gemeente: dit mag niet gebeuren." in told(papers[0])
    assert check_agreement(vote) == set()
    assert vote.receipt_of(vote.send(papers[0])) == papers[0].receipt
    assert "Uw stem is binnen" in told(papers[0])
    assert check_agreement(vote) == {papers[0].receipt}
