"""Pabulib files: what is read, what is refused and on which line, and what is written."""

from __future__ import annotations

import csv
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Ballot,
    BallotKind,
    Election,
    Outcome,
    PabulibError,
    PabulibFile,
    Project,
    RankingBallot,
    TallyError,
    count,
    read_pabulib,
    write_pabulib,
)
from wijkbudget.tally.pabulib import cents

DATA = Path(__file__).parent / "data"

GOOD = """META
key;value
description;Proef
num_projects;2
num_votes;3
budget;1000.50
vote_type;approval
PROJECTS
project_id;cost;votes;name
a;600;2;Bank
b;500.25;1;Boom
VOTES
voter_id;vote
1;a
2;a,b
3;
"""


def read(text: str) -> PabulibFile:
    return read_pabulib(text, name="proef.pb")


def fault_of(text: str) -> str:
    with pytest.raises(PabulibError) as caught:
        read(text)
    assert str(caught.value) == f"proef.pb:{caught.value.line}: {caught.value.fault}"
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix("proef.pb:")


def test_amounts_are_read_as_exact_cents_and_ballots_are_grouped() -> None:
    file = read(GOOD)
    assert (file.election.budget, [project.cost for project in file.election.projects]) == (
        100050,
        [60000, 50025],
    )
    assert file.election.votes() == {"a": 2, "b": 1}
    assert file.election.blank_count == 1
    assert file.meta["description"] == "Proef"
    assert file.warnings == ()
    assert [(p.id, p.name, p.line, p.votes, p.selected) for p in file.projects] == [
        ("a", "Bank", 10, "2", None),
        ("b", "Boom", 11, "1", None),
    ]


@pytest.mark.parametrize(
    "variant",
    [
        GOOD.encode(),
        GOOD.splitlines(keepends=True),
        [line.encode() + b"\n" for line in GOOD.splitlines()],
        GOOD.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + GOOD.encode(),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\n\n"),
        GOOD.replace("META", "meta").replace("vote_type;approval", " vote_type ; Approval "),
        GOOD.replace("a,b", " b , a "),
        GOOD.rstrip("\n"),
    ],
    ids=[
        "bytes",
        "lines",
        "byte lines",
        "CRLF",
        "BOM bytes",
        "BOM text",
        "blank",
        "case",
        "spaces",
        "no end",
    ],
)
def test_the_same_content_in_another_dress_is_the_same_election(variant: str | bytes | list[str]) -> None:
    assert read_pabulib(variant).election == read(GOOD).election


def test_a_path_is_opened_and_named_in_faults(tmp_path: Path) -> None:
    path = tmp_path / "slecht.pb"
    path.write_text(GOOD.replace("600", "0"), encoding="utf-8")
    with pytest.raises(PabulibError, match=r"slecht\.pb:10: cost of project 'a' is zero"):
        read_pabulib(path)


def test_columns_may_come_in_any_order_and_further_columns_are_ignored() -> None:
    text = GOOD.replace("project_id;cost;votes;name", "name;votes;project_id;cost")
    text = text.replace("a;600;2;Bank", "Bank;2;a;600").replace("b;500.25;1;Boom", "Boom;1;b;500.25")
    text = text.replace("voter_id;vote\n1;a\n2;a,b\n3;", "vote;age;voter_id\na;30;1\na,b;;2\n;80;3")
    assert read(text).election == read(GOOD).election


def test_a_quoted_field_may_hold_semicolons_and_line_breaks_and_lines_still_count() -> None:
    text = GOOD.replace("a;600;2;Bank", 'a;600;2;"Bank; groen\nen ""mooi"""').replace("500.25", "nul")
    assert fault_of(text).startswith("12: cost 'nul' is not an amount")
    assert read(text.replace("nul", "5")).projects[0].name == 'Bank; groen\nen "mooi"'


@pytest.mark.parametrize("project_id", ["BO.OM.97/24", "L010", "c22", "ÿ 1"])
def test_project_ids_need_not_be_numbers(project_id: str) -> None:
    text = GOOD.replace("\na;", f"\n{project_id};").replace("1;a\n2;a,", f"1;{project_id}\n2;{project_id},")
    assert read(text).election.votes() == {project_id: 2, "b": 1}


