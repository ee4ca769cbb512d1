"""What conditions come down to: a count without the projects that left, and one project in place of linked ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tally.test_laws import elections
from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Ballot,
    Decision,
    Election,
    Lot,
    LotDoesNotFit,
    LotRequired,
    Outcome,
    PointsBallot,
    Project,
    RankingBallot,
    Step,
    count,
)
from wijkbudget.tally.prepared import LinkedProjects

EVERY = sorted(RULES)
ABCD = [Project(name, cost) for name, cost in (("a", 100), ("b", 300), ("c", 200), ("d", 100))]


def approving(*ballots: str, projects: list[Project] = ABCD, budget: int = 1000) -> Election:
    return Election.of(budget, projects, [ApprovalBallot(frozenset(named)) for named in ballots])


def counted(election: Election, rule: str, **terms: object) -> Outcome:
    outcome = count(election, rule, **terms)  # type: ignore[arg-type]
    assert isinstance(outcome, Outcome), outcome
    return outcome


def without(ballot: Ballot, gone: str) -> Ballot:
    if isinstance(ballot, ApprovalBallot):
        return ApprovalBallot(ballot.projects - {gone})
    if isinstance(ballot, PointsBallot):
        return PointsBallot.of({project: given for project, given in ballot.points if project != gone})
    return RankingBallot(tuple(rank - {gone} for rank in ballot.ranks if rank != {gone}))


def together(ballot: Ballot) -> Ballot:
    """The ballot about one project `a` in place of `a` and `b`, written down by hand."""
    both = {"a", "b"} <= ballot.named
    if isinstance(ballot, ApprovalBallot):
        return ApprovalBallot(ballot.projects - {"b"} if both else ballot.projects - {"a", "b"})
    if isinstance(ballot, PointsBallot):
        given = dict(ballot.points)
        joint = min(given.pop("a", 0), given.pop("b", 0))
        return PointsBallot.of(given | {"a": joint})
    last = max((place for place, rank in enumerate(ballot.ranks) if rank & {"a", "b"}), default=-1)
    ranks = [
        (rank - {"a", "b"}) | ({"a"} if both and place == last else set())
        for place, rank in enumerate(ballot.ranks)
    ]
    return RankingBallot(tuple(frozenset(rank) for rank in ranks if rank))


def changed(election: Election, projects: list[Project], ballots: list[tuple[Ballot, int]]) -> Election:
    cast: dict[Ballot, int] = {}
    for ballot, weight in ballots:
        cast[ballot] = cast.get(ballot, 0) + weight
    return Election.grouped(election.budget, projects, cast)


def told(steps: tuple[Step, ...]) -> list[tuple[object, ...]]:
    return [
        (step.number, step.place, step.project, step.left_after, step.decision, step.basis) for step in steps
    ]


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_withdrawn_project_changes_nothing_for_the_others(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    gone = data.draw(st.sampled_from(election.projects)).id
    projects = [replace(project, withdrawn=project.id == gone) for project in election.projects]
    never = changed(
        election,
        [project for project in election.projects if project.id != gone],
        [(without(ballot, gone), weight) for ballot, weight in election.ballots],
    )
    with_it = counted(changed(election, projects, list(election.ballots)), rule, ties="lexicographic")
    without_it = counted(never, rule, ties="lexicographic")
    assert with_it.step(gone).decision is Decision.WITHDRAWN
    assert (with_it.funded, with_it.spent) == (without_it.funded, without_it.spent)
    assert told(with_it.steps[:-1]) == told(without_it.steps)


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_linked_projects_count_as_one_project_would(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    assume(len(election.projects) > 1)
    first, second, *others = election.projects
    one = replace(first, cost=first.cost + second.cost)
    made = changed(
        election, [one, *others], [(together(ballot), weight) for ballot, weight in election.ballots]
    )
    linked = counted(election, rule, linked=["ab"], ties="lexicographic")
    by_hand = counted(made, rule, ties="lexicographic")
    assert set(linked.funded) - {"b"} == set(by_hand.funded)
    assert linked.spent == by_hand.spent
    assert linked.step("a").decision is linked.step("b").decision is by_hand.step("a").decision
    event = next(event for event in linked.events if isinstance(event, LinkedProjects))
    assert event == LinkedProjects(("a", "b"), made.votes()["a"], one.cost)


@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
def test_what_is_linked_to_a_withdrawn_project_leaves_with_it_and_that_is_said(rule: str) -> None:
    projects = [replace(project, withdrawn=project.id == "b") for project in ABCD]
    outcome = counted(approving("abcd", "abc", projects=projects), rule, linked=["ab"])
    assert outcome.funded == ("c", "d")
    assert [(step.project, step.decision, step.article) for step in outcome.steps[-2:]] == [
        ("a", Decision.LINKED, "voorwaarden art. 6"),
        ("b", Decision.WITHDRAWN, "voorwaarden art. 1"),
    ]


def test_the_votes_of_linked_projects_together_decide_about_minimum_support() -> None:
    outcome = counted(approving("ab", "a", "b", "c", "c"), "equal-shares", linked=["ab"], min_support=2)
    assert outcome.step("a").decision is outcome.step("b").decision is Decision.TOO_LITTLE_SUPPORT
    assert (outcome.step("a").votes, outcome.step("a").article) == (2, "voorwaarden art. 2")
    assert outcome.events[0] == LinkedProjects(("a", "b"), 1, 400)


def test_the_rest_is_offered_to_linked_projects_once() -> None:
    outcome = counted(approving("cab", "cab", "c", budget=500), "greedy-remainder", linked=["ab"])
    assert [(step.project, step.left_before, step.left_after) for step in outcome.steps] == [
        ("c", 500, 300),
        ("a", 300, 0),
        ("b", 0, 0),
        ("d", 0, 0),
    ]
    assert outcome.left == 0


def test_a_tie_after_linked_projects_names_the_step_at_which_it_stopped() -> None:
    required = count(approving("ab", "ab", "cd", budget=600), "greedy", linked=["ab"])
    assert isinstance(required, LotRequired)
    assert [step.project for step in required.steps_so_far] == ["a", "b"]
    assert (required.tied, required.stage, required.left) == (("c", "d"), 3, 200)


def test_linked_projects_are_drawn_under_the_first_of_them() -> None:
    election = approving("ab", "c", budget=400)
    required = count(election, "greedy", linked=["ab"])
    assert isinstance(required, LotRequired)
    assert required.tied == ("a", "c")
    for order in (("a", "c"), ("b", "c")):
        assert counted(election, "greedy", linked=["ab"], lots=[Lot(order)]).funded == ("a", "b")


@pytest.mark.parametrize("rule", ["equal-shares", "phragmen"])
def test_a_lot_that_was_drawn_before_a_project_left_still_holds(rule: str) -> None:
    projects = [replace(project, withdrawn=project.id == "c") for project in ABCD]
    election = approving("ad", "da", projects=projects)
    lot = Lot(("c", "d", "a"))
    assert counted(election, rule, incompatible=["ad"], lots=[lot]).funded == ("d",)


def test_a_lot_among_projects_that_take_no_part_is_refused() -> None:
    projects = [replace(project, withdrawn=project.id in "cd") for project in ABCD]
    with pytest.raises(LotDoesNotFit, match=r"lot \[c, d\] names no project that takes part"):
        count(approving("ab", projects=projects), "equal-shares", lots=[Lot(("c", "d"))])


def test_a_set_of_one_project_changes_nothing() -> None:
    election = approving("abc", "abd", "cd")
    for terms in ({"linked": ["a"]}, {"incompatible": ["a"]}, {"linked": [""]}, {"incompatible": [""]}):
        assert counted(election, "equal-shares", **terms) == counted(election, "equal-shares")
