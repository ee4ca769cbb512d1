"""Pabulib files: what is read, what is refused and on which line, and what is written."""

from __future__ import annotations

import csv
import hashlib
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Ballot,
    BallotKind,
    Election,
    Outcome,
    PabulibError,
    PabulibFile,
    PointsBallot,
    Project,
    RankingBallot,
    TallyError,
    count,
    read_pabulib,
    write_pabulib,
)
from wijkbudget.tally.pabulib import cents, write_pabulib_file

DATA = Path(__file__).parent / "data"
KNOWN = {"Worldwide_Mechanical_Turk_Utilities_7.pb": {53}}
"""Lines at which a real file contradicts itself: 16 ballots there give fewer points than min_sum_points asks."""

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


POINTS = """META
key;value
num_votes;3
budget;1000
vote_type;cumulative
min_sum_points;1
max_sum_points;5
max_points;4
PROJECTS
project_id;cost;votes;score;name;target
b;600;2;5;Bank;youth
a;500;2;4;Boom;elderly
VOTES
points;age;voter_id;vote
4,1;33;1;b,a
;33;3;
3.0,1;81;2;a,b
"""


def test_points_stand_beside_the_projects_that_get_them() -> None:
    file = read(POINTS)
    assert file.ballot_kind is BallotKind.POINTS
    assert dict(file.election.ballots) == {
        PointsBallot.of({"a": 1, "b": 4}): 1,
        PointsBallot.of({"a": 3, "b": 1}): 1,
        PointsBallot(()): 1,
    }
    assert list(map(str, file.warnings)) == [
        "16: ballot gives 0 points together, but min_sum_points is 1",
    ]
    assert read(POINTS.replace("cumulative", "scoring")).election == file.election


def test_a_project_with_no_points_is_not_named_and_may_still_be_in_the_votes_of_the_file() -> None:
    file = read(POINTS.replace("4,1;33;1;b,a", "4,0;33;1;b,a").replace("a;500;2;4", "a;500;2;3"))
    assert file.election.votes() == {"a": 1, "b": 2}
    assert [fault.line for fault in file.warnings] == [16]


def test_points_for_a_project_named_twice_are_added_up_and_noted() -> None:
    file = read(POINTS.replace("4,1;33;1;b,a", "1,2;33;1;b,b"))
    assert file.election.points() == {"a": 3, "b": 4}
    assert "15: vote names project 'b' twice; its points are added up" in map(str, file.warnings)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("4,1;", "4.5,1;", "15: points '4.5' are not a whole number from 0 to 1,000,000,000"),
        ("4,1;", "-4,1;", "15: points '-4' are not a whole number"),
        ("4,1;", "4,;", "15: points '' are not a whole number"),
        ("4,1;", "4,1e3;", "15: points '1e3' are not a whole number"),
        ("4,1;", "4,1000000001;", "15: points '1000000001' are not a whole number"),
        ("4,1;", "4;", "15: vote names 2 projects, but gives 1 numbers of points"),
        ("4,1;", ";", "15: vote names 2 projects, but gives 0 numbers of points"),
        (";b,a", ";", "15: vote names 0 projects, but gives 2 numbers of points"),
        (";b,a", ";b,c", "15: vote for project 'c', which is not in PROJECTS"),
        ("4,1;33;1;b,a", "600000000,600000000;3;1;b,b", "15: vote gives a project more than 1,000,000,000"),
    ],
)
def test_points_that_are_not_clear_are_refused_with_their_line(old: str, new: str, fault: str) -> None:
    assert fault_of(POINTS.replace(old, new, 1)).startswith(fault)


def test_the_score_of_a_project_that_is_off_is_noted() -> None:
    faults = list(map(str, read(POINTS.replace("a;500;2;4", "a;500;2;7")).warnings))
    assert faults[0] == "12: project 'a' has score '7', but gets 4 points"


@pytest.mark.parametrize(
    ("limit", "fault"),
    [
        ("max_length;1", "16: ballot names 2 projects, but max_length is 1; 2 ballots break this limit"),
        ("min_length;1", "18: ballot names 0 projects, but min_length is 1"),
        (
            "max_sum_cost;1100",
            "16: projects on ballot cost 1100.25 together, but max_sum_cost is 1100; 2 ballots",
        ),
        ("min_sum_cost;0.01", "18: projects on ballot cost 0 together, but min_sum_cost is 0.01"),
        ("max_length;veel", "8: max_length 'veel' is not an amount like 1250 or 1250.50; it is not checked"),
        ("max_length;1.5", "8: max_length '1.5' is not a whole number; it is not checked"),
        ("max_project_cost;550", "11: project 'a' costs 600, but max_project_cost is 550"),
        ("min_project_cost;550", "12: project 'b' costs 500.25, but min_project_cost is 550"),
        ("max_length;2", ""),
        ("max_points;0", ""),
    ],
)
def test_ballots_beyond_the_limits_of_the_file_are_noted_at_the_first(limit: str, fault: str) -> None:
    text = GOOD.replace("approval\n", f"approval\n{limit}\n").replace("2;a,b\n", "2;a,b\n2b;b,a\n")
    text = text.replace("num_votes;3", "num_votes;4").replace("a;600;2", "a;600;3").replace("25;1", "25;2")
    assert "".join(map(str, read(text).warnings)).startswith(fault)
    assert (fault == "") == (read(text).warnings == ())