def test_ordinal_votes_are_rankings_in_the_order_of_the_ballot() -> None:
    file = read(GOOD.replace("approval", "ordinal").replace("a,b", "b,a"))
    assert file.ballot_kind is BallotKind.RANKING
    assert RankingBallot((frozenset("b"), frozenset("a"))) in dict(file.election.ballots)


def test_choose_1_votes_are_approvals_of_one_project() -> None:
    file = read(GOOD.replace("approval", "choose-1").replace("a,b", "b").replace("a;600;2", "a;600;1"))
    assert (file.ballot_kind, file.election.votes(), file.warnings) == (
        BallotKind.APPROVAL,
        {"a": 1, "b": 1},
        (),
    )


def test_a_cost_above_the_budget_is_harmless() -> None:
    result = count(read(GOOD.replace("600", "90000")).election, "greedy")
    assert isinstance(result, Outcome)
    assert result.funded == ("b",)


def test_a_project_named_twice_counts_once_on_an_approval_ballot_and_is_refused_in_a_ranking() -> None:
    twice = read(GOOD.replace("2;a,b", "2;b,b").replace("a;600;2", "a;600;1"))
    assert twice.election.votes() == {"a": 1, "b": 1}
    assert list(map(str, twice.warnings)) == ["15: vote names project 'b' twice; it counts once"]
    ranked = GOOD.replace("approval", "ordinal").replace("2;a,b", "2;b,b")
    assert fault_of(ranked) == "15: vote names project 'b' twice"


def test_numbers_in_the_file_that_are_off_are_warnings_with_their_line() -> None:
    text = GOOD.replace("num_projects;2", "num_projects;3").replace("num_votes;3", "num_votes;4")
    assert list(map(str, read(text.replace("b;500.25;1", "b;500.25;7")).warnings)) == [
        "4: num_projects is '3', but the file holds 2",
        "5: num_votes is '4', but the file holds 3",
        "11: project 'b' has votes '7', but 1 ballots name it",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("budget;1000.50\n", "", "6: section META has no budget"),
        ("vote_type;approval\n", "", "6: section META has no vote_type"),
        ("budget;1000.50", "budget;1000.50;5", "6: 3 fields, but section META has 2 columns"),
        ("description;Proef", "budget;5", "6: key 'budget' comes a second time"),
        ("approval", "cumulative", "7: vote_type 'cumulative' is not supported by this version"),
        ("approval", "scoring", "7: vote_type 'scoring' is not supported by this version"),
        ("key;value", "sleutel;waarde", "2: section META has no column key"),
        ("META\n", "", "1: text before the section META"),
        ("META\n", "META\nMETA\n", "2: section META comes a second time"),
        ("PROJECTS\n", "VOTES\n", "8: section VOTES comes before section PROJECTS"),
        (GOOD[GOOD.index("VOTES") :], "", "11: section VOTES is missing"),
        (GOOD[GOOD.index("PROJECTS") :], "", "7: section PROJECTS is missing"),
        (GOOD[GOOD.index("voter_id") :], "", "12: section VOTES has no row with column names"),
        ("project_id;cost", "id;cost", "9: section PROJECTS has no column project_id"),
        ("cost;votes", "prijs;votes", "9: section PROJECTS has no column cost"),
        ("votes;name", "name;name", "9: section PROJECTS has two columns of the same name"),
        ("voter_id;vote", "voter_id;stem", "13: section VOTES has no column vote"),
        ("a;600;2;Bank\nb;500.25;1;Boom\n", "", "12: section PROJECTS holds no project"),
        ("b;500.25", "a;500.25", "11: project 'a' is listed twice"),
        ("a;600;2;Bank", ";600;2;Bank", "10: project id '' is empty or holds a comma"),
        ("a;600;2;Bank", "a,c;600;2;Bank", "10: project id 'a,c' is empty or holds a comma"),
        ("a;600;2;Bank", "a;600;2;Bank;", "10: 5 fields, but section PROJECTS has 4 columns"),
        ("a;600;2;Bank", "a;600;2", "10: 3 fields, but section PROJECTS has 4 columns"),
        ("a;600;2;Bank", 'a;600;2;"Bank"je', "10: is not a row of fields: "),
        ("a;600;2;Bank", 'a;600;2;"Bank', "10: is not a row of fields: "),
        ("2;a,b", "2;a,z", "15: vote for project 'z', which is not in PROJECTS"),
        ("2;a,b", "2;a,,b", "15: vote for project '', which is not in PROJECTS"),
        ("2;a,b", "1;a,b", "15: voter '1' votes a second time"),
        ("2;a,b", "2", "15: 1 fields, but section VOTES has 2 columns"),
        ("approval", "choose-1", "15: vote names 2 projects, but vote_type is choose-1"),
        ("Bank", "Ba\0nk", "10: holds a NUL character"),
        ("2;a,b", "2;a\0,b", "15: holds a NUL character"),
        ("Bank", "B" * 200_000, "10: is not a row of fields: "),
        ("Bank", "B" * 2_000_000, "10: line is longer than"),
        (GOOD, "", "1: the file is empty"),
        (GOOD, "\n\n", "1: the file is empty"),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused_with_its_line(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert fault_of(GOOD.replace(old, new, 1)).startswith(fault)


AMOUNTS = [
    "-5",
    "NaN",
    "inf",
    "1e5",
    "1,000",
    "1.000,50",
    "1.234",
    "5.",
    ".5",
    "+5",
    "",
    "5 0",
    "٥",
    "9" * 30,
    "€ 5",
]


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize(("old", "line"), [("1000.50", 6), ("500.25", 11)])
def test_an_amount_that_is_not_plain_decimal_text_is_refused(amount: str, old: str, line: int) -> None:
    assert "is not an amount like 1250 or 1250.50" in fault_of(GOOD.replace(old, amount))
    assert fault_of(GOOD.replace(old, amount)).startswith(f"{line}: ")


@pytest.mark.parametrize("cost", ["0", "0.00"])
def test_a_project_that_costs_nothing_is_refused(cost: str) -> None:
    assert fault_of(GOOD.replace("600", cost)) == "10: cost of project 'a' is zero"


@pytest.mark.parametrize(("text", "amount"), [("541057.09", 54105709), ("400000.0", 40000000), ("0.07", 7)])
def test_decimal_text_becomes_cents_without_rounding(text: str, amount: int) -> None:
    assert cents(text) == amount


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (GOOD.replace("Boom", "Bóóm").encode("latin-1"), r":11: is not UTF-8 text"),
        (GOOD.replace("Boom", "B\room").encode(), r":11: is not a row of fields: a carriage return that"),
        (GOOD.encode("utf-16"), r":1: is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", r":1: is not UTF-8 text"),
    ],
)
def test_bytes_that_are_not_lines_of_utf_8_are_refused_with_their_line(content: bytes, fault: str) -> None:
    with pytest.raises(PabulibError, match=fault):
        read_pabulib(content)


