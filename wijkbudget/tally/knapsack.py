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
    bound = _Bound(fitting, budget)
    least = at_least
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
    ends = [(worth, bits) for front in fronts.values() for _, worth, bits in front]
    if not ends or max(ends)[0] < at_least:
        return None
    worth, bits = max(ends)
    return Best(worth, frozenset(item.id for number, item in enumerate(fitting) if bits >> number & 1))


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
