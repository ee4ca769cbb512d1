"""Who gets money: fitting, passing over, stopping, ties, lots, withdrawal and minimum support."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    LotDoesNotFit,
    LotRequired,
    Outcome,
    Project,
    Settled,
    TallyError,
    count,
)

Projects = dict[str, tuple[int, int]]  # id: (cost, votes)


def election_of(budget: int, projects: Projects, withdrawn: str = "") -> Election:
    """An election in which each project gets exactly its number of approvals."""
    most = max(votes for _, votes in projects.values())
    ballots = [
        ApprovalBallot(frozenset(p for p, (_, votes) in projects.items() if votes > voter))
        for voter in range(most)
    ]
    return Election.of(
        budget, [Project(p, cost, "", p in withdrawn) for p, (cost, _) in projects.items()], ballots
    )


def outcome_of(budget: int, projects: Projects, rule: str = "greedy", **terms: object) -> Outcome:
    result = count(election_of(budget, projects, str(terms.pop("withdrawn", ""))), rule, **terms)  # type: ignore[arg-type]
    assert isinstance(result, Outcome), result
    return result


def lot_required_of(budget: int, projects: Projects, rule: str = "greedy", **terms: object) -> LotRequired:
    result = count(election_of(budget, projects), rule, **terms)  # type: ignore[arg-type]
    assert isinstance(result, LotRequired), result
    return result


def decisions(outcome: Outcome) -> dict[str, str]:
    return {step.project: step.decision.value for step in outcome.steps}


LADDER: Projects = {"a": (60, 5), "b": (50, 4), "c": (30, 3), "d": (10, 2)}


def test_a_project_that_does_not_fit_is_passed_over() -> None:
    outcome = outcome_of(100, LADDER)
    assert outcome.funded == ("a", "c", "d")
    assert decisions(outcome)["b"] == "does-not-fit"
    assert (outcome.spent, outcome.left) == (100, 0)


def test_greedy_stop_funds_nothing_after_the_first_project_that_does_not_fit() -> None:
    outcome = outcome_of(100, LADDER, "greedy-stop")
    assert outcome.funded == ("a",)
    assert decisions(outcome) == {"a": "funded", "b": "does-not-fit", "c": "after-stop", "d": "after-stop"}


def test_a_project_that_costs_exactly_what_is_left_fits() -> None:
    assert outcome_of(60, {"a": (60, 1)}).funded == ("a",)


def test_a_project_that_costs_a_cent_more_than_is_left_does_not_fit() -> None:
    assert outcome_of(59, {"a": (60, 1)}).funded == ()


def test_each_step_carries_the_purse_on() -> None:
    steps = outcome_of(100, LADDER).steps
    assert [(s.number, s.left_before, s.left_after) for s in steps] == [
        (1, 100, 40),
        (2, 40, 40),
        (3, 40, 10),
        (4, 10, 0),
    ]


def test_equal_projects_share_a_place() -> None:
    steps = outcome_of(100, {"a": (1, 5), "b": (1, 5), "c": (1, 4)}).steps
    assert [(step.project, step.place) for step in steps] == [("a", 1), ("b", 1), ("c", 3)]


def test_a_tied_project_that_fits_is_funded_without_a_lot() -> None:
    outcome = outcome_of(100, {"a": (150, 3), "b": (70, 3)})
    assert outcome.funded == ("b",)
    assert [(tie.projects, tie.mattered) for tie in outcome.ties] == [(("a", "b"), False)]


def test_a_tie_in_which_all_fit_is_recorded_and_needs_no_lot() -> None:
    outcome = outcome_of(100, {"b": (40, 3), "a": (60, 3)})
    assert outcome.funded == ("a", "b")
    assert outcome.ties[0].settled is Settled.NOT_NEEDED


def test_a_tie_that_decides_who_gets_money_asks_for_a_lot() -> None:
    required = lot_required_of(100, {"top": (20, 9), "a": (60, 3), "b": (70, 3), "huge": (90, 3)})
    assert (required.tied, required.place, required.stage, required.left) == (("a", "b"), 2, 2, 80)
    assert [step.project for step in required.steps_so_far] == ["top"]


def test_stopping_draws_among_all_tied_projects_since_a_large_one_can_stop_the_rest() -> None:
    projects: Projects = {"a": (60, 3), "huge": (190, 3)}
    assert lot_required_of(100, projects, "greedy-stop").tied == ("a", "huge")
    assert outcome_of(100, projects, "greedy-stop", lots=[Lot(("huge", "a"))]).funded == ()
    assert outcome_of(100, projects, "greedy-stop", lots=[Lot(("a", "huge"))]).funded == ("a",)


def test_equal_projects_of_which_none_fits_stop_together_and_get_the_same_reason() -> None:
    outcome = outcome_of(100, {"a": (160, 3), "b": (170, 3), "c": (1, 2)}, "greedy-stop")
    assert decisions(outcome) == {"a": "does-not-fit", "b": "does-not-fit", "c": "after-stop"}


def test_the_first_drawn_goes_first_and_the_steps_cite_the_lot() -> None:
    outcome = outcome_of(100, {"a": (60, 3), "b": (70, 3)}, lots=[Lot(("b", "a"))])
    assert [(step.project, step.decision.value, step.article) for step in outcome.steps] == [
        ("b", "funded", "art. 2 en 4"),
        ("a", "does-not-fit", "art. 3 en 4"),
    ]
    assert (outcome.ties[0].settled, outcome.ties[0].contested) == (Settled.LOT, ("b", "a"))


def test_a_lot_may_be_drawn_among_all_tied_projects() -> None:
    projects: Projects = {"a": (60, 3), "b": (70, 3), "huge": (190, 3)}
    assert outcome_of(100, projects, lots=[Lot(("huge", "b", "a"))]).funded == ("b",)


def test_two_ties_that_matter_take_a_lot_each() -> None:
    projects: Projects = {"a": (60, 3), "b": (70, 3), "c": (30, 2), "d": (20, 2)}
    first = Lot(("a", "b"))
    required = lot_required_of(100, projects, lots=[first])
    assert (required.tied, required.stage) == (("c", "d"), 3)
    assert outcome_of(100, projects, lots=[Lot(("d", "c")), first]).funded == ("a", "d")


def test_lexicographic_ties_go_by_id_as_text() -> None:
    outcome = outcome_of(100, {"9": (60, 3), "10": (70, 3)}, ties="lexicographic")
    assert outcome.funded == ("10",)
    assert outcome.ties[0].settled is Settled.LEXICOGRAPHIC


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ("ax", "names a project that is not in this election"),
        ("aba", "names a project twice"),
        ("a", r"is not an order of the tied projects \[a, b\]"),
        ("abc", r"is not an order of the tied projects \[a, b\]"),
        ("c", "does not belong to a tie of this count"),
    ],
)
def test_a_lot_that_fits_no_tie_is_refused_by_name(order: str, fault: str) -> None:
    lots = [Lot(tuple(order))] if order != "c" else [Lot(("a", "b")), Lot(("c",))]
    with pytest.raises(LotDoesNotFit, match=rf"lot \[{', '.join(lots[-1].order)}\] {fault}"):
        count(election_of(100, {"a": (60, 3), "b": (70, 3), "c": (1, 2)}), "greedy", lots=lots)


def test_two_lots_with_one_project_are_refused() -> None:
    with pytest.raises(LotDoesNotFit, match="that another lot names too"):
        count(election_of(100, {"a": (60, 3), "b": (70, 3)}), "greedy", lots=[Lot(("a", "b")), Lot(("b",))])


def test_a_lot_is_refused_when_ties_go_by_id() -> None:
    with pytest.raises(LotDoesNotFit):
        outcome_of(100, {"a": (60, 3), "b": (70, 3)}, lots=[Lot(("b", "a"))], ties="lexicographic")


def test_a_project_with_too_little_support_is_not_funded_although_it_fits() -> None:
    outcome = outcome_of(100, {"a": (60, 3), "b": (10, 1)}, min_support=2)
    assert decisions(outcome) == {"a": "funded", "b": "too-little-support"}


def test_exactly_the_minimum_support_is_enough() -> None:
    assert outcome_of(100, {"a": (60, 2)}, min_support=2).funded == ("a",)


def test_too_little_support_is_the_reason_even_after_the_stop() -> None:
    outcome = outcome_of(50, {"a": (60, 3), "b": (10, 2), "c": (10, 1)}, "greedy-stop", min_support=2)
    assert decisions(outcome) == {"a": "does-not-fit", "b": "after-stop", "c": "too-little-support"}


def test_a_withdrawn_project_is_reported_with_its_votes_and_without_a_place() -> None:
    outcome = outcome_of(100, {"a": (60, 3), "b": (70, 2)}, withdrawn="a")
    assert outcome.funded == ("b",)
    step = outcome.step("a")
    assert (step.decision, step.votes, step.place, step.article) == (Decision.WITHDRAWN, 3, None, "art. 5")
    assert outcome.step("b").place == 1


def test_a_withdrawn_project_takes_no_part_in_a_tie() -> None:
    assert outcome_of(100, {"a": (60, 3), "b": (70, 3)}, withdrawn="a").funded == ("b",)


@pytest.mark.parametrize("terms", [{"ties": "random"}, {"min_support": -1}, {"min_support": 1.5}])
def test_terms_that_mean_nothing_are_refused(terms: dict[str, object]) -> None:
    with pytest.raises(TallyError):
        outcome_of(100, LADDER, **terms)


small_projects = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 2)), min_size=1, max_size=5).map(
    lambda rows: dict(zip("abcde", rows, strict=False))
)


def funded_in_order(order: tuple[str, ...], budget: int, projects: Projects, stop: bool) -> frozenset[str]:
    """The rule at its barest, for one strict order of all projects."""
    funded = set()
    for project in order:
        cost = projects[project][0]
        if cost <= budget:
            funded.add(project)
            budget -= cost
        elif stop:
            break
    return frozenset(funded)


def orders_by_votes(projects: Projects) -> list[tuple[str, ...]]:
    """Every strict order of the projects in which more votes come first."""
    levels = sorted({votes for _, votes in projects.values()}, reverse=True)
    groups = [permutations(p for p in projects if projects[p][1] == level) for level in levels]
    return [tuple(p for group in choice for p in group) for choice in product(*groups)]


def outcomes_of_all_lots(election: Election, rule: str, lots: tuple[Lot, ...] = ()) -> set[frozenset[str]]:
    """The funded sets that can come out, drawing every lot the count asks for in every way."""
    result = count(election, rule, lots=lots)
    if isinstance(result, Outcome):
        return {frozenset(result.funded)}
    drawn = [outcomes_of_all_lots(election, rule, (*lots, Lot(order))) for order in permutations(result.tied)]
    assert len(set().union(*drawn)) > 1, "a lot was asked for that decides nothing"
    return set().union(*drawn)


@given(budget=st.integers(0, 25), projects=small_projects, stop=st.booleans())
@example(budget=10, projects={"a": (6, 1), "b": (7, 1), "c": (20, 1)}, stop=True)
@settings(max_examples=300, deadline=None)
def test_lots_reach_exactly_the_outcomes_that_some_order_of_equal_projects_reaches(
    budget: int, projects: Projects, stop: bool
) -> None:
    reachable = {funded_in_order(order, budget, projects, stop) for order in orders_by_votes(projects)}
    election = election_of(budget, projects)
    assert outcomes_of_all_lots(election, "greedy-stop" if stop else "greedy") == reachable


@given(budget=st.integers(0, 25), projects=small_projects, rule=st.sampled_from(["greedy", "greedy-stop"]))
@settings(deadline=None)
def test_an_outcome_has_one_step_per_project_and_stays_within_the_budget(
    budget: int, projects: Projects, rule: str
) -> None:
    outcome = outcome_of(budget, projects, rule, ties="lexicographic")
    assert sorted(step.project for step in outcome.steps) == sorted(projects)
    assert [step.number for step in outcome.steps] == list(range(1, len(projects) + 1))
    assert outcome.spent == sum(projects[p][0] for p in outcome.funded) <= budget
    if rule == "greedy":
        assert all(projects[p][0] > outcome.left for p in projects if p not in outcome.funded)
