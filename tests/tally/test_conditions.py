"""Conditions hold for every rule: who takes part, who goes together, who cannot, and when nobody gets money."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
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
    TallyError,
    Terms,
    UnknownProject,
    count,
)
from wijkbudget.tally.conditions import prepare

EVERY = sorted(RULES)


def ballot(kind: BallotKind, *named: str) -> Ballot:
    """The projects in this order of preference; points fall from 9."""
    if kind is BallotKind.RANKING:
        return RankingBallot(tuple(frozenset({project}) for project in named))
    if kind is BallotKind.POINTS:
        return PointsBallot.of({project: 9 - place for place, project in enumerate(named)})
    return ApprovalBallot(frozenset(named))


def election(rule: str, budget: int, costs: dict[str, int], *ballots: str, withdrawn: str = "") -> Election:
    kind = min(RULES[rule].ballot_kinds)
    projects = [Project(name, cost, "", name in withdrawn) for name, cost in costs.items()]
    return Election.of(budget, projects, [ballot(kind, *named) for named in ballots])


def outcome_of(made: Election, rule: str, **terms: object) -> Outcome:
    outcome = count(made, rule, ties="lexicographic", **terms)  # type: ignore[arg-type]
    assert isinstance(outcome, Outcome)
    assert sorted(step.project for step in outcome.steps) == [project.id for project in made.projects]
    return outcome


@pytest.mark.parametrize("rule", EVERY)
def test_a_withdrawn_project_is_reported_and_the_rest_of_the_ballot_counts(rule: str) -> None:
    made = election(rule, 1000, {"a": 100, "b": 100, "c": 100}, "ab", "ab", "ac", withdrawn="a")
    outcome = outcome_of(made, rule)
    assert set(outcome.funded) >= {"b"}
    step = outcome.step("a")
    assert (step.decision, step.votes, step.place) == (Decision.WITHDRAWN, 3, None)


@pytest.mark.parametrize("rule", EVERY)
def test_a_project_below_the_minimum_support_gets_no_money(rule: str) -> None:
    made = election(rule, 1000, {"a": 100, "b": 100}, "ab", "a", "a")
    outcome = outcome_of(made, rule, min_support=2)
    assert outcome.funded == ("a",)
    assert outcome.step("b").decision is Decision.TOO_LITTLE_SUPPORT


@pytest.mark.parametrize("rule", EVERY)
def test_below_the_quorum_nobody_gets_money_and_blank_ballots_count(rule: str) -> None:
    made = election(rule, 1000, {"a": 100}, "a", "a", "")
    below = outcome_of(made, rule, quorum=4)
    assert (below.funded, below.spent, below.step("a").decision) == ((), 0, Decision.NO_QUORUM)
    assert outcome_of(made, rule, quorum=3).funded == ("a",)


@pytest.mark.parametrize("rule", EVERY)
def test_a_project_with_too_few_votes_for_its_cost_is_not_eligible(rule: str) -> None:
    made = election(rule, 900, {"a": 100, "b": 600}, "a", "a", "a", "a", "ab")
    outcome = outcome_of(made, rule, eligible="votes-per-cost")
    assert outcome.step("b").decision is Decision.NOT_ELIGIBLE  # 1/5 of the ballots, 2/9 of the budget
    assert outcome.funded == ("a",)
    enough = election(rule, 900, {"a": 100, "b": 540}, "a", "a", "a", "a", "ab")
    assert outcome_of(enough, rule, eligible="votes-per-cost").step("b").decision is not Decision.NOT_ELIGIBLE


@pytest.mark.parametrize("rule", EVERY)
def test_linked_projects_are_funded_together_or_not_at_all(rule: str) -> None:
    costs = {"a": 100, "b": 300, "c": 100}
    together = outcome_of(election(rule, 1000, costs, "ab", "ab", "ab", "abc"), rule, linked=["ab"])
    assert {"a", "b"} <= set(together.funded)
    assert [together.step(part).cost for part in "ab"] == [100, 300]
    assert together.spent == sum(costs[project_id] for project_id in together.funded)
    apart = outcome_of(election(rule, 350, costs, "ab", "ab", "ab", "c"), rule, linked=["ab"])
    assert not {"a", "b"} & set(apart.funded)
    assert apart.step("a").decision is apart.step("b").decision


@pytest.mark.parametrize("rule", EVERY)
def test_of_projects_that_exclude_each_other_at_most_one_is_funded(rule: str) -> None:
    made = election(rule, 1000, {"a": 100, "b": 100, "c": 100}, "ab", "ab", "ac", "abc")
    outcome = outcome_of(made, rule, incompatible=["ab"])
    assert set(outcome.funded) == {"a", "c"}
    assert outcome.step("b").decision in (Decision.INCOMPATIBLE, Decision.NOT_CHOSEN, Decision.ELIMINATED)


@pytest.mark.parametrize("rule", EVERY)
def test_equal_projects_that_exclude_each_other_ask_for_a_lot_although_the_money_suffices(rule: str) -> None:
    kind = min(RULES[rule].ballot_kinds)
    cast: list[Ballot] = [ballot(kind, "a", "b"), ballot(kind, "b", "a")]
    made = Election.of(1000, [Project("a", 100), Project("b", 100)], cast)
    required = count(made, rule, incompatible=["ab"])
    assert isinstance(required, LotRequired)
    assert required.tied == ("a", "b")


def test_a_bundle_has_the_support_of_its_least_supported_part() -> None:
    ballots: list[Ballot] = [
        RankingBallot((frozenset("a"), frozenset("c"), frozenset("b"))),
        RankingBallot((frozenset("a"),)),
    ]
    made = Election.of(100, [Project(name, 10) for name in "abc"], ballots)
    bundled = prepare(made, Terms(linked=(frozenset("ab"),))).election
    assert {cast for cast, _ in bundled.ballots} == {
        RankingBallot((frozenset("c"), frozenset("a"))),
        RankingBallot(()),
    }
    points = Election.of(100, made.projects, [PointsBallot.of({"a": 5, "b": 2}), PointsBallot.of({"a": 7})])
    assert prepare(points, Terms(linked=(frozenset("ab"),))).election.points() == {"a": 2, "c": 0}


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        ({"linked": ["ab", "bc"]}, "project b is linked twice"),
        ({"linked": ["ab"], "incompatible": ["abc"]}, "projects a, b are linked, so they cannot exclude"),
    ],
)
def test_conditions_that_contradict_each_other_are_refused_by_name(
    terms: dict[str, list[str]], fault: str
) -> None:
    made = election("greedy", 100, {"a": 10, "b": 10, "c": 10}, "abc")
    with pytest.raises(TallyError, match=fault):
        count(made, "greedy", **terms)  # type: ignore[arg-type]


@pytest.mark.parametrize("terms", [{"linked": ["ax"]}, {"incompatible": ["ax"]}])
def test_a_condition_about_an_unknown_project_is_refused(terms: dict[str, list[str]]) -> None:
    with pytest.raises(UnknownProject, match="a condition names project x"):
        count(election("greedy", 100, {"a": 10}, "a"), "greedy", **terms)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", EVERY)
@settings(max_examples=25, deadline=None)
@given(
    data=st.data(),
    costs=st.lists(st.sampled_from([100, 200, 400]), min_size=4, max_size=4),
    budget=st.sampled_from([300, 600, 1200]),
)
def test_whatever_the_conditions_no_cent_is_lost_and_sets_are_kept(
    rule: str, data: st.DataObject, costs: list[int], budget: int
) -> None:
    named = st.lists(st.permutations("abcd").map(lambda order: "".join(order[:3])), min_size=1, max_size=5)
    made = election(rule, budget, dict(zip("abcd", costs, strict=True)), *data.draw(named))
    outcome = outcome_of(made, rule, linked=["ab"], incompatible=["ac", "cd"], min_support=1)
    funded = set(outcome.funded)
    assert len(funded & {"a", "b"}) in (0, 2)
    assert len(funded & {"a", "c"}) < 2
    assert len(funded & {"c", "d"}) < 2
    assert outcome.spent == sum(step.left_before - step.left_after for step in outcome.steps) <= budget
    assert outcome.steps[-1].left_after == outcome.left
