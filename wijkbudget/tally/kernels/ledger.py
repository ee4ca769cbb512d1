"""Exact prices without exact money for each voter: what decides when the brackets cannot, and what a run reports.

A voter who still has money has paid in full for every funded project that he supports. So the money of a group is the
endowment minus the prices of those projects, and the money of many groups together is the endowment times their weight
minus each earlier price times a whole number: counted in one pass over the arrays. Only voters of whom the brackets
(`brackets.py`) cannot tell whether a price empties them are looked at one by one, as fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from operator import mul
from typing import Any, NamedTuple, Self

import numpy as np

from wijkbudget.tally.equal_shares.run import Purchase, Run, Shares
from wijkbudget.tally.kernels.brackets import Rows, Tables, ask, take

_SLACK = 1e-9
"""Far more than a sum of fewer than a million rounded amounts can be off."""


class _Asked(NamedTuple):
    """A price that was asked: the purchase, the bracket price below which all are emptied, and others it empties."""

    purchase: Purchase
    empties_below: int
    emptied: Any


class Ledger:
    """The money of all voters during one run; what `Purses` is to the pure engine, from the compiled arrays.

    Exact amounts are whole numbers of 1/unit cent; the unit grows with each price.
    """

    def __init__(self, shares: Shares, tables: Tables, rows: Rows, scale: int, endowment: Fraction) -> None:
        """Give every voter the endowment (cents); 2^scale in `tables` is one cent, `rows` is what `turned` gives."""
        self.shares, self.endowment, self.bought = shares, endowment, list[Purchase]()
        self._tables, self._rows, self._scale = tables, rows, scale
        self._unit, self._start, self._prices = endowment.denominator, endowment.numerator, list[int]()
        low, self._most = self._around(endowment)
        groups = len(rows[0]) - 1
        self._low, self._high = np.full(groups, low, np.int64), np.full(groups, self._most, np.int64)
        self._alive = np.ones(groups, np.bool_)
        self._bought = np.full(len(shares.ids), -1, np.int64)
        self._bounds = {p: self._exact_least(p) for p in range(len(shares.ids))}
        self._excluded: set[int] = set()
        self._rho = Fraction(0)
        self._asked: dict[int, _Asked] = {}

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        other = self.__class__.__new__(self.__class__)
        other.__dict__.update(self.__dict__)
        for name in (
            "bought",
            "_prices",
            "_low",
            "_high",
            "_alive",
            "_bought",
            "_bounds",
            "_excluded",
            "_asked",
        ):
            setattr(other, name, getattr(self, name).copy())
        return other

    def equals(self) -> tuple[int, ...]:
        """The projects with the smallest rho, ascending; none if nothing can be bought any more."""
        while self._bounds:
            near = min(bound for bound, _ in self._bounds.values())
            self._rho = min(exact for bound, exact in self._bounds.values() if bound == near)
            tied = tuple(sorted(p for p, bound in self._bounds.items() if bound == (near, self._rho)))
            new = [p for p in tied if p not in self._asked]
            if not new:
                return tied
            for p in new:
                found = self.ask(p)
                if found is None:
                    del self._bounds[p]
                else:
                    self._bounds[p] = float(found.rho), found.rho
        return ()

    def is_harmless(self, tied: tuple[int, ...]) -> bool:
        """Whether all of these can be bought at the rho that they have now, in any order.

        It suffices that nobody who supports two or more of them has too little for the full price of all of these.
        """
        if self.shares.excludes and any(set(self.shares.excludes[p]) & set(tied) for p in tied):
            return False
        due, parts = np.zeros(len(self._low)), np.zeros(len(self._low), np.int64)
        for p in tied:
            group, _, worth = self._column(p)
            due[group] += float(self._rho * self.shares.factors[p]) * (worth if len(worth) else 1)
            parts[group] += 1
        scaled = due * 2.0**self._scale
        shared = (parts > 1) & self._alive & (self._low < scaled * (1 + _SLACK) + 1)
        if (self._high[shared] < scaled[shared] * (1 - _SLACK) - 1).any():
            return False
        return all(self._has(g) >= self._due(g, tied) for g in np.flatnonzero(shared).tolist())

    def ask(self, p: int) -> Purchase | None:
        """The purchase of project p if it were made now, or None if its supporters have too little.

        Which of the doubtful are emptied is decided exactly: those with least per worth first, while the price rises.
        """
        least, rich, doubtful, poor, everyone = self._ask(p, int(self._tables.need[p]))
        if least < 0:
            return None
        group, weight, worth = self._column(p)
        need = self.shares.costs[p] * self._unit - self._together(poor)
        weights = weight[doubtful].tolist()
        worths = worth[doubtful].tolist() if len(worth) else [1] * len(doubtful)
        has = [Fraction(self._has(g), u) for g, u in zip(group[doubtful].tolist(), worths, strict=True)]
        rich += sum(map(mul, weights, worths))
        for share, w, u in sorted(zip(has, weights, worths, strict=True)):
            if rich * share >= need:
                break
            need, rich = need - w * int(u * share), rich - w * u
        if rich == 0:
            return None
        price = Fraction(need, rich * self._unit)
        gone = [at for at, share in enumerate(has) if share * rich <= need]
        emptied = int(poor[-1]) + sum(weights[at] for at in gone)
        held = Fraction(self._together(everyone), self._unit)
        purchase = Purchase(p, price, price / self.shares.factors[p], held, int(everyone[-1]), emptied)
        self._asked[p] = _Asked(purchase, least, doubtful[np.array(gone, np.int64)])
        return purchase

    def take(self, project: int) -> None:
        """Let the supporters pay for a project of which the price was asked since the last purchase."""
        p = project
        purchase, empties_below, emptied = self._asked[p]
        least, most = self._around(purchase.price)
        group, _, worth = self._column(p)
        take(group, worth, self._low, self._high, self._alive, empties_below, emptied, least, most)
        self._refine(purchase.price.denominator)
        self._prices.append(int(purchase.price * self._unit))
        self._bought[p] = len(self.bought)
        self.bought.append(purchase)
        self._bounds.pop(p)
        for rival in self.shares.excludes[p] if self.shares.excludes else ():
            if self._bounds.pop(rival, None) is not None:
                self._excluded.add(rival)
        self._asked.clear()

    def taken(self) -> tuple[int, ...]:
        """The projects bought, in order."""
        return tuple(purchase.project for purchase in self.bought)

    def spent(self) -> int:
        """What they cost together."""
        return self.shares.cost(self.taken())

    def end(self) -> Run:
        """What happened, as a value."""
        rest = np.flatnonzero(self._bought < 0).tolist()
        return Run(
            self.endowment, tuple(self.bought), {p: self._held(p) for p in rest}, frozenset(self._excluded)
        )

    def _held(self, p: int) -> Fraction:
        *_, everyone = self._ask(p, need=0)
        return Fraction(self._together(everyone), self._unit)

    def _around(self, cents: Fraction) -> tuple[int, int]:
        units = cents.numerator << self._scale
        return units // cents.denominator, -(-units // cents.denominator)

    def _refine(self, parts: int) -> None:
        """Make the unit a multiple of `parts`."""
        factor = parts // gcd(parts, self._unit)
        self._unit, self._start = self._unit * factor, self._start * factor
        self._prices[:] = [price * factor for price in self._prices]

    def _exact_least(self, p: int) -> tuple[float, Fraction]:
        """The rho if all supporters can pay in full (no price can ever be lower), also rounded, which keeps order."""
        rho = Fraction(self.shares.costs[p], int(self._tables.full_weight[p]) * self.shares.factors[p])
        return float(rho), rho

    def _column(self, p: int) -> tuple[Any, Any, Any]:
        tables = self._tables
        s, e = tables.starts[p], tables.starts[p + 1]
        return tables.groups[s:e], tables.weights[s:e], tables.worths[s:e]

    def _ask(self, p: int, need: int) -> tuple[int, int, Any, Any, Any]:
        group, weight, worth = self._column(p)
        doubtful = np.empty(len(group), np.int64)
        poor, everyone = (np.empty(len(self.bought) + 1, np.int64) for _ in range(2))
        state = (self._low, self._high, self._alive, self._rows, self._bought)
        least, rich, doubts = ask(group, weight, worth, *state, need, self._most, doubtful, poor, everyone)
        return int(least), int(rich), doubtful[:doubts], poor, everyone

    def _together(self, counts: Any) -> int:
        """Money of the groups that were counted so."""
        *paid, weight = counts.tolist()
        return int(weight * self._start - sum(map(mul, paid, self._prices)))

    def _row(self, g: int) -> list[tuple[int, int]]:
        begin, marks, values = self._rows
        at = slice(begin[g], begin[g + 1])
        projects = marks[at].tolist()
        return list(zip(projects, values[at].tolist() if len(values) else [1] * len(projects), strict=True))

    def _has(self, g: int) -> int:
        places = ((self._bought[p], worth) for p, worth in self._row(g))
        spent: int = sum(u * self._prices[j] for j, u in places if j >= 0)
        return self._start - spent

    def _due(self, g: int, tied: Sequence[int]) -> Fraction:
        return self._unit * self._rho * sum(u * self.shares.factors[p] for p, u in self._row(g) if p in tied)
