"""What every rule for rankings is held to: the budget, equal treatment of voters and projects, lots, Condorcet, clones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tally.ranking_elections import PROJECTS, Cast, casts, decided, election_of, elections, renamed
from wijkbudget.tally import Decision, Election, Lot, LotRequired, Outcome, count
from wijkbudget.tally.borda import borda_points
from wijkbudget.tally.pairwise import compare_pairs
from wijkbudget.tally.ranked_pairs import ranked_pairs_places
from wijkbudget.tally.schulze import schulze_places

RULES = ["schulze", "ranked-pairs", "borda", "irv-budget", "expanding-approvals"]
ORDERS = ["schulze", "ranked-pairs"]
EQUAL = dict.fromkeys(PROJECTS, 1)


def first(rule: str, election: Election) -> set[str]:
    pairwise = compare_pairs(election)
    places = schulze_places(pairwise) if rule == "schulze" else ranked_pairs_places(pairwise)[0]
    return set(places[0])


@pytest.mark.parametrize("rule", RULES)
@given(elections())
@settings(max_examples=60, deadline=None)
def test_the_budget_holds_and_nothing_that_fits_is_left_out(rule: str, election: Election) -> None:
    outcome = decided(election, rule)
    assert outcome.spent == sum(election.project(p).cost for p in outcome.funded) <= election.budget
    assert sorted(step.project for step in outcome.steps) == sorted(election.index)
    for step in outcome.steps:
        assert (step.decision is Decision.FUNDED) == (step.project in outcome.funded)
        if step.project not in outcome.funded:
            assert step.cost > outcome.left


@pytest.mark.parametrize("rule", RULES)
@given(elections(), st.permutations(PROJECTS))
@settings(max_examples=60, deadline=None)
def test_projects_with_other_ids_get_the_same_money(rule: str, election: Election, ids: list[str]) -> None:
    names = dict(zip(PROJECTS, ids, strict=True))
    back = {new: old for old, new in names.items()}
    outcome = decided(election, rule)
    other = decided(renamed(election, names), rule, key=back.__getitem__)
    assert {back[p] for p in other.funded} == set(outcome.funded)


@pytest.mark.parametrize("rule", RULES)
@given(elections())
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_ballots_and_projects_come_in_does_not_matter(
    rule: str, election: Election
) -> None:
    turned = Election.grouped(
        election.budget, election.projects[::-1], dict(reversed(list(election.ballots)))
    )
    assert count(turned, rule) == count(election, rule)


@pytest.mark.parametrize("rule", RULES)
@given(elections())
@settings(max_examples=60, deadline=None)
def test_lots_in_order_of_id_give_what_ties_by_id_give(rule: str, election: Election) -> None:
    by_id = count(election, rule, ties="lexicographic")
    assert isinstance(by_id, Outcome)
    assert set(decided(election, rule).funded) == set(by_id.funded)


@pytest.mark.parametrize("rule", RULES)
@given(elections())
@settings(max_examples=40, deadline=None)
def test_a_tie_that_no_lot_was_asked_for_decides_nothing(rule: str, election: Election) -> None:
    outcome = count(election, rule)
    if isinstance(outcome, Outcome):
        upside_down = renamed(election, names := dict(zip(PROJECTS, reversed(PROJECTS), strict=True)))
        other = count(upside_down, rule, ties="lexicographic")
        assert isinstance(other, Outcome)
        assert {names[p] for p in other.funded} == set(outcome.funded)


@pytest.mark.parametrize("rule", ORDERS)
@given(casts())
@settings(max_examples=100, deadline=None)
def test_a_condorcet_winner_that_can_be_paid_is_funded_first(rule: str, cast: Cast) -> None:
    election = election_of(cast, EQUAL, 1)
    duels = compare_pairs(election)
    size = range(len(PROJECTS))
    for i in size:
        if all(duels.wins[i][j] > duels.wins[j][i] for j in size if j != i):
            assert decided(election, rule).funded == (PROJECTS[i],)


@pytest.mark.parametrize("rule", ORDERS)
@given(casts("abcd"), st.sampled_from("abcd"), st.data())
@settings(max_examples=150, deadline=None)
def test_a_clone_changes_nothing_about_the_first_place_of_the_others(
    rule: str, cast: Cast, cloned: str, data: st.DataObject
) -> None:
    together = []
    cast = [(voters * 5**number, text) for number, (voters, text) in enumerate(cast)]
    for voters, text in cast:
        pair = data.draw(st.sampled_from([f"{cloned}>e", f"e>{cloned}", f"{cloned}=e"]))
        alone = all(cloned == rank or cloned not in rank for rank in text.split(">"))
        together.append((voters, text.replace(cloned, pair if alone else f"{cloned}=e")))
    before = election_of(cast, dict.fromkeys("abcd", 1), 1)
    wins = compare_pairs(before).wins
    if rule == "ranked-pairs":  # equally strong duels are not settled one by one there
        strengths = [wins[i][j] for i in range(4) for j in range(4) if wins[i][j] > wins[j][i]]
        if len(set(strengths)) < len(strengths):
            return
    old, new = first(rule, before), first(rule, election_of(together, EQUAL, 1))
    assert new - {cloned, "e"} == old - {cloned}
    assert bool(new & {cloned, "e"}) == (cloned in old)


@st.composite
def raised(draw: st.DrawFn) -> tuple[Cast, Cast, str]:
    """Ballots, the same with one project put on top of one of them, and that project."""
    cast = draw(casts().filter(bool))
    project = draw(st.sampled_from(PROJECTS))
    at = draw(st.integers(0, len(cast) - 1))
    voters, text = cast[at]
    ranks = [[p for p in rank.split("=") if p and p != project] for rank in text.split(">")]
    better = ">".join([project, *("=".join(rank) for rank in ranks if rank)])
    return cast, [*cast[:at], (voters, better), *cast[at + 1 :]], project


@given(raised())
@settings(max_examples=150, deadline=None)
def test_more_support_never_costs_a_project_its_first_place_in_schulze(
    change: tuple[Cast, Cast, str],
) -> None:
    before, after, project = change
    if project in first("schulze", election_of(before, EQUAL, 1)):
        assert project in first("schulze", election_of(after, EQUAL, 1))


@given(raised())
@settings(max_examples=100, deadline=None)
def test_more_support_never_costs_a_project_its_place_in_borda(change: tuple[Cast, Cast, str]) -> None:
    before, after, project = change

    def above(cast: Cast) -> int:
        election = election_of(cast, EQUAL, 1)
        points = borda_points(compare_pairs(election), election.ballot_count)
        return sum(given > points[project] for given in points.values())

    assert above(after) <= above(before)


@pytest.mark.parametrize("rule", RULES)
def test_a_withdrawn_project_is_struck_and_the_next_preference_counts(rule: str) -> None:
    cast = [(3, "a>b"), (2, "c")]
    outcome = count(election_of(cast, dict.fromkeys("abc", 1), 1, withdrawn="a"), rule)
    assert isinstance(outcome, Outcome)
    assert (outcome.funded, outcome.step("a").decision) == (("b",), Decision.WITHDRAWN)


@pytest.mark.parametrize("rule", RULES)
def test_two_equal_projects_and_money_for_one_ask_for_a_lot(rule: str) -> None:
    election = election_of([(1, "a>b"), (1, "b>a")], {"a": 2, "b": 2}, 2)
    required = count(election, rule)
    assert isinstance(required, LotRequired)
    assert required.tied == ("a", "b")
    drawn = count(election, rule, lots=[Lot(("b", "a"))])
    assert isinstance(drawn, Outcome)
    assert drawn.funded == ("b",)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("cast", [[], [(3, "")]])
def test_without_a_single_preference_everything_that_fits_together_is_funded(rule: str, cast: Cast) -> None:
    outcome = count(election_of(cast, {"a": 2, "b": 3}, 5), rule)
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("a", "b")
