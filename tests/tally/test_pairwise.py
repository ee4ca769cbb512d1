"""The pure and the compiled comparison of pairs give the same numbers."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import BallotKind, Election, Profile, Project, RankingBallot, count
from wijkbudget.tally.pairwise import compare_pairs

PROJECTS = "abcdef"
pytest.importorskip("numba", reason="the compiled engine comes with wijkbudget[fast]")


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Rankings with ties, blanks and unranked projects, some of which are withdrawn."""
    ballots = {}
    for _ in range(draw(st.integers(0, 6))):
        levels = draw(st.dictionaries(st.sampled_from(PROJECTS), st.integers(0, 4), max_size=6))
        ranks = [frozenset(p for p in levels if levels[p] == level) for level in sorted(set(levels.values()))]
        ballots[RankingBallot(tuple(ranks))] = draw(st.integers(1, 2**40))
    gone = draw(st.sets(st.sampled_from(PROJECTS)))
    return Election.grouped(3, [Project(p, 1, "", p in gone) for p in PROJECTS], ballots)


@given(elections())
@settings(max_examples=200, deadline=None)
def test_compiled_and_pure_loops_give_the_same_duels_and_paths(election: Election) -> None:
    assert compare_pairs(election, "fast") == compare_pairs(election, "exact")


@given(elections())
@settings(max_examples=50, deadline=None)
def test_a_count_comes_out_the_same_on_either_engine(election: Election) -> None:
    for rule in ("schulze", "schulze-stop"):
        assert count(election, rule, engine="fast") == count(election, rule, engine="exact")


def test_votes_of_a_large_election_are_those_of_a_small_one() -> None:
    from wijkbudget.tally.kernels.totals import votes

    profile = Profile(BallotKind.RANKING, array("q", [3, 5]), array("q", [0, 2, 3]), array("q", [0, 2, 2]))
    profile.values = array("q", [1, 2, 1])
    election = Election(1, tuple(Project(p, 1) for p in "abc"), profile)
    assert votes(profile, 3) == list(election.votes().values()) == [3, 0, 8]
