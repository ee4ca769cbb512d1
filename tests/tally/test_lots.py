"""Lots are drawn one after the other; whatever is drawn, the count comes to its end."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    BallotKind,
    Election,
    Lot,
    LotDoesNotFit,
    LotRequired,
    Outcome,
    Project,
    RankingBallot,
    count,
)

NAMES = "1234567"


@st.composite
def elections(draw: st.DrawFn, *, ranked: bool) -> Election:
    """Few different costs and few ballots, so that much is equal."""
    names = NAMES[: draw(st.integers(2, 7))]
    projects = [Project(name, draw(st.sampled_from([2000, 3000, 4000, 7000]))) for name in names]
    some = st.lists(st.sampled_from(names), unique=True, max_size=len(names))
    choices = draw(st.lists(some, max_size=6))
    ballots = [
        RankingBallot(tuple(frozenset({name}) for name in choice))
        if ranked
        else ApprovalBallot(frozenset(choice))
        for choice in choices
    ]
    return Election.of(draw(st.integers(2000, 20_000)), projects, ballots)


def drawn_to_the_end(rule: str, election: Election, seed: int) -> tuple[Outcome, list[Lot]]:
    chance, lots = Random(seed), list[Lot]()  # noqa: S311
    for _ in range(30):
        found = count(election, rule, lots=lots, min_support=1)
        if isinstance(found, Outcome):
            return found, lots
        order = list(found.tied)
        chance.shuffle(order)
        lots.append(Lot(tuple(order)))
    raise AssertionError("one lot is asked for after another")


@pytest.mark.parametrize("rule", sorted(RULES))
@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 999))
def test_whatever_is_drawn_the_count_ends(rule: str, data: st.DataObject, seed: int) -> None:
    ranked = BallotKind.RANKING in RULES[rule].ballot_kinds
    election = data.draw(elections(ranked=ranked))
    outcome, lots = drawn_to_the_end(rule, election, seed)
    assert outcome.spent <= election.budget
    again = count(election, rule, lots=lots, min_support=1)
    assert again == outcome


def test_a_lot_whose_tie_a_later_lot_takes_away_is_passed_over() -> None:
    costs = {"1": 3000, "2": 7000, "3": 2000, "4": 4000, "5": 2000, "6": 3000, "7": 2000}
    ballots = [ApprovalBallot(frozenset(names)) for names in ("14", "1234567", "3567", "")]
    election = Election.of(12_319, [Project(name, cost) for name, cost in costs.items()], ballots)
    lots = [Lot(("5", "1", "7")), Lot(("5", "3", "7")), Lot(("3", "1", "7"))]
    for asked in range(3):
        found = count(election, "phragmen", lots=lots[:asked], min_support=1)
        assert isinstance(found, LotRequired)
        assert set(found.tied) == set(lots[asked].order)
    assert isinstance(count(election, "phragmen", lots=lots, min_support=1), Outcome)


def test_a_lot_that_no_count_asked_for_is_still_refused() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 30)], [ApprovalBallot(frozenset("a"))])
    with pytest.raises(LotDoesNotFit, match="does not belong to a tie"):
        count(election, "greedy", lots=[Lot(("a", "b"))])
