"""Instant run-off with costs: rounds, ties for the last place, and a recount by a simpler program."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tally.ranking_elections import election_of, elections
from wijkbudget.tally import Election, Lot, LotRequired, Outcome, Project, count
from wijkbudget.tally.irv_budget import Elimination, FirstPlaces


def counted(election: Election, *lots: str) -> Outcome:
    outcome = count(election, "irv-budget", lots=[Lot(tuple(order)) for order in lots])
    assert isinstance(outcome, Outcome)
    return outcome


def test_ballots_of_a_dropped_project_go_to_the_next_that_is_still_in() -> None:
    outcome = counted(election_of([(4, "a"), (3, "b"), (2, "c>b")], dict.fromkeys("abc", 2), 2))
    assert outcome.funded == ("b",)
    assert [
        (event.dropped, event.rest_cents) for event in outcome.events if isinstance(event, Elimination)
    ] == [
        (("c",), 4),
        (("a",), 2),
    ]
    assert outcome.step("b").basis == FirstPlaces(0, Fraction(5))
    assert outcome.step("c").basis == FirstPlaces(1, Fraction(2))


def test_equal_projects_on_top_share_the_ballot_exactly() -> None:
    outcome = counted(election_of([(1, "a=b=c"), (1, "c"), (2, "b")], dict.fromkeys("abc", 2), 4))
    event = outcome.events[0]
    assert isinstance(event, Elimination)
    assert event.first_places == (("a", Fraction(1, 3)), ("b", Fraction(7, 3)), ("c", Fraction(4, 3)))


def test_a_project_above_the_whole_budget_never_stands_in_the_way() -> None:
    outcome = counted(election_of([(9, "a>b"), (1, "c")], {"a": 5, "b": 2, "c": 3}, 3))
    assert outcome.funded == ("b",)


def test_what_is_left_goes_to_the_last_dropped_that_fits() -> None:
    cast = [(5, "a"), (4, "b"), (3, "c"), (2, "d")]
    outcome = counted(election_of(cast, {"a": 5, "b": 6, "c": 4, "d": 1}, 10))
    assert outcome.funded == ("a", "c", "d")


def test_projects_that_must_all_go_first_drop_together_without_a_lot() -> None:
    outcome = counted(election_of([(4, "a"), (1, "c"), (1, "b")], dict.fromkeys("abc", 2), 2))
    assert outcome.events[0] == Elimination(
        1, (("a", Fraction(4)), ("b", Fraction(1)), ("c", Fraction(1))), ("b", "c"), False, 2
    )


def test_a_tie_for_the_last_place_that_may_matter_asks_for_a_lot_and_the_last_drawn_drops() -> None:
    election = election_of([(2, "a>c"), (2, "b"), (3, "c")], dict.fromkeys("abc", 2), 2)
    required = count(election, "irv-budget")
    assert isinstance(required, LotRequired)
    assert (required.tied, required.stage, required.left) == (("a", "b"), 1, 2)
    assert counted(election, "ba").funded == ("c",)
    assert counted(election, "ab").events[0].by_lot  # type: ignore[attr-defined]


def naive(election: Election) -> set[str]:
    """The same rule ballot by ballot, with ties by id."""
    costs = {p.id: p.cost for p in election.projects}
    standing = {p for p in costs if costs[p] <= election.budget}
    never, order = sorted(set(costs) - standing), []
    while sum(costs[p] for p in standing) > election.budget:
        shares = dict.fromkeys(standing, Fraction(0))
        for cast, voters in election.ballots:
            tops = [rank & standing for rank in cast.ranks if rank & standing]  # type: ignore[union-attr]
            for p in tops[0] if tops else ():
                shares[p] += Fraction(voters, len(tops[0]))
        last = min(sorted(standing, reverse=True), key=lambda p: shares[p])
        standing.remove(last)
        order.append((last, shares))
    left = election.budget - sum(costs[p] for p in standing)
    funded = set(standing)
    for p in [name for name, _ in reversed(order)] + never:
        if costs[p] <= left:
            funded.add(p)
            left -= costs[p]
    return funded


@given(elections())
@settings(max_examples=200, deadline=None)
def test_a_simpler_program_without_joint_elimination_funds_the_same(election: Election) -> None:
    outcome = count(election, "irv-budget", ties="lexicographic")
    assert isinstance(outcome, Outcome)
    if not any(len(event.dropped) > 1 for event in outcome.events):  # type: ignore[attr-defined]
        assert set(outcome.funded) == naive(election)
    else:
        stay = {step.project for step in outcome.steps if getattr(step.basis, "round", 1) == 0}
        assert stay <= naive(election)


@given(elections(), st.sampled_from(["lot", "lexicographic"]))
@example(election_of([(2, "a=b=c"), (1, "b>c=d"), (3, "e>a")], dict.fromkeys("abcde", 3), 6), "lexicographic")
@settings(max_examples=200, deadline=None)
def test_the_compiled_first_places_give_the_same_outcome_in_every_field(
    election: Election, ties: str
) -> None:
    pytest.importorskip("numba", reason="the compiled loops come with wijkbudget[fast]")
    exact = count(election, "irv-budget", ties=ties, engine="exact")  # type: ignore[arg-type]
    assert exact == count(election, "irv-budget", ties=ties, engine="fast")  # type: ignore[arg-type]


def test_a_lot_that_settled_who_drops_out_also_settles_who_gets_the_rest() -> None:
    """No ballots, so all are equal; c and d exclude each other, which only matters when the rest is handed out."""
    costs = dict(zip("abcde", (100, 700, 200, 100, 200), strict=True))
    election = Election.of(1000, [Project(name, cost) for name, cost in costs.items()], [])
    drawn = [Lot(tuple("cdabe"))]
    for _ in range(3):
        result = count(election, "irv-budget", incompatible=["cd"], lots=drawn)
        if isinstance(result, Outcome):
            break
        drawn.append(Lot(result.tied))
    assert isinstance(result, Outcome)
    assert len({"c", "d"} & set(result.funded)) == 1
