"""The real Amsterdam elections that come with the program: an independent count, and the official rule.

The official outcome is not in the files (they have no column `selected`); META says by `leftover_budget` what
the city did with the last money. wijkbudget/data/elections/README.md says the same in words.
"""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import as_file, files

import pytest
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare
from pabutools.tiebreaking import lexico_tie_breaking

from wijkbudget.tally import Decision, Outcome, PabulibFile, count, read_pabulib

SHIPPED = files("wijkbudget").joinpath("data/elections")
NAMES = sorted(file.name for file in SHIPPED.iterdir() if file.name.endswith(".pb"))
WEST, BUITENVELDERT = "Netherlands_Amsterdam_631.pb", "Netherlands_Amsterdam_619.pb"


def election_file(name: str) -> PabulibFile:
    with as_file(SHIPPED.joinpath(name)) as path:
        return read_pabulib(path)


def counted(name: str, rule: str = "greedy") -> Outcome:
    """The count with lots: it fails if a tie decides anything."""
    result = count(election_file(name).election, rule)
    assert isinstance(result, Outcome), result
    return result


def test_two_elections_come_with_the_program_and_nothing_is_odd_in_them() -> None:
    assert NAMES == [BUITENVELDERT, WEST]
    sizes = {name: election_file(name).election for name in NAMES}
    assert {name: (len(e.projects), e.ballot_count) for name, e in sizes.items()} == {
        BUITENVELDERT: (9, 865),
        WEST: (62, 11_519),
    }
    assert [election_file(name).warnings for name in NAMES] == [(), ()]


@pytest.mark.parametrize("name", NAMES)
def test_pabutools_funds_the_same_projects_in_the_same_order(name: str) -> None:
    with as_file(SHIPPED.joinpath(name)) as path:
        instance, profile = parse_pabulib(str(path))
    theirs = greedy_utilitarian_welfare(
        instance, profile.as_multiprofile(), sat_class=Cost_Sat, tie_breaking=lexico_tie_breaking
    )
    ours = counted(name)
    assert ours.funded == tuple(project.name for project in theirs)
    assert Fraction(ours.spent, 100) == sum(Fraction(project.cost) for project in theirs)
    assert Fraction(ours.budget, 100) == Fraction(instance.budget_limit)


@pytest.mark.parametrize("name", NAMES)
def test_stopping_funds_the_longest_run_from_the_top_that_fits(name: str) -> None:
    election = election_file(name).election
    votes, run, spent = election.votes(), [], 0
    for project in sorted(election.projects, key=lambda project: -votes[project.id]):
        spent += project.cost
        if spent > election.budget:
            break
        run.append(project.id)
    assert counted(name, "greedy-stop").funded == tuple(run)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_hold_no_official_selection_and_no_withdrawn_project(name: str) -> None:
    file = election_file(name)
    assert {project.selected for project in file.projects} == {None}
    assert not any(project.withdrawn for project in file.election.projects)


def test_west_begroot_2022_differs_from_the_official_rule_in_the_last_money() -> None:
    # Official: after 24 projects the city paid part of the next one, 44497. We never pay part of a project:
    # skipping passes over it and reaches 44520, stopping leaves the money.
    assert election_file(WEST).meta["leftover_budget"] == (
        "Partially fund one additional project with highest score"
    )
    skipping, stopping = counted(WEST), counted(WEST, "greedy-stop")
    assert (len(stopping.funded), stopping.spent, stopping.left) == (24, 298_073_00, 1_927_00)
    first_out = stopping.step("44497")
    assert (first_out.place, first_out.cost, first_out.decision) == (25, 6_000_00, Decision.DOES_NOT_FIT)
    assert skipping.funded == (*stopping.funded, "44520")
    assert (skipping.spent, skipping.step("44520").cost, skipping.step("44520").place) == (
        299_873_00,
        1_800_00,
        35,
    )


def test_buitenveldert_oost_2022_is_counted_by_the_official_rule() -> None:
    # Official: what fits in the leftover, in order of votes, which is skipping. Here stopping gives the same.
    assert election_file(BUITENVELDERT).meta["leftover_budget"] == (
        "Fund additional projects that fit within leftover budget ordered by score"
    )
    skipping = counted(BUITENVELDERT)
    assert skipping.funded == ("43738", "43739", "43740", "43735", "43733")
    assert (skipping.spent, skipping.left) == (96_856_00, 3_144_00)
    assert counted(BUITENVELDERT, "greedy-stop").funded == skipping.funded


@pytest.mark.parametrize("name", NAMES)
def test_no_tie_decides_anything(name: str) -> None:
    assert not any(tie.mattered for rule in ("greedy", "greedy-stop") for tie in counted(name, rule).ties)
