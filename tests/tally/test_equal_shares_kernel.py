"""The compiled search of equal shares gives what the pure one gives: each purchase, price, tie and reason to stop."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wijkbudget.tally import Election, PointsBallot, Project
from wijkbudget.tally.branches import OpenTie, Settler, ends
from wijkbudget.tally.equal_shares import search as pure
from wijkbudget.tally.equal_shares.purses import Purses
from wijkbudget.tally.equal_shares.run import Shares
from wijkbudget.tally.equal_shares.search import STEP, Found
from wijkbudget.tally.equal_shares.worth import shares_of
from wijkbudget.tally.outcome import Lot
from wijkbudget.tally.pabulib import read_pabulib
from wijkbudget.tally.terms import Completion, DrawnLots, Satisfaction, Ties

pytest.importorskip("numba", reason="the compiled engine comes with wijkbudget[fast]")
from wijkbudget.tally.kernels import equal_shares as compiled

SMALL = [Completion.NONE, Completion.ADD1, Completion.ADD1_EXHAUSTIVE]
DATA = Path(__file__).parent / "data"


def made(
    costs: list[int],
    weights: list[int],
    supports: list[dict[int, int]],
    *,
    budget: int,
    by_cost: bool = True,
    rivals: tuple[int, int] | None = None,
) -> Shares:
    """An election of which `supports[g][p]` says what project p is worth to group g."""
    race = [p for p, cost in enumerate(costs) if cost <= budget and any(s.get(p) for s in supports)]
    groups = [[g for g, s in enumerate(supports) if s.get(p)] for p in race]
    worths = [[supports[g][p] for g in names] for p, names in zip(race, groups, strict=True)]
    excludes = tuple(
        tuple(q for q, other in enumerate(race) if rivals and p in rivals and other in rivals and p != other)
        for p in race
    )
    return Shares(
        budget=budget,
        ballots=sum(weights),
        weights=weights,
        ids=tuple("abcdefgh"[p] for p in race),
        costs=tuple(costs[p] for p in race),
        groups=tuple(map(tuple, groups)),
        worths=tuple(() if set(worth) <= {1} else tuple(worth) for worth in worths),
        factors=tuple(costs[p] if by_cost else 1 for p in race),
        excludes=excludes if rivals else (),
    )


@st.composite
def elections(draw: st.DrawFn) -> Shares:
    """Up to six projects and seven groups of voters, with few different numbers, so that much ties."""
    unit = draw(st.sampled_from([1, 50, 100, 1009]))
    costs = draw(st.lists(st.integers(1, 8).map(lambda cost: cost * unit), min_size=1, max_size=6))
    projects, worth = st.integers(0, len(costs) - 1), draw(st.sampled_from([1, 1, 3]))
    support = st.dictionaries(projects, st.integers(1, worth), max_size=len(costs))
    supports = draw(st.lists(support, min_size=1, max_size=7))
    weights = draw(st.lists(st.integers(1, 4), min_size=len(supports), max_size=len(supports)))
    budget = draw(st.integers(0, sum(costs)))
    rivals = draw(st.none() | st.tuples(projects, projects))
    budget = max(budget, unit * sum(weights) // 100)
    return made(costs, weights, supports, budget=budget, by_cost=draw(st.booleans()), rivals=rivals)


def counted(
    shares: Shares, completion: Completion, ties: Ties = "lot", lots: tuple[Lot, ...] = ()
) -> Found | OpenTie:
    """What both engines say, which must be one thing; also which ties a lot was used for."""
    empty = Election.of(0, [Project(name, 1) for name in shares.ids], [])
    settlers = [Settler(shares.ids, ties, DrawnLots(lots, empty), [lot.order for lot in lots]) for _ in "12"]
    slow = pure.search(shares, completion, settlers[0])
    fast = compiled.search(shares, completion, settlers[1])
    assert fast == slow
    assert settlers[0].met == settlers[1].met
    return fast


@given(elections(), st.sampled_from(SMALL), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_both_engines_find_the_same_run_or_the_same_tie(
    shares: Shares, completion: Completion, random: Random
) -> None:
    counted(shares, completion, "lexicographic")
    found = counted(shares, completion)
    if isinstance(found, OpenTie):
        order = list(shares.ids)
        random.shuffle(order)
        counted(shares, completion, "lot", (Lot(tuple(order)),))


@st.composite
def near_ties(draw: st.DrawFn) -> Shares:
    """Costs so large that a unit is about a cent, and so alike that many prices differ by less than that."""
    costs = draw(st.lists(st.integers(0, 3).map(lambda more: 10**16 + more), min_size=3, max_size=6))
    support = st.dictionaries(st.integers(0, len(costs) - 1), st.integers(1, 2), max_size=len(costs))
    supports = draw(st.lists(support, min_size=2, max_size=6))
    weights = draw(st.lists(st.sampled_from([1, 1, 2, 3, 5]), min_size=len(supports), max_size=len(supports)))
    budget = draw(st.integers(2, 5)) * 10**16 + draw(st.integers(0, 9))
    return made(costs, weights, supports, budget=budget, by_cost=draw(st.booleans()))


@given(near_ties())
@settings(max_examples=300, deadline=None)
def test_prices_less_than_a_bracket_apart_are_told_apart(shares: Shares) -> None:
    for ties in ("lexicographic", "lot"):
        counted(shares, Completion.NONE, ties)


def test_what_the_brackets_cannot_tell_is_counted_exactly() -> None:
    """After `a` both `b` and `c` are paid partly by voters with little left; their prices differ by a third of a cent."""
    costs, budget = [10**16, 10**16 + 1, 10**16 + 2], 3 * 10**16
    supports = [{0: 1, 1: 1}, {0: 1, 2: 1}, {1: 1, 2: 1}, {0: 1}]
    shares = made(costs, [2, 2, 3, 1], supports, budget=budget, by_cost=False)
    work = compiled.Statistics()
    settler = Settler(shares.ids, "lexicographic", DrawnLots((), Election.of(0, [], [])), [])
    found = compiled.search(shares, Completion.NONE, settler, None, work)
    assert work.exact == 1
    assert found == pure.search(shares, Completion.NONE, settler)


def brute_force(shares: Shares, exhaustive: bool) -> tuple[int, tuple[int, ...]]:
    """Every single endowment counted by the pure engine, without any certificate."""
    settler = Settler(shares.ids, "lexicographic", DrawnLots((), Election.of(0, [], [])), [])
    before: tuple[int, ...] = ()
    for step in range(10**6):
        (run,) = ends(Purses(shares, shares.start + step * STEP), settler).by_funded.values()
        if shares.cost(run.funded) > shares.budget:
            return step - 1, before
        if not shares.open(run.funded) or (exhaustive and shares.is_exhausted(run.funded)):
            return step, run.funded
        before = run.funded
    raise AssertionError("no end")


@given(elections(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_endowment_is_skipped_that_would_have_stopped_the_search(shares: Shares, exhaustive: bool) -> None:
    scaled = 400 * sum(shares.weights)
    few = max(1, max(shares.costs, default=1) // scaled)
    shares = replace(
        shares, costs=tuple(max(1, cost // few) for cost in shares.costs), budget=shares.budget // few
    )
    shares = replace(shares, factors=(1,) * len(shares.costs))
    if not shares.ids or min(shares.costs) > shares.budget:
        return
    settler = Settler(shares.ids, "lexicographic", DrawnLots((), Election.of(0, [], [])), [])
    completion = Completion.ADD1_EXHAUSTIVE if exhaustive else Completion.ADD1
    found = compiled.search(shares, completion, settler)
    assert isinstance(found, Found)
    assert (found.steps, found.run.funded) == brute_force(shares, exhaustive)


def test_long_stretches_of_endowments_are_settled_at_once() -> None:
    """Forints: 100,000 steps of one, of which hardly any needs a run of its own."""
    costs = [40_000_000_00, 35_000_000_00, 30_000_000_00, 20_000_000_00]
    supports = [{0: 1, 1: 1}, {1: 1, 2: 1}, {0: 1, 3: 1}, {2: 1}, {3: 1}]
    shares = made(costs, [40, 30, 30, 25, 20], supports, budget=90_000_000_00)
    work = compiled.Statistics()
    settler = Settler(shares.ids, "lexicographic", DrawnLots((), Election.of(0, [], [])), [])
    found = compiled.search(shares, Completion.ADD1, settler, None, work)
    assert isinstance(found, Found)
    assert found.steps > 50_000
    assert work.runs < 400
    assert found == pure.search(shares, Completion.ADD1, settler)


@given(elections(), st.sampled_from(SMALL), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_ballots_does_not_matter(shares: Shares, completion: Completion, random: Random) -> None:
    place = list(range(len(shares.weights)))
    random.shuffle(place)
    rows = [sorted((place[g], at) for at, g in enumerate(groups)) for groups in shares.groups]
    weights = dict(zip(place, shares.weights, strict=True))
    shuffled = replace(
        shares,
        weights=[weights[g] for g in sorted(weights)],
        groups=tuple(tuple(g for g, _ in row) for row in rows),
        worths=tuple(
            tuple(worth[at] for _, at in row) if worth else ()
            for row, worth in zip(rows, shares.worths, strict=True)
        ),
    )
    assert counted(shuffled, completion) == counted(shares, completion)


def test_projects_that_can_all_be_bought_at_one_price_need_no_lot() -> None:
    shares = made([400, 600, 500], [5, 5], [{0: 1, 1: 1}, {2: 1}], budget=3000)
    found = counted(shares, Completion.NONE)
    assert isinstance(found, Found)
    assert found.run.funded == (0, 1, 2)


def test_a_tie_that_decides_who_is_funded_is_given_back() -> None:
    shares = made([1000, 1000], [5], [{0: 1, 1: 1}], budget=1500)
    assert counted(shares, Completion.ADD1) == OpenTie((0, 1), 0, 0)


def test_money_that_is_exactly_enough_buys() -> None:
    shares = made([999, 999, 999], [3, 3, 3], [{0: 1}, {1: 1}, {2: 1}], budget=2997)
    found = counted(shares, Completion.NONE)
    assert isinstance(found, Found)
    assert [purchase.emptied for purchase in found.run.purchases] == [3, 3, 3]
    assert found.run.endowment == 333


@pytest.mark.parametrize("budget", [2**60, 2**70])
def test_amounts_beyond_64_bits_are_refused_by_the_compiled_engine(budget: int) -> None:
    shares = made([budget // 2], [7], [{0: 1}], budget=budget)
    settler = Settler(shares.ids, "lot", DrawnLots((), Election.of(0, [], [])), [])
    with pytest.raises(compiled.OutOfScale):
        compiled.search(shares, Completion.ADD1, settler)


@example([9, 1, 1])
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_any_number_of_points_is_counted_or_refused(points: list[int]) -> None:
    projects = [Project(name, 700) for name in "abcd"]
    ballots = [
        PointsBallot.of(dict(zip("abcd", points, strict=False))),
        PointsBallot.of({"a": 1, "d": points[0]}),
    ]
    shares = shares_of(Election.of(1500, projects, ballots), Satisfaction.CARDINALITY)
    try:
        counted(shares, Completion.ADD1, "lexicographic")
    except compiled.OutOfScale:
        assert max(points) > 10**8


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.pb")))
@pytest.mark.parametrize("satisfaction", list(Satisfaction))
def test_real_elections_come_out_the_same(name: str, satisfaction: Satisfaction) -> None:
    election = read_pabulib((DATA / name).read_bytes()).election
    shares = shares_of(election, satisfaction)
    is_small = len(election.profile.marks) < 3000
    for completion in (Completion.NONE, *([Completion.ADD1_EXHAUSTIVE] if is_small else [])):
        found = counted(shares, completion, "lexicographic")
        assert isinstance(found, Found)
        assert all(isinstance(purchase.price, Fraction) for purchase in found.run.purchases)
