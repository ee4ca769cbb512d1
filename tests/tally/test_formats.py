"""Any known form of file by the end of its name: read, converted, and what gets lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from wijkbudget.tally import (
    ApprovalBallot,
    Archive,
    BallotKind,
    Counted,
    Election,
    FileError,
    Project,
    RankingBallot,
    StoredElection,
    TallyError,
    Terms,
    read_election,
    write_archive,
    write_election,
)
from wijkbudget.tally.formats import SUFFIXES, election_text

DATA = Path(__file__).parent / "data"
RANKED = Election.of(
    200, [Project("1", 100, "Bank"), Project("2", 100)], [RankingBallot((frozenset("2"), frozenset("1")))]
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_complete_strict_ranking_survives_in_every_form(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"proef{suffix}"
    left_out = write_election(path, RANKED)
    known = {"budget": 200} if suffix not in (".pb", ".json") else {}
    again = read_election(path, **known)
    assert again.kind is BallotKind.RANKING
    assert again.election.ballots == RANKED.ballots
    assert (again.election.budget, again.warnings) == (200, ())
    assert ("the budget and the costs" in left_out) == bool(known)


@pytest.mark.parametrize("source", sorted(DATA.glob("*.pb")), ids=lambda path: path.name)
def test_a_real_file_becomes_an_archive_and_a_file_again(source: Path, tmp_path: Path) -> None:
    first = read_election(source)
    archive, back = tmp_path / "a.json", tmp_path / "b.PB"
    write_election(archive, first)
    write_election(back, read_election(archive))
    again = read_election(back)
    assert (again.election, again.kind) == (first.election, first.kind)
    assert again.meta.keys() == first.meta.keys()


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    real = read_election(DATA / "Switzerland_Zurich_SN.pb")
    assert "columns of projects besides id, cost and name" in election_text(real, ".json").left_out
    archive = Archive(RANKED, Counted("schulze", 1, Terms()), {"unit": "Haarlem", "description": "Proef"})
    path = tmp_path / "a.json"
    path.write_text(write_archive(archive), encoding="utf-8")
    stored = read_election(path)
    assert election_text(stored, ".json").left_out == ()
    assert election_text(stored, ".pb").left_out == ("how the election was counted, and what came out",)
    assert election_text(stored, ".soc").left_out == (
        "the budget and the costs",
        "how the election was counted, and what came out",
        "what is told about the election besides its description",
    )
    assert "# TITLE: Proef" in election_text(stored, ".soc").text


@pytest.mark.parametrize(
    ("ballot", "withdrawn", "suffix", "fault"),
    [
        (ApprovalBallot(frozenset("1")), False, ".soi", "holds rankings, not approval ballots"),
        (RankingBallot((frozenset("12"),)), False, ".soi", "cannot hold projects in one rank"),
        (RankingBallot((frozenset("12"),)), False, ".pb", "cannot hold projects in one rank"),
        (RankingBallot((frozenset("1"),)), False, ".toc", "cannot hold a ballot that leaves projects out"),
        (RankingBallot((frozenset("1"),)), True, ".toi", "cannot hold that project 2 is withdrawn"),
    ],
)
def test_nothing_is_written_where_the_form_cannot_hold_it(
    ballot: ApprovalBallot | RankingBallot, withdrawn: bool, suffix: str, fault: str, tmp_path: Path
) -> None:
    election = Election.of(1, [Project("1", 1), Project("2", 1, withdrawn=withdrawn)], [ballot])
    path = tmp_path / f"proef{suffix}"
    with pytest.raises(TallyError, match=fault):
        write_election(path, StoredElection.of(election))
    assert not path.exists()


def test_a_name_that_ends_otherwise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TallyError, match=r"ends in none of \.pb, \.soc"):
        read_election(tmp_path / "proef.xlsx")
    with pytest.raises(TallyError, match=r"ends in none of \.pb, \.soc"):
        write_election(tmp_path / "proef", RANKED)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_or_cannot_be_written_is_refused_as_a_file(
    suffix: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match="cannot be read: No such file"):
        read_election(tmp_path / f"weg{suffix}", name=f"weg{suffix}")
    with pytest.raises(FileError, match="cannot be written: No such file"):
        write_election(tmp_path / "weg" / f"a{suffix}", RANKED)


def test_money_is_told_for_preflib_only_and_a_wrong_name_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "proef.toi"
    path.write_text(election_text(RANKED, ".soc").text, encoding="utf-8")
    stored = read_election(path, budget=500, costs={"1": 300, "2": 200})
    assert [project.cost for project in stored.election.projects] == [300, 200]
    assert "4: DATA TYPE is soc, but the name of the file ends in .toi" in map(str, stored.warnings)
    with pytest.raises(TallyError, match=r"budget and costs stand in a \.pb file itself"):
        read_election(DATA / "Netherlands_Amsterdam_588.pb", budget=500)
