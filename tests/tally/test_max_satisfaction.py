"""The best set: no set that fits has more votes, whoever draws; and what each project would have cost the best set."""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    LotRequired,
    Outcome,
    Project,
    count,
)
from wijkbudget.tally.knapsack import Item, best_choice
from wijkbudget.tally.max_satisfaction import InBestSet, NotInBestSet

RULE = "max-satisfaction"


@st.composite
def elections(draw: st.DrawFn) -> Election:
    ids = "abcdef"[: draw(st.integers(1, 6))]
    projects = [Project(name, draw(st.integers(1, 12))) for name in ids]
    ballots = draw(st.lists(st.sets(st.sampled_from(ids)), min_size=1, max_size=6))
    return Election.of(
        draw(st.integers(0, 30)), projects, [ApprovalBallot(frozenset(named)) for named in ballots]
    )


def worths_of_all_sets(election: Election) -> dict[frozenset[str], int]:
    votes = election.votes()
    return {
        frozenset(project.id for project in chosen): sum(votes[project.id] for project in chosen)
        for size in range(len(election.projects) + 1)
        for chosen in combinations(election.projects, size)
        if sum(project.cost for project in chosen) <= election.budget
    }


@settings(deadline=None)
@given(elections())
def test_no_set_that_fits_has_more_votes(election: Election) -> None:
    outcome = count(election, RULE, ties="lexicographic")
    assert isinstance(outcome, Outcome)
    votes = election.votes()
    assert sum(votes[p] for p in outcome.funded) == max(worths_of_all_sets(election).values())


@settings(deadline=None)
@given(elections())
def test_each_project_knows_what_the_best_set_with_or_without_it_has(election: Election) -> None:
    outcome = count(election, RULE, ties="lexicographic")
    assert isinstance(outcome, Outcome)
    worths = worths_of_all_sets(election)
    for step in outcome.steps:
        if isinstance(step.basis, InBestSet):
            assert step.basis.without == max(w for chosen, w in worths.items() if step.project not in chosen)
        elif isinstance(step.basis, NotInBestSet):
            assert step.basis.with_it == max(w for chosen, w in worths.items() if step.project in chosen)


@settings(max_examples=60, deadline=None)
@given(elections())
def test_a_lot_is_asked_for_exactly_when_there_are_several_best_sets_and_each_can_come_out(
    election: Election,
) -> None:
    votes = election.votes()
    worths = {
        chosen: worth
        for chosen, worth in worths_of_all_sets(election).items()
        if all(votes[project_id] for project_id in chosen)
    }
    best = {chosen for chosen, worth in worths.items() if worth == max(worths.values())}
    result = count(election, RULE)
    if isinstance(result, Outcome):
        assert best == {frozenset(result.funded)}
        return
    assert set(result.tied) == frozenset.union(*best) - frozenset.intersection(*best)
    reached = set()
    for order in list(permutations(result.tied))[:24]:
        drawn = count(election, RULE, lots=[Lot(order)])
        assert isinstance(drawn, Outcome)
        reached.add(frozenset(drawn.funded))
        assert order[0] in drawn.funded
    assert len(reached) > 1 or len(result.tied) > 4


def test_a_project_dearer_than_the_budget_does_not_fit_and_one_without_votes_is_not_chosen() -> None:
    projects = [Project("a", 100), Project("b", 5), Project("c", 5)]
    outcome = count(Election.of(50, projects, [ApprovalBallot(frozenset("ac"))]), RULE)
    assert isinstance(outcome, Outcome)
    assert [(step.project, step.decision) for step in outcome.steps] == [
        ("c", Decision.FUNDED),
        ("a", Decision.DOES_NOT_FIT),
        ("b", Decision.NOT_CHOSEN),
    ]


def test_of_rivals_at_most_one_is_in_the_best_set() -> None:
    projects = [Project(name, 10) for name in "abc"]
    ballots = [ApprovalBallot(frozenset("ab"))] * 2 + [
        ApprovalBallot(frozenset("c")),
        ApprovalBallot(frozenset("a")),
    ]
    result = count(Election.of(20, projects, ballots), RULE, incompatible=["ab"])
    assert isinstance(result, Outcome)
    assert set(result.funded) == {"a", "c"}


def test_the_lot_is_among_projects_that_are_in_some_best_sets_but_not_in_all() -> None:
    projects = [Project("sure", 10), Project("a", 60), Project("b", 70)]
    ballots = [ApprovalBallot(frozenset({"sure", "a", "b"}))]
    required = count(Election.of(100, projects, ballots), RULE)
    assert isinstance(required, LotRequired)
    assert (required.tied, required.left, required.stage) == (("a", "b"), 90, 2)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=9),
    st.integers(0, 120),
    st.integers(0, 200),
)
def test_the_knapsack_is_exact_and_says_when_a_goal_is_out_of_reach(
    pairs: list[tuple[int, int]], budget: int, goal: int
) -> None:
    items = [Item(str(number), cost, worth) for number, (cost, worth) in enumerate(pairs)]
    best = max(
        sum(item.worth for item in chosen)
        for size in range(len(items) + 1)
        for chosen in combinations(items, size)
        if sum(item.cost for item in chosen) <= budget
    )
    found = best_choice(items, budget)
    assert found is not None
    assert found.worth == best == sum(item.worth for item in items if item.id in found.ids)
    assert sum(item.cost for item in items if item.id in found.ids) <= budget
    again = best_choice(items, budget, at_least=goal)
    assert (again.worth if again else None) == (best if best >= goal else None)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=2, max_size=7),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=4),
    st.integers(0, 120),
    st.integers(0, 200),
)
def test_the_knapsack_never_takes_two_rivals(
    pairs: list[tuple[int, int]], against: set[tuple[int, int]], budget: int, goal: int
) -> None:
    rivals = {frozenset(map(str, pair)) for pair in against if len(set(pair)) == 2}
    items = [
        Item(str(n), cost, worth, frozenset().union(*(pair - {str(n)} for pair in rivals if str(n) in pair)))
        for n, (cost, worth) in enumerate(pairs)
    ]
    possible = {
        frozenset(item.id for item in chosen): sum(item.worth for item in chosen)
        for size in range(len(items) + 1)
        for chosen in combinations(items, size)
        if sum(item.cost for item in chosen) <= budget
        and not any(pair <= {item.id for item in chosen} for pair in rivals)
    }
    best = max(possible.values())
    found = best_choice(items, budget, at_least=goal)
    assert (possible[found.ids] if found else None) == (best if best >= goal else None)