def test_a_directory_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PabulibError, match=r":0: cannot be read: Is a directory"):
        read_pabulib(tmp_path)
    with pytest.raises(PabulibError, match=r"weg\.pb:0: cannot be read: No such file"):
        read_pabulib(tmp_path / "weg.pb")


@pytest.mark.parametrize(
    "name", sorted(path.name for path in DATA.glob("*.pb") if "Utilities" not in path.name)
)
def test_real_files_are_read_without_warnings_and_survive_a_round_trip(name: str) -> None:
    file = read_pabulib(DATA / name)
    assert file.warnings == ()
    assert file.election.ballot_count == int(file.meta["num_votes"])
    again = read_pabulib(write_pabulib(file.election, file.meta))
    assert again.election == file.election
    assert again.warnings == ()
    assert again.meta == dict(file.meta) | {"budget": again.meta["budget"]}


def test_a_real_cumulative_file_is_refused_at_its_vote_type() -> None:
    with pytest.raises(PabulibError, match=r":10: vote_type 'cumulative' is not supported by this version"):
        read_pabulib(DATA / "Worldwide_Mechanical_Turk_Utilities_7.pb")


def test_zabrze_funds_what_was_officially_selected() -> None:
    file = read_pabulib(DATA / "Poland_Zabrze_2021_Grzybowice.pb")
    result = count(file.election, "greedy")
    assert isinstance(result, Outcome)
    assert result.funded == ("P0068",)


def test_rijnbuurt_west_has_a_tie_that_decides_nothing() -> None:
    result = count(read_pabulib(DATA / "Netherlands_Amsterdam_588.pb").election, "greedy")
    assert isinstance(result, Outcome)
    assert [(tie.projects, tie.mattered) for tie in result.ties] == [(("42184", "42189"), False)]