@pytest.mark.parametrize(
    ("limit", "fault"),
    [
        ("max_sum_points;4", "15: ballot gives 5 points together, but max_sum_points is 4"),
        ("max_points;3", "15: ballot gives a project 4 points, but max_points is 3"),
        (
            "min_points;2",
            "15: ballot gives a project 1 points, but min_points is 2; 2 ballots break this limit",
        ),
    ],
)
def test_limits_on_points_are_checked(limit: str, fault: str) -> None:
    text = POINTS.replace("max_sum_points;5\nmax_points;4", f"{limit}\nunit;Proef")
    assert fault in map(str, read(text).warnings)


def test_what_a_file_says_about_projects_is_kept_and_what_it_says_about_voters_is_not() -> None:
    assert write_pabulib_file(read(POINTS)).splitlines() == [
        "META",
        "key;value",
        "min_sum_points;1",
        "max_sum_points;5",
        "max_points;4",
        "num_projects;2",
        "num_votes;3",
        "budget;1000",
        "vote_type;cumulative",
        "PROJECTS",
        "project_id;cost;votes;score;name;target",
        "b;600;2;5;Bank;youth",
        "a;500;2;4;Boom;elderly",
        "VOTES",
        "voter_id;vote;points",
        "1;;",
        "2;a,b;1,4",
        "3;a,b;3,1",
    ]


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
        ("approval", "cumulative", "13: section VOTES has no column points"),
        ("approval", "scoring", "13: section VOTES has no column points"),
        ("approval", "knapsack", "7: vote_type 'knapsack' is not one of approval, choose-1, ordinal, cumul"),
        ("description;Proef", "default_score;1", "3: default_score '1': a project that a vote does not name"),
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
        ("a;600;2;Bank\nb;500.25;1;Boom\n", "", "11: section PROJECTS holds no project"),
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


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.pb")))
def test_real_files_survive_a_round_trip_and_contradict_themselves_only_where_known(name: str) -> None:
    file = read_pabulib(DATA / name)
    assert [str(fault) for fault in file.warnings if fault.line not in KNOWN.get(name, ())] == []
    assert file.election.ballot_count == int(file.meta["num_votes"])
    again = read_pabulib(write_pabulib(file.election, file.meta))
    assert again.election == file.election
    assert len(again.warnings) == len(file.warnings)
    assert again.meta == dict(file.meta) | {"budget": again.meta["budget"]}
    written = write_pabulib_file(file)
    assert write_pabulib_file(read_pabulib(written)) == written


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


def test_the_text_that_a_count_is_known_by_stays_what_it_was() -> None:
    """Rounds keep the SHA-256 of their ballots in this form: it may never change for approvals and rankings."""
    hashes = {
        "Netherlands_Amsterdam_588.pb": "d593c342215e4a5418ac264bd8270f2daa52331141028e7591ed61ca33ba2f73",
        "US_Merced_2019_rankings.pb": "bda8236ecc4accf8184589f3d5d2a5d6f13f6f64486f5b98b58c20a2cd060542",
    }
    for name, known in hashes.items():
        written = write_pabulib(read_pabulib(DATA / name).election)
        assert hashlib.sha256(written.encode()).hexdigest() == known


def test_a_ballot_that_names_a_project_twice_among_thousands_takes_no_longer() -> None:
    many = [str(number) for number in range(20_000)]
    text = "META\nkey;value\nbudget;60000\nvote_type;ordinal\nPROJECTS\nproject_id;cost\n"
    text += "".join(f"{project};10\n" for project in many) + f"VOTES\nvoter_id;vote\n1;{','.join(many)}\n"
    start = time.process_time()
    assert fault_of(text.replace("\n1;0,", "\n1;19999,")).endswith("vote names project '19999' twice")
    assert time.process_time() - start < 2, "work that grows with the square of the projects"


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
    kind = draw(st.sampled_from(list(BallotKind)))
    ballots: list[Ballot] = []
    for vote in draw(st.lists(order, max_size=6)):
        if kind is BallotKind.APPROVAL:
            ballots.append(ApprovalBallot(frozenset(vote)))
        elif kind is BallotKind.RANKING:
            ballots.append(RankingBallot(tuple(frozenset({p}) for p in vote)))
        else:
            ballots.append(PointsBallot.of({p: draw(st.integers(1, 10**9)) for p in vote}))
    return Election.of(draw(st.integers(0, 10**11)), projects, ballots)


@given(elections())
def test_what_is_written_is_read_back_the_same(election: Election) -> None:
    assert read_pabulib(write_pabulib(election)).election == election
    assert read_pabulib(write_pabulib(election).encode()).election == election


