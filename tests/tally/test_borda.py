"""Borda points: from the places on each ballot, with averages for equal and unranked projects."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from tests.tally.ranking_elections import PROJECTS, Cast, casts, election_of
from wijkbudget.tally import Outcome, count
from wijkbudget.tally.borda import BordaPoints, borda_points
from wijkbudget.tally.pairwise import compare_pairs


def points(cast: Cast, projects: str = PROJECTS, withdrawn: str = "") -> dict[str, Fraction]:
    election = election_of(cast, dict.fromkeys(projects, 1), 1, withdrawn)
    return borda_points(compare_pairs(election), election.ballot_count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a>b>c>d", [3, 2, 1, 0]),
        ("b", [1, 3, 1, 1]),
        ("c>a=b", [Fraction(3, 2), Fraction(3, 2), 3, 0]),
        ("", [Fraction(3, 2)] * 4),
    ],
)
def test_equal_and_unranked_projects_share_the_average_of_their_places(
    text: str, expected: list[Fraction | int]
) -> None:
    assert list(points([(1, text)], "abcd").values()) == expected


def test_a_withdrawn_project_is_worth_no_points_to_those_above_it() -> None:
    assert points([(1, "a>b>c")], "abc", withdrawn="c") == {"a": 1, "b": 0}


def test_each_step_tells_the_points() -> None:
    outcome = count(election_of([(2, "a>b")], {"a": 1, "b": 1, "c": 1}, 3), "borda")
    assert isinstance(outcome, Outcome)
    assert [step.basis for step in outcome.steps] == [BordaPoints(Fraction(n)) for n in (4, 2, 0)]


@given(casts())
@settings(max_examples=100, deadline=None)
def test_counting_the_places_ballot_by_ballot_gives_the_same_points(cast: Cast) -> None:
    expected = dict.fromkeys(PROJECTS, Fraction(0))
    for voters, text in cast:
        groups = [rank.split("=") for rank in text.split(">") if rank]
        groups.append([p for p in PROJECTS if p not in text])
        place = 0
        for group in groups:
            worth = [len(PROJECTS) - 1 - (place + k) for k in range(len(group))]
            for project in group:
                expected[project] += voters * Fraction(sum(worth), len(group))
            place += len(group)
    assert points(cast) == expected
