"""The lots of equal shares: drawing them reaches what some order of the projects gives, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pabutools.election import ApprovalBallot as PabutoolsBallot
from pabutools.election import ApprovalProfile, Cardinality_Sat, Cost_Sat, Instance
from pabutools.election import Project as PabutoolsProject
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking

from wijkbudget.tally import ApprovalBallot, Election, Lot, LotRequired, Outcome, Project, count

Cast = Sequence[frozenset[str]]
Pair = frozenset[str]
NO_PAIR: Pair = frozenset()


@st.composite
def small(draw: st.DrawFn, *, with_rivals: bool) -> tuple[int, dict[str, int], list[frozenset[str]], Pair]:
    """Budget and costs in cents so alike that much ties, ballots, and two projects that exclude each other."""
    ids = "abcd"[: draw(st.integers(2, 4))]
    costs = {name: draw(st.sampled_from([100, 150, 200, 300, 400, 600, 1000])) for name in ids}
    ballots = draw(st.lists(st.frozensets(st.sampled_from(ids)), min_size=2, max_size=5))
    pair = draw(st.sampled_from([frozenset(two) for two in permutations(ids, 2)])) if with_rivals else NO_PAIR
    return draw(st.sampled_from([600, 800, 1000, 1500])), costs, ballots, pair


def price_of(cost: int, amounts: list[Fraction]) -> Fraction | None:
    """What each pays who has that much, found by letting more and more of the poorest pay all they have."""
    amounts, need = sorted(amounts), Fraction(cost)
    for number, amount in enumerate(amounts):
        if need <= amount * (len(amounts) - number):
            return need / (len(amounts) - number)
        need -= amount
    return None


def in_order(
    costs: dict[str, int], cast: Cast, pair: Pair, order: Sequence[str], by_cost: bool, start: Fraction
) -> list[str]:
    """One run in which of equal projects the first in `order` goes first."""
    money, bought = [start] * len(cast), list[str]()
    while True:
        best: tuple[Fraction, str, Fraction] | None = None
        for name in order:
            price = price_of(
                costs[name], [have for have, named in zip(money, cast, strict=True) if name in named]
            )
            if name in bought or price is None or (name in pair and not pair.isdisjoint(bought)):
                continue
            rho = price / costs[name] if by_cost else price
            if best is None or rho < best[0]:
                best = rho, name, price
        if best is None:
            return bought
        bought.append(best[1])
        money = [
            have - min(have, best[2]) if best[1] in named else have
            for have, named in zip(money, cast, strict=True)
        ]


def by_definition(
    budget: int,
    costs: dict[str, int],
    cast: Cast,
    pair: Pair,
    order: Sequence[str],
    *,
    by_cost: bool,
    completion: str,
) -> frozenset[str]:
    """The whole count under one order of the projects that holds in every run."""
    race = {name: cost for name, cost in costs.items() if cost <= budget and any(name in b for b in cast)}
    among, start, last = [name for name in order if name in race], Fraction(budget, len(cast)), list[str]()
    while True:
        bought = in_order(race, cast, pair, among, by_cost, start)
        left = budget - sum(costs[name] for name in bought)
        if left < 0:
            return frozenset(last)
        rest = [n for n in race if n not in bought and not (n in pair and not pair.isdisjoint(bought))]
        exhausted = completion == "add1-exhaustive" and all(costs[name] > left for name in rest)
        if completion == "none" or not rest or exhausted:
            return frozenset(bought)
        last, start = bought, start + 100


def reached(election: Election, lots: tuple[Lot, ...] = (), **options: object) -> set[frozenset[str]]:
    """All outcomes to which lots lead, whenever one is asked for drawn in every way."""
    result = count(election, "equal-shares", lots=lots, **options)  # type: ignore[arg-type]
    if isinstance(result, Outcome):
        return {frozenset(result.funded)}
    assert isinstance(result, LotRequired)
    return set[frozenset[str]]().union(
        *(reached(election, (*lots, Lot(drawn)), **options) for drawn in permutations(result.tied))
    )


def election_of(budget: int, costs: dict[str, int], cast: Cast) -> Election:
    return Election.of(budget, [Project(*item) for item in costs.items()], list(map(ApprovalBallot, cast)))


# The first run ends in two ways, of which only one stops the raising.
STOPS_BY_TIE = (
    600,
    {"a": 200, "b": 300, "c": 400, "d": 200},
    list(map(frozenset, ["d", "bcd", "acd", "abc"])),
    NO_PAIR,
)
STOPS_BY_RIVAL = (
    600,
    {"a": 150, "b": 300, "c": 300},
    list(map(frozenset, ["bc", "a", "bc"])),
    frozenset("ab"),
)


@pytest.mark.parametrize("completion", ["none", "add1", "add1-exhaustive"])
@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
@settings(max_examples=40, deadline=None)
@given(small(with_rivals=False) | small(with_rivals=True))
@example(STOPS_BY_TIE)
@example(STOPS_BY_RIVAL)
def test_lots_lead_to_exactly_what_the_orders_of_the_projects_give(
    satisfaction: str, completion: str, case: tuple[int, dict[str, int], list[frozenset[str]], Pair]
) -> None:
    budget, costs, cast, pair = case
    by_cost = satisfaction == "cost"
    given_by_orders = {
        by_definition(budget, costs, cast, pair, order, by_cost=by_cost, completion=completion)
        for order in permutations(costs)
    }
    options = {"satisfaction": satisfaction, "completion": completion, "engine": "exact"}
    assert (
        reached(election_of(budget, costs, cast), incompatible=[pair] if pair else [], **options)
        == given_by_orders
    )


@settings(max_examples=150, deadline=None)
@given(small(with_rivals=False))
@example((2000, {"a": 1800, "b": 1400, "c": 400}, [frozenset(), frozenset("ac")], NO_PAIR))
def test_pabutools_stops_at_the_same_outcome_that_leaves_room_for_no_supported_project(
    case: tuple[int, dict[str, int], list[frozenset[str]], Pair],
) -> None:
    budget, costs, cast, _ = case
    costs = {name: min(cost, budget) for name, cost in costs.items()}  # dearer ones do not take part here
    theirs = {name: PabutoolsProject(name, cost) for name, cost in costs.items()}
    instance = Instance(theirs.values(), budget_limit=budget)
    profile = ApprovalProfile([PabutoolsBallot(theirs[name] for name in named) for named in cast])
    for satisfaction, theirs_of in (("cost", Cost_Sat), ("cardinality", Cardinality_Sat)):
        outcome = count(
            election_of(budget, costs, cast),
            "equal-shares",
            satisfaction=satisfaction,
            completion="add1-exhaustive",
            ties="lexicographic",
            engine="exact",
        )
        assert isinstance(outcome, Outcome)
        found = method_of_equal_shares(
            instance,
            profile,
            sat_class=theirs_of,
            tie_breaking=lexico_tie_breaking,
            voter_budget_increment=100,
        )
        assert [str(project) for project in found] == list(outcome.funded)