def quoted_votes(text: str) -> str:
    """The same file with every field of VOTES in quotes, which the reader takes row by row, not by the thousand."""
    head, votes = text.split("voter_id;", 1)
    header, *lines = votes.split("\n")
    quoted = [";".join(f'"{field}"' for field in line.split(";")) for line in lines]
    return "\n".join([f"{head}voter_id;{header}", *quoted])


def what_comes_out(text: str) -> object:
    try:
        file = read(text)
    except PabulibError as fault:
        return str(fault)
    return file.election, file.warnings, file.limits


voters = st.sampled_from(
    ["1", "2", "3", "4", "20", "3 ", "03", "x", "-1", "", " ", "٣", "9" * 25]
) | st.integers(1, 400).map(str)
some_ids = st.lists(st.sampled_from(["a", "b", "c", " c", "10"]), max_size=4).map(",".join)
odd_votes = st.sampled_from(["z", "a,,b", " ", ",", "a;b", "a b"])
vote_lines = st.tuples(voters, some_ids | some_ids | some_ids | odd_votes, st.sampled_from(["", "30"]))
point_lines = vote_lines.flatmap(
    lambda line: st.tuples(
        st.just(line[0]),
        st.just(line[1]),
        st.sampled_from(["", "1", "1,2", "0,3", "2,1,1", "1,1,1,1", "1.0,-1"]),
    )
)


@pytest.mark.parametrize("vote_type", ["approval", "choose-1", "ordinal", "cumulative"])
@pytest.mark.parametrize("projects", [0, 255])
@settings(deadline=None)
@given(data=st.data())
def test_votes_read_by_the_thousand_are_the_votes_read_one_by_one(
    vote_type: str, projects: int, data: st.DataObject
) -> None:
    lines = data.draw(st.lists(point_lines if vote_type == "cumulative" else vote_lines, max_size=8))
    text = f"META\nkey;value\nbudget;9\nvote_type;{vote_type}\nmax_length;2\nPROJECTS\nproject_id;cost\n"
    text += "".join(f"{project};1\n" for project in ["a", "b", "c", "10", *range(1000, 1000 + projects)])
    text += f"VOTES\nvoter_id;vote;{'points' if vote_type == 'cumulative' else 'age'}\n"
    text += "".join(f"{';'.join(line)}\n" for line in lines)
    assert what_comes_out(text) == what_comes_out(quoted_votes(text))


@pytest.mark.parametrize("position", [0, 1, 4_000, 7_999])
@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("x{};z", "vote for project 'z', which is not in PROJECTS"),
        ("x{};a;b", "3 fields, but section VOTES has 2 columns"),
        ("999999;a", ""),
        ("1;a", "voter '1' votes a second time"),
        ('"x{}";a', ""),
        ('"x{}', "is not a row of fields: unexpected end of data"),
        ("", ""),
    ],
)
def test_one_odd_line_among_thousands_is_found_at_its_own_line(position: int, bad: str, fault: str) -> None:
    lines = [f"{voter};a,b" for voter in range(2, 8_002)]
    lines.insert(position, bad.format(position))
    lines.insert(position // 2, "1;b") if fault.startswith("voter") else None
    text = GOOD[: GOOD.index("1;a\n")] + "\n".join(lines)
    where = text.split("\n").index(bad.format(position)) + 1
    shown = fault_or_nothing(text)
    assert shown.startswith(f"proef.pb:{where}: {fault}") if fault else shown == ""


def test_voter_ids_may_come_in_any_order_and_a_second_vote_is_always_found() -> None:
    head = GOOD[: GOOD.index("1;a\n")]
    orders = [list(range(9_000)), list(range(9_000, 0, -1)), [*range(1, 9_000, 2), *range(0, 9_000, 2)]]
    for order in [*orders, [f"v{number}" for number in orders[1]]]:
        votes = "".join(f"{voter};a\n" for voter in order)
        assert read(head + votes).election.ballot_count == len(order)
        assert "votes a second time" in fault_or_nothing(f"{head}{votes}{order[4_321]};b\n")


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


def test_more_ballots_than_can_reasonably_be_lines_are_refused() -> None:
    election = Election.grouped(1, [Project("a", 1)], {ApprovalBallot(frozenset()): 10**12})
    with pytest.raises(TallyError, match="a line for each of the 1,000,000,000,000 ballots"):
        write_pabulib(election)


@pytest.mark.parametrize("amount", ["25.000", "0.5000", "10.005"])
def test_three_decimals_are_refused_since_they_may_be_thousands(amount: str) -> None:
    with pytest.raises(PabulibError, match="is not an amount like 1250 or 1250.50"):
        read_pabulib(GOOD.replace("a;600", f"a;{amount}"))


@pytest.mark.parametrize("mark", ["ja", "true", "01", "-1"])
def test_a_mark_of_withdrawal_other_than_one_or_zero_is_refused(mark: str) -> None:
    text = "META\nkey;value\nbudget;10\nvote_type;approval\nPROJECTS\nproject_id;cost;withdrawn\n"
    with pytest.raises(PabulibError, match=f"withdrawn is '?.{mark}"):
        read_pabulib(f"{text}a;7;{mark}\nVOTES\nvoter_id;vote\n1;a\n")
