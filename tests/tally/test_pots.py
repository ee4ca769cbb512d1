"""Several pots in one count: own outcomes, money passed on to the cent, and a tie that holds up only who waits for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Election,
    Lot,
    LotRequired,
    Outcome,
    Pot,
    Project,
    TallyError,
    Terms,
    Waiting,
    count_pots,
)


def election(budget: int, **projects: tuple[int, int]) -> Election:
    """Projects by name with their cost and number of supporters."""
    voters = max([votes for _, votes in projects.values()], default=0)
    ballots = [
        ApprovalBallot(frozenset(name for name, (_, votes) in projects.items() if votes > voter))
        for voter in range(voters)
    ]
    return Election.of(budget, [Project(name, cost) for name, (cost, _) in projects.items()], ballots)


def test_each_pot_is_counted_by_its_own_rule_and_terms() -> None:
    first = Pot("noord", election(100, a=(90, 3), b=(60, 1)), "greedy")
    second = Pot("zuid", election(100, c=(90, 1)), "greedy", terms=Terms(min_support=2))
    results = count_pots([first, second]).results
    assert [result.funded for result in results.values() if isinstance(result, Outcome)] == [("a",), ()]


def test_what_wijken_leave_goes_to_the_city_and_decides_there() -> None:
    city = Pot("stad", election(10, groot=(60, 2)), "greedy")
    wijken = [Pot(name, election(100, a=(75, 1)), "greedy", passes_to="stad") for name in ("noord", "zuid")]
    counted = count_pots([city, *wijken])
    assert counted.is_complete
    assert [(money.source, money.target, money.cents) for money in counted.passed] == [
        ("noord", "stad", 25),
        ("zuid", "stad", 25),
    ]
    stad = counted.results["stad"]
    assert isinstance(stad, Outcome)
    assert (stad.budget, stad.funded) == (60, ("groot",))


def test_a_tie_holds_up_only_the_pot_that_waits_for_its_money() -> None:
    tied = election(100, a=(60, 1), b=(70, 1))
    pots = [
        Pot("noord", tied, "greedy", passes_to="stad"),
        Pot("zuid", election(100, c=(90, 1)), "greedy"),
        Pot("stad", election(10, groot=(50, 2)), "greedy"),
    ]
    results = count_pots(pots).results
    assert isinstance(results["noord"], LotRequired)
    assert isinstance(results["zuid"], Outcome)
    assert results["stad"] == Waiting(("noord",))
    drawn = Terms(lots=(Lot(("a", "b")),))
    settled = count_pots([Pot("noord", tied, "greedy", terms=drawn, passes_to="stad"), *pots[1:]])
    stad = settled.results["stad"]
    assert isinstance(stad, Outcome)
    assert stad.funded == ("groot",)


@pytest.mark.parametrize(
    ("targets", "fault"),
    [
        ({"a": "b", "b": "a"}, "pots a, b pass their money to each other"),
        ({"a": "a", "b": None}, "pots a pass their money to each other"),
        ({"a": "elders", "b": None}, "pot a passes its money to elders, which is not one of the pots"),
    ],
)
def test_pots_that_wait_for_each_other_or_for_nobody_are_refused(
    targets: dict[str, str | None], fault: str
) -> None:
    pots = [Pot(name, election(1, x=(1, 1)), "greedy", passes_to=target) for name, target in targets.items()]
    with pytest.raises(TallyError, match=fault):
        count_pots(pots)


def test_two_pots_of_one_name_are_refused() -> None:
    with pytest.raises(TallyError, match="pot a is listed twice"):
        count_pots([Pot("a", election(1, x=(1, 1)), "greedy")] * 2)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300), st.integers(0, 3)), min_size=1, max_size=5),
    st.data(),
)
def test_no_cent_is_lost_or_made(wijken: list[tuple[int, int, int]], data: st.DataObject) -> None:
    pots = []
    for number, (budget, cost, votes) in enumerate(wijken):
        names = [None, *(f"p{later}" for later in range(number + 1, len(wijken)))]
        target = data.draw(st.sampled_from(names))
        pots.append(Pot(f"p{number}", election(budget, x=(cost, votes)), "greedy", passes_to=target))
    counted = count_pots(data.draw(st.permutations(pots)))
    outcomes = {name: result for name, result in counted.results.items() if isinstance(result, Outcome)}
    kept = sum(outcomes[pot.name].left for pot in pots if pot.passes_to is None)
    assert sum(pot.election.budget for pot in pots) == sum(one.spent for one in outcomes.values()) + kept