def test_memory_does_not_grow_with_the_rows_of_equal_ballots() -> None:
    def lines(voters: int) -> Iterator[str]:
        yield from GOOD[: GOOD.index("1;a\n")].splitlines(keepends=True)
        for voter in range(voters):
            yield f"{voter};a,b{' ' * 1000}\n"

    tracemalloc.start()
    try:
        assert read_pabulib(lines(5_000)).election.ballot_count == 5_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_500_000, "the rows are 5 MB; only the voter ids may be kept"


def test_a_ballot_that_names_thousands_of_projects_takes_seconds_and_not_minutes() -> None:
    many = [str(number) for number in range(12_000)]
    text = "META\nkey;value\nbudget;60000\nvote_type;approval\nPROJECTS\nproject_id;cost\n"
    text += "".join(f"{project};10\n" for project in many)
    text += "VOTES\nvoter_id;vote\n1;" + ",".join(many) + "\n2;" + ",".join(reversed(many)) + "\n"
    start = time.process_time()
    result = count(read(text).election, "greedy", ties="lexicographic")
    assert isinstance(result, Outcome)
    assert len(result.funded) == 6_000
    assert time.process_time() - start < 4, "work that grows with the square of the projects"


ids = st.text(
    st.characters(exclude_characters=",\0", exclude_categories=("Cs",)), min_size=1, max_size=6
).filter(lambda text: text == text.strip())
names = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12).map(
    str.strip
)


@st.composite
def elections(draw: st.DrawFn) -> Election:
    project_ids = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    projects = [
        Project(p, draw(st.integers(1, 10**9)), draw(names), draw(st.booleans())) for p in project_ids
    ]
    order = st.lists(st.sampled_from(project_ids), unique=True)
    kind = draw(st.sampled_from(["approval", "ordinal"]))
    ballots: list[Ballot] = []
    for vote in draw(st.lists(order, max_size=6)):
        ranked = RankingBallot(tuple(frozenset({p}) for p in vote))
        ballots.append(ApprovalBallot(frozenset(vote)) if kind == "approval" else ranked)
    return Election.of(draw(st.integers(0, 10**11)), projects, ballots)


@given(elections())
def test_what_is_written_is_read_back_the_same(election: Election) -> None:
    assert read_pabulib(write_pabulib(election)).election == election
    assert read_pabulib(write_pabulib(election).encode()).election == election


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_no_content_whatever_breaks_the_parser(noise: str | bytes) -> None:
    with pytest.raises(PabulibError):
        read_pabulib(noise)


def fault_or_nothing(text: str) -> str:
    try:
        read(text)
    except PabulibError as fault:
        return str(fault)
    return ""


@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 20)))
    damaged = GOOD[:start] + data.draw(st.text(max_size=5)) + GOOD[end:]
    assert "\n" not in fault_or_nothing(damaged)


def test_selected_projects_are_written_and_voters_are_numbered_anew() -> None:
    written = write_pabulib(read(GOOD).election, {"description": "Proef", "num_votes": "99"}, selected=["a"])
    rows = list(csv.reader(written.splitlines(), delimiter=";"))
    assert ["num_votes", "3"] in rows
    assert ["a", "600", "2", "Bank", "1"] in rows
    assert ["b", "500.25", "1", "Boom", "0"] in rows
    assert {project.selected for project in read(written).projects} == {"0", "1"}


@pytest.mark.parametrize(
    ("project_id", "vote"),
    [
        ("a,b", ApprovalBallot(frozenset())),
        (" a", ApprovalBallot(frozenset())),
        ("a\0", ApprovalBallot(frozenset())),
    ],
)
def test_an_id_that_the_format_cannot_hold_is_refused(project_id: str, vote: Ballot) -> None:
    with pytest.raises(TallyError, match="cannot be written"):
        write_pabulib(Election.of(1, [Project(project_id, 1)], [vote]))


def test_equal_ranks_cannot_be_written() -> None:
    election = Election.of(1, [Project("a", 1), Project("b", 1)], [RankingBallot((frozenset("ab"),))])
    with pytest.raises(TallyError, match="one rank"):
        write_pabulib(election)
