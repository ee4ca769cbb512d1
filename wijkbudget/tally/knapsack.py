"""The most worth that fits in a budget: the 0/1 knapsack problem, solved exactly in whole numbers.

Item by item, in order of worth per cost, all partial choices are kept that no cheaper one beats (G. L. Nemhauser and
Z. Ullmann, "Discrete Dynamic Programming and Capital Allocation", Management Science 15 (1969), 494-505), as far as
they can still become the best: the bound is that of G. B. Dantzig, "Discrete-Variable Extremum Problems", Operations
Research 5 (1957), 266-288, which fills the rest of the budget in that order and takes a fraction of the first item that
does not fit. Items that must be in or out of every choice worth enough, by the same bound, are settled before it starts
(R. S. Dembo and P. L. Hammer, "A reduction algorithm for knapsack problems", Methods of Operations Research 36 (1980)).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import accumulate

Front = list[tuple[int, int, int]]
"""Cost, worth and items (as bits, by number) of partial choices; cost and worth strictly ascending."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a cost and a worth, whole numbers above zero; `rivals` are ids of items it cannot go with."""

    id: str
    cost: int
    worth: int
    rivals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Best:
    """The greatest worth that fits, and the ids of one choice of items that has it."""

    worth: int
    ids: frozenset[str]


def best_choice(items: Iterable[Item], budget: int, at_least: int = 0) -> Best | None:
    """The greatest worth of items that go together and cost at most the budget; None if that is under `at_least`.

    A good `at_least` makes it faster: what cannot become that good is dropped.

    >>> items = [Item("a", 6, 30), Item("b", 3, 14), Item("c", 4, 16), Item("d", 2, 9)]
    >>> best_choice(items, 10).worth
    46
    >>> best_choice(items, 10, at_least=47) is None
    True
    """
    fitting = [item for item in items if item.cost <= budget]
    fitting.sort(key=cmp_to_key(lambda one, other: one.cost * other.worth - other.cost * one.worth))
    least = max(at_least, _filled(fitting, budget))
    surely, open_items = _settled(fitting, budget, least)
    left = budget - sum(item.cost for item in surely)
    certain = sum(item.worth for item in surely)
    front = _best_end(open_items, left, least - certain)
    if front is None or certain + front[0] < at_least:
        return None
    worth, bits = front
    chosen = [item for number, item in enumerate(open_items) if bits >> number & 1]
    return Best(certain + worth, frozenset(item.id for item in (*surely, *chosen)))


def _filled(items: Sequence[Item], budget: int) -> int:
    """What can be had by taking, in this order, every item that still fits and goes with those taken."""
    worth, refused = 0, set[str]()
    for item in items:
        if item.cost <= budget and item.id not in refused:
            budget, worth = budget - item.cost, worth + item.worth
            refused |= item.rivals
    return worth


def _settled(items: Sequence[Item], budget: int, least: int) -> tuple[list[Item], list[Item]]:
    """The items that every choice worth `least` has, and those that some may have or not; in order of worth per cost.

    With the first items that fit and a fraction of the next one, the last, a choice is worth at most what it can be
    at all. Leaving out one of the first, or taking one of the others, loses its worth against that of as much money in
    the last one. Money and worth are multiplied by the cost of the last item, so that all stays whole. An item with
    rivals is never settled.
    """
    costs = list(accumulate((item.cost for item in items), initial=0))
    first = bisect_right(costs, budget) - 1
    if first == len(items):
        return [], list(items)
    cost, worth = items[first].cost, items[first].worth
    most = cost * sum(item.worth for item in items[:first]) + worth * (budget - costs[first])
    can_lose = most - cost * least
    losses = [abs(item.worth * cost - item.cost * worth) for item in items]
    settled = [loss > can_lose and not item.rivals for loss, item in zip(losses, items, strict=True)]
    surely = [item for item, sure in zip(items[:first], settled, strict=False) if sure]
    return surely, [item for item, sure in zip(items, settled, strict=True) if not sure]


def _best_end(fitting: Sequence[Item], budget: int, least: int) -> tuple[int, int] | None:
    """The greatest worth, and the items of one choice that has it as bits; None if nothing is worth `least`."""
    if budget < 0:
        return None
    bound = _Bound(fitting, budget)
    fronts: dict[frozenset[str], Front] = {frozenset(): [(0, 0, 0)]}
    for number, item in enumerate(fitting):
        after: dict[frozenset[str], Front] = {}
        for taken, front in fronts.items():
            after.setdefault(taken, []).extend(front)
            if item.rivals.isdisjoint(taken):
                now = taken | {item.id} if item.rivals else taken
                bit = 1 << number
                more = [(cost + item.cost, worth + item.worth, bits | bit) for cost, worth, bits in front]
                after.setdefault(now, []).extend(more)
        hopes = {taken: bound.hopes(number + 1, _undominated(front)) for taken, front in after.items()}
        least = max([least, *(certain for certain, _ in hopes.values())])
        fronts = {
            taken: [choice for most, choice in chosen if most >= least]
            for taken, (_, chosen) in hopes.items()
        }
        fronts = {taken: front for taken, front in fronts.items() if front}
    return max(((worth, bits) for front in fronts.values() for _, worth, bits in front), default=None)


def _undominated(choices: Front) -> Front:
    """Those of which no cheaper or as cheap one is worth as much or more."""
    front: Front = []
    most = -1
    for choice in sorted(choices, key=lambda choice: (choice[0], -choice[1])):
        if choice[1] > most:
            front.append(choice)
            most = choice[1]
    return front


class _Bound:
    """What a partial choice can still become, given that items from a number on are left."""

    def __init__(self, items: Sequence[Item], budget: int) -> None:
        self._items, self._budget = items, budget
        self._costs = list(accumulate((item.cost for item in items), initial=0))
        self._worths = list(accumulate((item.worth for item in items), initial=0))
        self._have_rivals = any(item.rivals for item in items)

    def hopes(self, number: int, front: Front) -> tuple[int, list[tuple[int, tuple[int, int, int]]]]:
        """The most that one of these choices surely becomes, and of each within the budget the most it may become.

        Surely: with the next items in order as far as they fit. At most: with a part of the one after those too.
        """
        costs, worths, items, count = self._costs, self._worths, self._items, len(self._items)
        ahead, done, certain, hopes = costs[number] + self._budget, worths[number], 0, []
        for choice in front:
            cost, worth, _ = choice
            reach = ahead - cost
            if reach < costs[number]:
                break
            until = bisect_right(costs, reach) - 1
            whole = worth + worths[until] - done
            certain = max(certain, worth if self._have_rivals else whole)
            if until < count:
                whole += items[until].worth * (reach - costs[until]) // items[until].cost
            hopes.append((whole, choice))
        return certain, hopes
