"""PrefLib files: what is read, what is refused and on which line, and what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Ballot,
    Election,
    Project,
    RankingBallot,
    TallyError,
    read_pabulib,
)
from wijkbudget.tally.preflib import (
    PreflibError,
    PreflibFile,
    read_preflib,
    write_preflib,
    write_preflib_file,
)

DATA = Path(__file__).parent / "data"

GOOD = """# FILE NAME: proef.toi
# TITLE: Proef
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Bank
# ALTERNATIVE NAME 2: Boom: groot
# ALTERNATIVE NAME 3: Pad
3: 2,{1,3}
2: 1
1: {2,3}
"""


def read(text: str) -> PreflibFile:
    return read_preflib(text, name="proef.toi")


def fault_of(text: str) -> str:
    with pytest.raises(PreflibError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix("proef.toi:")


def ranking(*ranks: str) -> RankingBallot:
    return RankingBallot(tuple(map(frozenset, ranks)))


def test_orders_are_rankings_with_their_counts() -> None:
    file = read(GOOD)
    assert dict(file.election.ballots) == {ranking("2", "13"): 3, ranking("1"): 2, ranking("23"): 1}
    assert [(project.id, project.name) for project in file.election.projects] == [
        ("1", "Bank"),
        ("2", "Boom: groot"),
        ("3", "Pad"),
    ]
    assert (file.data_type, file.meta["TITLE"], file.warnings) == ("toi", "Proef", ())


def test_money_is_what_the_caller_says_and_one_unit_for_one_alternative_otherwise() -> None:
    plain = read(GOOD).election
    assert (plain.budget, {project.cost for project in plain.projects}) == (1_00, {1_00})
    told = read_preflib(GOOD, budget=50_000, costs={"1": 100, "2": 200, "3": 300}).election
    assert (told.budget, [project.cost for project in told.projects]) == (50_000, [100, 200, 300])
    with pytest.raises(TallyError, match="alternative 3 has no cost"):
        read_preflib(GOOD, costs={"1": 100, "2": 200})


@pytest.mark.parametrize(
    "variant",
    [
        GOOD.encode(),
        GOOD.splitlines(),
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\n\n"),
        GOOD.replace("3: 2,{1,3}", " 3 :  2 , { 3 ,1 } "),
        GOOD.rstrip("\n"),
        GOOD.replace("# TITLE: Proef\n", "#TITLE:Proef\n"),
    ],
    ids=["bytes", "lines", "CRLF", "BOM", "blank", "spaces", "no end", "no space"],
)
def test_the_same_content_in_another_dress_is_the_same_election(variant: str | bytes | list[str]) -> None:
    assert read_preflib(variant).election == read(GOOD).election


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("# DATA TYPE: toi\n", "", "9: there is no line with DATA TYPE before the orders"),
        ("DATA TYPE: toi", "DATA TYPE: cat", "3: data type 'cat' is not one of soc, soi, toc, toi"),
        ("# NUMBER ALTERNATIVES: 3\n", "", "9: there is no line with NUMBER ALTERNATIVES before the orders"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: drie", "4: NUMBER ALTERNATIVES 'drie' is not from 1 to 100000"),
        (
            "ALTERNATIVES: 3",
            "ALTERNATIVES: 999999",
            "4: NUMBER ALTERNATIVES '999999' is not from 1 to 100000",
        ),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 4", "4: there are 4 alternatives, but number 4 has no name"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 2", "9: alternative 3 is named, but there are 2"),
        ("# TITLE: Proef", "# TITLE", "2: 'TITLE' is not a key, a colon and a value"),
        ("# TITLE: Proef", "# FILE NAME: x", "2: 'FILE NAME' comes a second time"),
        ("NAME 2:", "NAME 1:", "8: 'ALTERNATIVE NAME 1' comes a second time"),
        ("2: 1", "# TITLE: x", "11: metadata after the first order"),
        ("2: 1", "2 1", "11: '2 1' is not a count of 1 or more, a colon, and an order"),
        ("2: 1", "0: 1", "11: '0: 1' is not a count of 1 or more"),
        ("2: 1", "-2: 1", "11: '-2: 1' is not a count of 1 or more"),
        ("2: 1", "1.5: 1", "11: '1.5: 1' is not a count of 1 or more"),
        ("2: 1", "9999999999999: 1", "11: '9999999999999: 1' is not a count of 1 or more"),
        ("2: 1", "٢: 1", "11: '٢: 1' is not a count of 1 or more"),
        ("2: 1", "2:", "11: order '' is empty, or misses an alternative between its commas"),
        ("2: 1", "2: 1,,2", "11: order '1,,2' is empty, or misses"),
        ("2: 1", "2: {}", "11: order '{}' is empty, or misses"),
        ("2: 1", "2: {1,2", "11: order '{1,2' has braces that do not hold equal alternatives"),
        ("2: 1", "2: {1,{2}}", "11: order '{1,{2}}' has braces"),
        ("2: 1", "2: {1}{2}", "11: order '{1}{2}' has braces"),
        ("2: 1", "2: {1 2},3", "11: alternative '1 2' is not one of the 3 in this file"),
        ("2: 1", "2: 4", "11: alternative '4' is not one of the 3 in this file"),
        ("2: 1", "2: 01", "11: alternative '01' is not one of the 3 in this file"),
        ("2: 1", "2: 1,1", "11: alternative '1' comes twice in this order"),
        ("2: 1", "2: 1,{2,1}", "11: alternative '1' comes twice in this order"),
        ("2: 1", "2: 1\0", "11: holds a NUL character"),
        (GOOD[GOOD.index("3: 2") :], "", "9: there is no order"),
        (GOOD, "", "1: the file is empty"),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused_with_its_line(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert fault_of(GOOD.replace(old, new, 1)).startswith(fault)


@pytest.mark.parametrize(
    ("old", "new", "warnings"),
    [
        ("VOTERS: 6", "VOTERS: 7", ["5: NUMBER VOTERS is '7', but the file holds 6"]),
        ("ORDERS: 3", "ORDERS: 4", ["6: NUMBER UNIQUE ORDERS is '4', but the file holds 3"]),
        ("1: {2,3}", "1: 1", ["12: the same order comes a second time; its counts are added up"]),
        (
            "TYPE: toi",
            "TYPE: toc",
            ["11: order leaves alternatives out, but DATA TYPE is toc; 2 orders in all"],
        ),
        (
            "TYPE: toi",
            "TYPE: soi",
            ["10: order has equal alternatives, but DATA TYPE is soi; 2 orders in all"],
        ),
    ],
)
def test_what_contradicts_itself_is_noted_with_its_line(old: str, new: str, warnings: list[str]) -> None:
    assert list(map(str, read(GOOD.replace(old, new)).warnings)) == warnings


@pytest.mark.parametrize(
    ("ballots", "data_type"),
    [
        ([ranking("1", "2")], "soc"),
        ([ranking("1", "2"), ranking("2")], "soi"),
        ([ranking("12")], "toc"),
        ([ranking("12"), ranking("2")], "toi"),
    ],
)
def test_the_narrowest_type_is_written_and_a_type_that_does_not_fit_is_refused(
    ballots: list[Ballot], data_type: str
) -> None:
    election = Election.of(1, [Project("1", 1), Project("2", 1)], ballots)
    assert f"# DATA TYPE: {data_type}\n" in write_preflib(election)
    assert "# DATA TYPE: toi\n" in write_preflib(election, "toi")
    if data_type[0] == "t":
        with pytest.raises(TallyError, match="cannot hold projects in one rank"):
            write_preflib(election, "soi")
    if data_type[2] == "i":
        with pytest.raises(TallyError, match="cannot hold a ballot that leaves projects out"):
            write_preflib(election, "toc")


@pytest.mark.parametrize(
    ("ballots", "name", "fault"),
    [
        ([ApprovalBallot(frozenset("1"))], "", "holds rankings, not approval ballots"),
        ([ranking("1"), RankingBallot(())], "", "cannot hold blank ballots, and there are 1"),
        ([], "", "cannot hold an election without ballots"),
        ([ranking("1")], "a\nb", "is not one line of text"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(ballots: list[Ballot], name: str, fault: str) -> None:
    with pytest.raises(TallyError, match=fault):
        write_preflib(Election.of(1, [Project("1", 1, name)], ballots))


def test_projects_with_other_ids_are_numbered_and_known_by_their_names() -> None:
    election = Election.of(1, [Project("x", 1), Project("b", 1, "Boom")], [RankingBallot((frozenset("x"),))])
    again = read(write_preflib(election)).election
    assert [project.name for project in again.projects] == ["Boom", "x"]
    assert dict(again.ballots) == {ranking("2"): 1}


def test_a_real_ranking_of_a_pabulib_file_survives_the_way_through_preflib() -> None:
    election = read_pabulib(DATA / "US_Merced_2019_rankings.pb").election
    numbers = {project.id: str(number) for number, project in enumerate(election.projects, 1)}
    again = read(write_preflib(election)).election
    renamed = {
        RankingBallot(tuple(frozenset(map(numbers.__getitem__, rank)) for rank in ballot.ranks)): weight
        for ballot, weight in election.ballots
        if isinstance(ballot, RankingBallot)
    }
    assert dict(again.ballots) == renamed


@st.composite
def rankings(draw: st.DrawFn) -> Election:
    ids = [str(number) for number in range(1, draw(st.integers(1, 12)) + 1)]
    ballots: dict[Ballot, int] = {}
    for order in draw(
        st.lists(st.lists(st.sampled_from(ids), unique=True, min_size=1), min_size=1, max_size=5)
    ):
        cut = draw(st.integers(0, len(order) - 1))
        ranks = [frozenset({name}) for name in order[:cut]] + [frozenset(order[cut:])]
        ballots[RankingBallot(tuple(ranks))] = draw(st.integers(1, 10**9))
    return Election.grouped(100, [Project(name, 100, f"Plan {name}") for name in ids], ballots)


@settings(deadline=None)
@given(rankings())
def test_what_is_written_is_read_back_the_same_and_written_again_the_same(election: Election) -> None:
    written = write_preflib(election)
    file = read_preflib(written.encode())
    assert (file.election, file.warnings) == (election, ())
    assert write_preflib_file(file) == written
