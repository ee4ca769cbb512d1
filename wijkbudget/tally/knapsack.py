"""The most worth that fits in a budget: the 0/1 knapsack problem, solved exactly in whole numbers.

Item by item, in order of worth per cost, all partial choices are kept that no cheaper one beats (G. L. Nemhauser and
Z. Ullmann, "Discrete Dynamic Programming and Capital Allocation", Management Science 15 (1969), 494-505), as far as
they can still become the best: the bound is that of G. B. Dantzig, "Discrete-Variable Extremum Problems", Operations
Research 5 (1957), 266-288, which fills the rest of the budget in that order and takes a fraction of the first item that
does not fit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import accumulate

Front = list[tuple[int, int]]
"""Cost and worth of partial choices, both strictly ascending."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a cost and a worth, whole numbers above zero; `rivals` are ids of items it cannot go with."""

    id: str
    cost: int
    worth: int
    rivals: frozenset[str] = frozenset()


def most_worth(items: Iterable[Item], budget: int, at_least: int = 0) -> int | None:
    """The greatest worth of items that go together and cost at most the budget; None if that is under `at_least`.

    >>> items = [Item("a", 6, 30), Item("b", 3, 14), Item("c", 4, 16), Item("d", 2, 9)]
    >>> most_worth(items, 10)
    46
    >>> most_worth(items, 10, at_least=47) is None
    True
    """
    fitting = [item for item in items if item.cost <= budget]
    fitting.sort(key=cmp_to_key(lambda one, other: one.cost * other.worth - other.cost * one.worth))
    bound = _Bound(fitting, budget)
    best = at_least
    fronts: dict[frozenset[str], Front] = {frozenset(): [(0, 0)]}
    for number, item in enumerate(fitting):
        after: dict[frozenset[str], Front] = {}
        for taken, front in fronts.items():
            after.setdefault(taken, []).extend(front)
            if item.rivals.isdisjoint(taken):
                now = taken | {item.id} if item.rivals else taken
                more = [(cost + item.cost, worth + item.worth) for cost, worth in front]
                after.setdefault(now, []).extend(more)
        best = max([best, *(bound.certain(number + 1, front) for front in after.values())])
        fronts = {taken: bound.kept(number + 1, _undominated(front), best) for taken, front in after.items()}
        fronts = {taken: front for taken, front in fronts.items() if front}
    found = [worth for front in fronts.values() for _, worth in front]
    return max(found) if found and max(found) >= at_least else None


def _undominated(choices: Front) -> Front:
    """Those of which no cheaper or as cheap one is worth as much or more."""
    front: Front = []
    most = -1
    for cost, worth in sorted(choices, key=lambda choice: (choice[0], -choice[1])):
        if worth > most:
            front.append((cost, worth))
            most = worth
    return front


class _Bound:
    """What a partial choice can still become, given that items from a number on are left."""

    def __init__(self, items: Sequence[Item], budget: int) -> None:
        self._items, self._budget = items, budget
        self._costs = list(accumulate((item.cost for item in items), initial=0))
        self._worths = list(accumulate((item.worth for item in items), initial=0))
        self._have_rivals = any(item.rivals for item in items)

    def certain(self, number: int, front: Front) -> int:
        """The most that one of these choices surely becomes: with the next items as far as they fit."""
        if self._have_rivals:
            return max((worth for cost, worth in front if cost <= self._budget), default=0)
        return max(
            (self._fill(number, cost, worth)[0] for cost, worth in front if cost <= self._budget), default=0
        )

    def kept(self, number: int, front: Front, best: int) -> Front:
        """The choices within the budget that may still become as good as `best`."""
        kept = []
        for cost, worth in front:
            if cost > self._budget:
                break
            whole, until, left = self._fill(number, cost, worth)
            if until < len(self._items):
                whole += self._items[until].worth * left // self._items[until].cost
            if whole >= best:
                kept.append((cost, worth))
        return kept

    def _fill(self, number: int, cost: int, worth: int) -> tuple[int, int, int]:
        """Worth with all next items that fit in order, the first one that does not, and what is left before it."""
        reach = self._costs[number] + self._budget - cost
        until = bisect_right(self._costs, reach) - 1
        return worth + self._worths[until] - self._worths[number], until, reach - self._costs[until]
