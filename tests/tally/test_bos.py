"""Bounded overspending, against a plain reading of its definition in fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import ApprovalBallot, Decision, Election, Outcome, Project, count
from wijkbudget.tally.bos import Overspent


@st.composite
def elections(draw: st.DrawFn) -> Election:
    ids = "abcde"[: draw(st.integers(1, 5))]
    projects = [Project(name, draw(st.integers(1, 300))) for name in ids]
    ballots = draw(st.lists(st.sets(st.sampled_from(ids)), min_size=1, max_size=7))
    return Election.of(
        draw(st.integers(0, 500)), projects, [ApprovalBallot(frozenset(named)) for named in ballots]
    )


def funded_by_definition(election: Election, *, by_cost: bool) -> list[str]:
    """Every voter alone, every amount at which somebody runs out of money tried, ties by id."""
    voters = [ballot.named for ballot, weight in election.ballots for _ in range(weight)]
    money = [Fraction(election.budget, len(voters))] * len(voters)
    left, funded = election.budget, []  # type: tuple[int, list[str]]
    while True:
        found = []
        for project in election.projects:
            able = [i for i, named in enumerate(voters) if project.id in named and money[i]]
            if project.id in funded or project.cost > left or not able:
                continue
            worth = project.cost if by_cost else 1
            for amount in {*(money[i] for i in able), *whole_cost(project.cost, [money[i] for i in able])}:
                alpha = min(Fraction(1), sum(min(money[i], amount) for i in able) / Fraction(project.cost))
                rho = amount / worth / alpha
                found.append((rho / alpha, project.id, -alpha, rho * worth, able, project.cost))
        if not found:
            return funded
        _, project_id, _, price, able, cost = min(found)
        funded.append(project_id)
        left -= cost
        for i in able:
            money[i] = max(Fraction(0), money[i] - price)


def whole_cost(cost: int, money: list[Fraction]) -> list[Fraction]:
    """The amount at which supporters pay the whole cost, if they can."""
    rich, need = sorted(money), Fraction(cost)
    while rich:
        if rich[0] * len(rich) >= need:
            return [need / len(rich)]
        need -= rich.pop(0)
    return []


@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
@settings(max_examples=150, deadline=None)
@given(election=elections())
def test_the_projects_are_those_of_the_definition(satisfaction: str, election: Election) -> None:
    outcome = count(election, "bos", ties="lexicographic", satisfaction=satisfaction)
    assert isinstance(outcome, Outcome)
    assert list(outcome.funded) == funded_by_definition(election, by_cost=satisfaction == "cost")


@settings(deadline=None)
@given(elections())
def test_supporters_pay_no_more_than_the_cost_and_all_of_it_if_they_afford_the_whole(
    election: Election,
) -> None:
    outcome = count(election, "bos", ties="lexicographic")
    assert isinstance(outcome, Outcome)
    for step in outcome.steps:
        if isinstance(step.basis, Overspent):
            assert 0 < step.basis.paid_cents <= step.cost
            assert (step.basis.alpha < 1) or step.basis.paid_cents == step.cost


def test_a_plan_that_equal_shares_just_misses_is_funded() -> None:
    projects = [Project("boom", 900_00), Project("bank", 200_00)]
    ballots = [ApprovalBallot(frozenset({"boom"}))] * 4 + [ApprovalBallot(frozenset({"bank"}))] * 2
    election = Election.of(1_200_00, projects, ballots)
    plain = count(election, "equal-shares", completion="none")
    assert isinstance(plain, Outcome)
    assert "boom" not in plain.funded
    outcome = count(election, "bos")
    assert isinstance(outcome, Outcome)
    step = outcome.step("boom")
    assert (step.decision, step.basis.alpha) == (Decision.FUNDED, Fraction(8, 9))  # type: ignore[union-attr]
