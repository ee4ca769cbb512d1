"""One order of a PrefLib file, `count: 1,{2,3},4`, as numbers: best first, equal alternatives in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wijkbudget.tally.file_fault import Unreadable, first_twice, quoted

DATA_TYPES = {
    "soc": "strict orders, complete",
    "soi": "strict orders, incomplete",
    "toc": "orders with ties, complete",
    "toi": "orders with ties, incomplete",
}
"""The data types that are rankings: s: strict, t: ties; c: complete, i: incomplete allowed."""

_COUNT = re.compile(r"[0-9]{1,12}")
_RANK = re.compile(r"\s*\{([^{}]*)\}\s*|([^{},]+)")
_ORDER = re.compile(r"(?:\s*\{[^{}]*\}\s*|[^{},]+)(?:,(?:\s*\{[^{}]*\}\s*|[^{},]+))*")


@dataclass(frozen=True, slots=True)
class Order:
    """How many voters gave this order; `marks` are places of alternatives, `ranks` 1 for the best, side by side."""

    count: int
    marks: tuple[int, ...]
    ranks: tuple[int, ...]

    @property
    def is_strict(self) -> bool:
        """Whether no two alternatives are equal."""
        return self.ranks[-1] == len(self.ranks)


def parse_order(text: str, line: int, index: Mapping[str, int]) -> Order:
    """The order in one line; `index`: the place of each alternative by its number as text. Raises `Unreadable`.

    >>> parse_order("4: 2,{3,1}", 9, {"1": 0, "2": 1, "3": 2})
    Order(count=4, marks=(1, 0, 2), ranks=(1, 2, 2))
    """
    count, colon, order = text.partition(":")
    if not colon or _COUNT.fullmatch(count.strip()) is None or int(count) == 0:
        raise Unreadable(line, f"{quoted(text)} is not a count of 1 or more, a colon, and an order")
    try:  # nearly all orders are strict and plain
        marks = tuple(map(index.__getitem__, order.strip().split(",")))
        if len({*marks}) == len(marks):
            return Order(int(count), marks, _strict_ranks(len(marks)))
    except KeyError:
        pass
    ranked = _ranked(order.strip(), line)
    names = [name for rank in ranked for name in rank]
    for name in names:
        if name not in index:
            raise Unreadable(line, f"alternative {quoted(name)} is not one of the {len(index)} in this file")
    if len({*names}) < len(names):
        raise Unreadable(line, f"alternative {quoted(first_twice(names))} comes twice in this order")
    marks = tuple(mark for rank in ranked for mark in sorted(index[name] for name in rank))
    ranks = tuple(number for number, rank in enumerate(ranked, 1) for _ in rank)
    return Order(int(count), marks, ranks)


@lru_cache(1000)
def _strict_ranks(length: int) -> tuple[int, ...]:
    return tuple(range(1, length + 1))


def _ranked(order: str, line: int) -> list[list[str]]:
    if "{" not in order and "}" not in order:
        ranked = [[name.strip()] for name in order.split(",")]
    elif _ORDER.fullmatch(order):
        pairs = _RANK.findall(order)
        ranked = [[name.strip() for name in (single or equals).split(",")] for equals, single in pairs]
    else:
        raise Unreadable(line, f"order {quoted(order)} has braces that do not hold equal alternatives")
    if not all(all(rank) for rank in ranked):
        raise Unreadable(line, f"order {quoted(order)} is empty, or misses an alternative between its commas")
    return ranked
