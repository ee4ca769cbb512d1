"""The money of the voters during one run, exact: whole numbers over one common denominator.

Each purchase divides a cost by a number of voters. The denominator grows by that number and all amounts with it, so
that every sum and every comparison stays one of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Self

from wijkbudget.tally.equal_shares.run import Purchase, Run, Shares


class Purses:
    """What every group of voters has, what was bought, and lower bounds of what the rest would cost."""

    def __init__(self, shares: Shares, endowment: Fraction) -> None:
        self.shares, self.endowment = shares, endowment
        self.unit = endowment.denominator
        self.money = [endowment.numerator] * len(shares.weights)
        self.bought: list[Purchase] = []
        self.bounds = {p: _cheapest(shares, p) for p in range(len(shares.ids))}
        self.out_of_reach: set[int] = set()
        self.excluded: set[int] = set()
        self.least = Fraction(0)

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        other = type(self).__new__(type(self))
        other.least = self.least
        other.shares, other.endowment, other.unit = self.shares, self.endowment, self.unit
        other.money, other.bought, other.bounds = self.money.copy(), self.bought.copy(), self.bounds.copy()
        other.out_of_reach, other.excluded = self.out_of_reach.copy(), self.excluded.copy()
        return other

    def supporters(self, project: int) -> Iterable[tuple[int, int, int]]:
        """Group, number of voters in it, and what the project is worth to them."""
        groups, worths, weights = (
            self.shares.groups[project],
            self.shares.worths[project],
            self.shares.weights,
        )
        return zip(groups, map(weights.__getitem__, groups), worths or [1] * len(groups), strict=True)

    def price(self, project: int) -> Fraction | None:
        """What a supporter pays per worth if the project is bought now, in units; None if they have too little.

        Everyone pays the price times the worth, or all they have if that is less, and together exactly the cost.
        """
        able = [
            (self.money[g], weight, worth) for g, weight, worth in self.supporters(project) if self.money[g]
        ]
        need = self.shares.costs[project] * self.unit
        while able:
            share = sum(weight * worth for _, weight, worth in able)
            poor = [(have, weight) for have, weight, worth in able if have * share < need * worth]
            if not poor:
                return Fraction(need, share)
            able = [(have, weight, worth) for have, weight, worth in able if have * share >= need * worth]
            need -= sum(have * weight for have, weight in poor)
        return None

    def cheapest(self) -> tuple[tuple[int, ...], Fraction] | None:
        """The projects with the smallest rho, and that rho in cents; None if nothing can be bought any more.

        A rho never falls within a run, so one that was computed earlier is a lower bound now.
        """
        known: dict[int, Fraction] = {}
        while self.bounds:
            least = min(self.bounds.values())
            group = tuple(sorted(p for p, bound in self.bounds.items() if bound == least))
            new = [p for p in group if p not in known]
            if not new:
                return group, least
            for project in new:
                price = self.price(project)
                if price is None:
                    del self.bounds[project]
                    self.out_of_reach.add(project)
                else:
                    known[project] = price / (self.unit * self.shares.factors[project])
                    self.bounds[project] = known[project]
        return None

    def equals(self) -> tuple[int, ...]:
        """The projects that are cheapest now; see `branches.Course`."""
        found = self.cheapest()
        self.least = found[1] if found else Fraction(0)
        return found[0] if found else ()

    def is_harmless(self, tied: tuple[int, ...]) -> bool:
        """Whether all of these can be bought at the rho that they have now, in any order."""
        return self.can_all_be_bought(tied, self.least)

    def take(self, project: int) -> None:
        """Buy one of the cheapest projects."""
        self.buy(project, self.least)

    def spent(self) -> int:
        """What the projects bought cost together."""
        return self.shares.cost(self.taken())

    def taken(self) -> tuple[int, ...]:
        """The projects bought, in order."""
        return tuple(purchase.project for purchase in self.bought)

    def buy(self, project: int, rho: Fraction) -> None:
        """Let the supporters pay; `rho` is what `cheapest` found."""
        price = rho * self.shares.factors[project]
        held = self.held(project)
        payers, emptied = self.charge(project, price)
        del self.bounds[project]
        for rival in self.shares.excludes[project] if self.shares.excludes else ():
            if self.bounds.pop(rival, None) is not None:
                self.excluded.add(rival)
        self.bought.append(Purchase(project, price, rho, held, payers, emptied))

    def charge(self, project: int, price: Fraction) -> tuple[int, int]:
        """Let each supporter pay this price (cents) per worth, or all there is; how many pay, and how many have nothing left."""
        self._refine(price.denominator)
        each = int(price * self.unit)
        payers = emptied = 0
        for group, weight, worth in self.supporters(project):
            have = self.money[group]
            if have:
                payers += weight
                self.money[group] = max(0, have - each * worth)
                emptied += 0 if self.money[group] else weight
        return payers, emptied

    def held(self, project: int) -> Fraction:
        """What the supporters of a project have together, in cents."""
        return Fraction(sum(self.money[g] * weight for g, weight, _ in self.supporters(project)), self.unit)

    def can_all_be_bought(self, tied: Sequence[int], rho: Fraction) -> bool:
        """Whether these equally cheap projects are bought at this same rho in any order, so that a tie is harmless.

        It suffices that nobody who supports two or more of them has too little for the full price of all of these.
        """
        if self.shares.excludes and any(set(self.shares.excludes[p]) & set(tied) for p in tied):
            return False
        due: dict[int, list[int]] = {}
        for project in tied:
            for group, _, worth in self.supporters(project):
                if self.money[group]:
                    due.setdefault(group, []).append(worth * self.shares.factors[project])
        return all(
            len(parts) < 2 or self.money[group] * rho.denominator >= sum(parts) * rho.numerator * self.unit
            for group, parts in due.items()
        )

    def end(self) -> Run:
        """What happened, as a value."""
        rest = sorted(set(range(len(self.shares.ids))) - {purchase.project for purchase in self.bought})
        held = {project: self.held(project) for project in rest}
        return Run(self.endowment, tuple(self.bought), held, frozenset(self.excluded))

    def _refine(self, parts: int) -> None:
        """Make the common denominator a multiple of `parts`."""
        factor = Fraction(parts, self.unit).numerator
        if factor > 1:
            self.unit *= factor
            self.money = [amount * factor for amount in self.money]


def _cheapest(shares: Shares, project: int) -> Fraction:
    """The rho if all supporters can pay in full: no price can ever be lower."""
    weights, worths = shares.weights, shares.worths[project]
    groups = shares.groups[project]
    share = sum(weights[g] * worth for g, worth in zip(groups, worths or [1] * len(groups), strict=True))
    return Fraction(shares.costs[project], share * shares.factors[project])
