"""What every counting rule promises, on random small elections: one law per test, each rule held to its own promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Ballot,
    BallotKind,
    Decision,
    Election,
    LotRequired,
    Outcome,
    PointsBallot,
    Project,
    RankingBallot,
    count,
)

IDS = "abcde"
EVERY = sorted(RULES)
EXHAUSTIVE = {"greedy", "greedy-per-cost", "schulze", "ranked-pairs", "borda", "max-satisfaction"}
"""No project that is left out and has a vote still fits."""
MORE_SUPPORT_NEVER_HURTS = {"greedy", "greedy-per-cost", "max-satisfaction"}
"""A funded project that somebody more supports, alone, stays funded."""
HOMOGENEOUS = set(RULES) - {"equal-shares", "equal-shares-borda"}
"""Every ballot twice gives the same outcome; not where the step is one unit of money per ballot."""


@st.composite
def ballots(draw: st.DrawFn, kind: BallotKind, ids: str) -> Ballot:
    named = draw(st.permutations(ids))[: draw(st.integers(0, len(ids)))]
    if kind is BallotKind.APPROVAL:
        return ApprovalBallot(frozenset(named))
    if kind is BallotKind.POINTS:
        return PointsBallot.of({project: draw(st.integers(1, 4)) for project in named})
    ranks: list[frozenset[str]] = []
    while named:
        size = draw(st.integers(1, len(named)))
        ranks.append(frozenset(named[:size]))
        named = named[size:]
    return RankingBallot(tuple(ranks))


@st.composite
def elections(draw: st.DrawFn, rule: str) -> Election:
    ids = IDS[: draw(st.integers(1, len(IDS)))]
    kind = draw(st.sampled_from(sorted(RULES[rule].ballot_kinds)))
    projects = [Project(name, draw(st.sampled_from([100, 200, 300, 450, 700]))) for name in ids]
    return Election.of(
        draw(st.sampled_from([0, 100, 500, 1000, 1500])),
        projects,
        draw(st.lists(ballots(kind, ids), min_size=1, max_size=7)),
    )


def renamed(election: Election, names: dict[str, str]) -> Election:
    def ballot(cast: Ballot) -> Ballot:
        if isinstance(cast, ApprovalBallot):
            return ApprovalBallot(frozenset(names[p] for p in cast.projects))
        if isinstance(cast, PointsBallot):
            return PointsBallot.of({names[p]: given for p, given in cast.points})
        return RankingBallot(tuple(frozenset(names[p] for p in rank) for rank in cast.ranks))

    return Election.grouped(
        election.budget,
        [replace(project, id=names[project.id]) for project in election.projects],
        {ballot(cast): weight for cast, weight in election.ballots},
    )


def by_id(election: Election, rule: str) -> Outcome:
    outcome = count(election, rule, ties="lexicographic")
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_budget_is_never_exceeded_and_every_project_has_one_step(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    outcome = by_id(election, rule)
    costs = {project.id: project.cost for project in election.projects}
    given_away = sum(step.left_before - step.left_after for step in outcome.steps)
    assert outcome.spent == given_away <= election.budget
    assert sum(costs[funded] for funded in outcome.funded) <= outcome.spent
    assert sorted(step.project for step in outcome.steps) == sorted(costs)
    assert [step.number for step in outcome.steps] == list(range(1, len(costs) + 1))
    funded = [step.project for step in outcome.steps if step.decision is Decision.FUNDED]
    assert funded == list(outcome.funded)


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_of_ballots_and_projects_does_not_matter(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    single = [ballot for ballot, weight in election.ballots for _ in range(weight)]
    shuffled = Election.of(
        election.budget,
        data.draw(st.permutations(election.projects)),
        data.draw(st.permutations(single)),
    )
    assert count(shuffled, rule) == count(election, rule)


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_project_has_an_advantage_by_its_name(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    ids = [project.id for project in election.projects]
    names = dict(zip(ids, data.draw(st.permutations(ids)), strict=True))
    first, second = count(election, rule), count(renamed(election, names), rule)
    if isinstance(first, LotRequired):
        assert isinstance(second, LotRequired)
        assert {names[project] for project in first.tied} == set(second.tied)
    else:
        assert isinstance(second, Outcome)
        assert {names[project] for project in first.funded} == set(second.funded)


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_where_no_lot_is_asked_for_no_order_of_names_gives_other_winners(
    rule: str, data: st.DataObject
) -> None:
    election = data.draw(elections(rule))
    ids = [project.id for project in election.projects]
    assume(len(ids) <= 4)
    outcome = count(election, rule)
    assume(isinstance(outcome, Outcome))
    assert isinstance(outcome, Outcome)
    for order in permutations(ids):
        names = dict(zip(ids, order, strict=True))
        under = by_id(renamed(election, names), rule)
        assert {names[project] for project in outcome.funded} == set(under.funded)


@pytest.mark.parametrize("rule", sorted(EXHAUSTIVE & set(RULES)))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_that_has_a_vote_still_fits(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    outcome = by_id(election, rule)
    votes = election.votes()
    for project in election.projects:
        assert project.id in outcome.funded or not votes[project.id] or project.cost > outcome.left


@pytest.mark.parametrize("rule", sorted(MORE_SUPPORT_NEVER_HURTS & set(RULES)))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_more_supporter_never_hurts_a_funded_project(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    outcome = by_id(election, rule)
    assume(outcome.funded and election.kind is BallotKind.APPROVAL)
    lucky = data.draw(st.sampled_from(outcome.funded))
    more = dict(election.ballots)
    alone = ApprovalBallot(frozenset({lucky}))
    more[alone] = more.get(alone, 0) + 1
    assert lucky in by_id(Election.grouped(election.budget, election.projects, more), rule).funded


@pytest.mark.parametrize("rule", sorted(HOMOGENEOUS & set(RULES)))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_everybody_voting_twice_changes_nothing(rule: str, data: st.DataObject) -> None:
    election = data.draw(elections(rule))
    twice = {ballot: 2 * weight for ballot, weight in election.ballots}
    doubled = Election.grouped(election.budget, election.projects, twice)
    assert by_id(doubled, rule).funded == by_id(election, rule).funded
