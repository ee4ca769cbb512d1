"""Ranked pairs: golden cases, ties between duels, and what py-vote-core and every order of equal duels say of it."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings

from tests.tally.ranking_elections import PROJECTS, Cast, casts, election_of
from wijkbudget.tally import EngineDisagreement, Outcome, count, ranked_pairs, vote_core
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.ranked_pairs import DuelSetAside, ranked_pairs_places


def duels(cast: Cast, projects: str = PROJECTS) -> Pairwise:
    return compare_pairs(election_of(cast, dict.fromkeys(projects, 1), 1))


def test_the_capital_of_tennessee_is_nashville() -> None:
    # Wikipedia, "Ranked pairs": Memphis, Nashville, Chattanooga, Knoxville.
    cast = [(42, "m>n>c>k"), (26, "n>c>k>m"), (15, "c>k>n>m"), (17, "k>c>n>m")]
    assert ranked_pairs_places(duels(cast, "cknm"))[0] == (("n",), ("c",), ("k",), ("m",))


def test_the_weakest_duel_of_a_circle_is_set_aside_and_told() -> None:
    cast = [(7, "a>b>c"), (6, "b>c>a"), (5, "c>a>b")]
    outcome = count(election_of(cast, dict.fromkeys("abc", 1), 3), "ranked-pairs")
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("a", "b", "c")
    assert outcome.events == (DuelSetAside("c", "a", 11, 7, certain=True),)
    assert outcome.pairwise is not None


def test_a_circle_of_equal_duels_is_one_place_and_each_duel_is_in_doubt() -> None:
    places, aside = ranked_pairs_places(duels([(1, "a>b>c"), (1, "b>c>a"), (1, "c>a>b")], "abc"))
    assert places == (("a", "b", "c"),)
    assert [event.certain for event in aside] == [False] * 3


def test_equal_duels_that_do_not_contradict_each_other_are_all_settled() -> None:
    assert ranked_pairs_places(duels([(3, "a>b>c")], "abc")) == ((("a",), ("b",), ("c",)), ())


def in_some_order(pairwise: Pairwise, wins: list[tuple[int, int, int]]) -> set[str]:
    """The projects that nobody is above if the duels are settled one by one in this order."""
    above: set[tuple[int, int]] = set()
    for _, high, low in wins:
        if (low, high) in above:
            continue
        uppers = {high} | {i for i, j in above if j == high}
        lowers = {low} | {j for i, j in above if i == low}
        above |= {(i, j) for i in uppers for j in lowers}
    size = range(len(pairwise.projects))
    return {pairwise.projects[j] for j in size if not any((i, j) in above for i in size)}


@given(casts("abcd", most=4))
@settings(max_examples=60, deadline=None)
def test_whoever_wins_in_any_order_of_equal_duels_is_in_the_first_place(cast: Cast) -> None:
    pairwise = duels(cast, "abcd")
    ours = set(ranked_pairs_places(pairwise)[0][0])
    wins = ranked_pairs._duels(pairwise.wins)
    for order in permutations(wins):
        if [duel[0] for duel in order] == [duel[0] for duel in wins]:
            assert in_some_order(pairwise, list(order)) <= ours
    if len({duel[0] for duel in wins}) == len(wins):
        assert ours == in_some_order(pairwise, wins)


@given(casts())
@settings(max_examples=100, deadline=None)
def test_the_winner_of_py_vote_core_is_in_the_first_place(cast: Cast) -> None:
    pairwise = duels(cast)
    winner = vote_core.ranked_pairs_winner(pairwise.projects, pairwise.wins)
    assert winner in ranked_pairs_places(pairwise)[0][0]


def test_no_result_is_given_when_the_engine_finds_another_winner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vote_core, "ranked_pairs_winner", lambda projects, wins: "b")
    with pytest.raises(EngineDisagreement, match="puts b first, which a is above"):
        count(election_of([(2, "a>b")], {"a": 1, "b": 1}, 1), "ranked-pairs")
