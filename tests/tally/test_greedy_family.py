"""Greedy by votes, points and euro; skipping, stopping and offering the rest; rivals; ties held against every order."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import as_file, files
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.election import Cardinality_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare
from pabutools.tiebreaking import lexico_tie_breaking

from tests.tally.test_allocation import decisions, election_of, lot_required_of, outcome_of
from wijkbudget.tally import (
    Decision,
    Election,
    Lot,
    Outcome,
    PointsBallot,
    Project,
    count,
    read_pabulib,
)
from wijkbudget.tally.greedy import CostPerVote, PointsGiven

Projects = dict[str, tuple[int, int]]
OFFER, PER_COST = "greedy-remainder", "greedy-per-cost"


def test_points_put_a_project_first_that_fewer_ballots_name() -> None:
    cast = [PointsBallot.of({"a": 5}), PointsBallot.of({"b": 2}), PointsBallot.of({"b": 2})]
    outcome = count(Election.of(100, [Project("a", 60), Project("b", 60)], cast), "greedy")
    assert isinstance(outcome, Outcome)
    assert [(step.project, step.votes, step.basis) for step in outcome.steps] == [
        ("a", 1, PointsGiven(5)),
        ("b", 2, PointsGiven(4)),
    ]


def test_votes_per_euro_put_a_cheap_project_first() -> None:
    outcome = outcome_of(100, {"a": (90, 5), "b": (30, 2), "c": (50, 0)}, PER_COST)
    assert outcome.funded == ("b", "c")
    assert [step.basis for step in outcome.steps] == [
        CostPerVote(2, Fraction(15)),
        CostPerVote(5, Fraction(18)),
        CostPerVote(0, None),
    ]


def test_votes_per_euro_that_differ_by_less_than_a_float_can_tell_are_not_equal() -> None:
    large = 10**17
    projects = {"a": (3 * large + 1, 3), "b": (large, 1)}  # b has a trifle more per cent
    assert 3 / projects["a"][0] == 1 / large
    outcome = outcome_of(3 * large + 1, projects, PER_COST)
    assert (outcome.funded, outcome.ties) == (("b",), ())


def test_projects_with_exactly_as_many_votes_per_euro_tie() -> None:
    assert lot_required_of(100, {"a": (30, 1), "b": (90, 3)}, PER_COST).tied == ("a", "b")


def test_the_first_project_that_does_not_fit_is_offered_the_rest_and_ends_the_funding() -> None:
    outcome = outcome_of(100, {"a": (60, 5), "b": (50, 4), "c": (30, 3)}, OFFER)
    assert outcome.funded == ("a",)
    assert decisions(outcome) == {"a": "funded", "b": "offered-remainder", "c": "after-stop"}
    step = outcome.step("b")
    assert (step.left_before, step.left_after, outcome.left) == (40, 0, 0)


def test_nothing_is_offered_when_nothing_is_left() -> None:
    outcome = outcome_of(60, {"a": (60, 5), "b": (50, 4), "c": (30, 3)}, OFFER)
    assert decisions(outcome) == {"a": "funded", "b": "does-not-fit", "c": "after-stop"}


def test_which_of_equal_projects_is_offered_the_rest_takes_a_lot_although_none_fits() -> None:
    projects: Projects = {"a": (60, 5), "b": (50, 4), "c": (70, 4)}
    assert lot_required_of(100, projects, OFFER).tied == ("b", "c")
    outcome = outcome_of(100, projects, OFFER, lots=[Lot(("c", "b"))])
    assert decisions(outcome) == {"a": "funded", "b": "after-stop", "c": "offered-remainder"}


def test_a_project_that_a_funded_one_excludes_does_not_stop_the_funding_and_is_offered_nothing() -> None:
    projects: Projects = {"a": (60, 5), "b": (70, 4), "c": (30, 3)}
    for rule in ("greedy-stop", OFFER):
        outcome = outcome_of(100, projects, rule, incompatible=["ab"])
        assert outcome.funded == ("a", "c")
        step = outcome.step("b")
        assert (step.decision, step.article) == (Decision.INCOMPATIBLE, "voorwaarden art. 5")


def test_a_tie_with_a_rival_of_a_funded_project_does_not_matter() -> None:
    projects: Projects = {"a": (60, 5), "b": (40, 4), "c": (40, 4)}
    assert outcome_of(100, projects, incompatible=["ab"]).funded == ("a", "c")


def test_west_begroot_2022_offers_the_rest_to_the_plan_that_was_paid_in_part() -> None:
    with as_file(files("wijkbudget").joinpath("data/elections/Netherlands_Amsterdam_631.pb")) as path:
        file = read_pabulib(path)
    outcome = count(file.election, OFFER)
    assert isinstance(outcome, Outcome)
    offered = [step for step in outcome.steps if step.decision is Decision.OFFERED_REMAINDER]
    assert [(step.project, step.left_before, step.left_after) for step in offered] == [("44497", 1_927_00, 0)]
    assert (len(outcome.funded), outcome.left) == (24, 0)


def test_pabutools_funds_the_same_projects_by_votes_per_euro() -> None:
    with as_file(files("wijkbudget").joinpath("data/elections/Netherlands_Amsterdam_619.pb")) as path:
        instance, profile = parse_pabulib(str(path))
        election = read_pabulib(path).election
    theirs = greedy_utilitarian_welfare(
        instance, profile.as_multiprofile(), sat_class=Cardinality_Sat, tie_breaking=lexico_tie_breaking
    )
    ours = count(election, PER_COST, ties="lexicographic")
    assert isinstance(ours, Outcome)
    assert ours.funded == tuple(project.name for project in theirs)


small = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 2)), min_size=1, max_size=4).map(
    lambda rows: dict(zip("abcd", rows, strict=False))
)
RIVALS = st.lists(st.sampled_from(["ab", "bc", "cd", "acd", "abd"]), max_size=2, unique=True)

Reached = tuple[frozenset[str], str | None]
"""Who is funded, and who is offered the rest."""


def reached(order: tuple[str, ...], budget: int, projects: Projects, rule: str, rivals: list[str]) -> Reached:
    """The rule at its barest, for one strict order of all projects."""
    funded: set[str] = set()
    for project in order:
        if any(project in group and funded & set(group) for group in rivals):
            continue
        cost = projects[project][0]
        if cost <= budget:
            funded.add(project)
            budget -= cost
        elif rule == OFFER:
            return frozenset(funded), project if budget else None
        elif rule == "greedy-stop":
            break
    return frozenset(funded), None


def orders(projects: Projects, rule: str) -> list[tuple[str, ...]]:
    """Every strict order of the projects in which more votes (per euro) come first."""
    worth = {
        project: Fraction(votes, cost if rule == PER_COST else 1)
        for project, (cost, votes) in projects.items()
    }
    levels = sorted(set(worth.values()), reverse=True)
    groups = [permutations(project for project in projects if worth[project] == level) for level in levels]
    return [tuple(project for group in choice for project in group) for choice in product(*groups)]


def reached_by_lots(
    election: Election, rule: str, rivals: list[str], lots: tuple[Lot, ...] = ()
) -> set[Reached]:
    """What can come out, drawing every lot the count asks for in every way."""
    result = count(election, rule, lots=lots, incompatible=rivals)
    if isinstance(result, Outcome):
        offered = [step.project for step in result.steps if step.decision is Decision.OFFERED_REMAINDER]
        return {(frozenset(result.funded), offered[0] if offered else None)}
    drawn = [
        reached_by_lots(election, rule, rivals, (*lots, Lot(order))) for order in permutations(result.tied)
    ]
    assert len(set().union(*drawn)) > 1, "a lot was asked for that decides nothing"
    return set().union(*drawn)


@pytest.mark.parametrize("rule", ["greedy", "greedy-stop", OFFER, PER_COST])
@given(budget=st.integers(0, 25), projects=small, rivals=RIVALS)
@settings(max_examples=200, deadline=None)
def test_lots_reach_exactly_what_some_order_of_equal_projects_reaches(
    rule: str, budget: int, projects: Projects, rivals: list[str]
) -> None:
    known = [group for group in rivals if set(group) <= projects.keys()]
    expected = {reached(order, budget, projects, rule, known) for order in orders(projects, rule)}
    assert reached_by_lots(election_of(budget, projects), rule, known) == expected
