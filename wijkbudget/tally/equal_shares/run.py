"""What one run of equal shares starts from and gives: values that the pure and the compiled engine have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Shares:
    """An election as equal shares sees it: the projects in the race, by number, and what they are worth to whom.

    `budget`, `costs`: cents. `ballots`: number cast, blank ones included. `weights`: voters per group of equal ballots.
    `groups[p]`: the groups that support project p; `worths[p]`: what p is worth to each of them, a whole number above
    0, and empty if it is 1 to all. `factors[p]`: what p's worth is multiplied with (its cost, or 1). `ids`: the
    projects in the race, ascending, so that a lower number is a smaller id. `excludes[p]`: the projects that can no
    longer be bought once p is; empty if no project excludes another.

    A project costs more than the budget or has no supporters: then it is not in the race.
    """

    budget: int
    ballots: int
    weights: Sequence[int]
    ids: tuple[str, ...]
    costs: tuple[int, ...]
    groups: tuple[Sequence[int], ...]
    worths: tuple[Sequence[int], ...]
    factors: tuple[int, ...]
    excludes: tuple[tuple[int, ...], ...] = ()

    @property
    def start(self) -> Fraction:
        """The endowment of each ballot before any is added: the budget shared equally, in cents."""
        return Fraction(self.budget, self.ballots) if self.ballots else Fraction(0)

    def cost(self, funded: Sequence[int]) -> int:
        """What these projects cost together."""
        return sum(self.costs[project] for project in funded)

    def is_exhausted(self, funded: Sequence[int]) -> bool:
        """Whether no project that could still be bought fits in what these leave of the budget."""
        left = self.budget - self.cost(funded)
        return all(self.costs[project] > left for project in self.open(funded))

    def open(self, funded: Sequence[int]) -> set[int]:
        """The projects that could be bought beside these: all others in the race, unless one of these excludes them."""
        gone = set(funded)
        if self.excludes:
            gone.update(rival for project in funded for rival in self.excludes[project])
        return set(range(len(self.ids))) - gone


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project that its supporters bought; amounts in cents, voters counted, not groups.

    `price`: what a supporter pays per worth, so the most that a voter pays to whom it is worth 1. `rho`: the price per
    satisfaction, by which projects are compared. `held`: what the supporters had together. `payers`: supporters who
    still had money. `emptied`: those of them whom it leaves nothing.
    """

    project: int
    price: Fraction
    rho: Fraction
    held: Fraction
    payers: int
    emptied: int


@dataclass(frozen=True, slots=True)
class Run:
    """One complete run: what each ballot had at first, who bought what in order, and what is left behind the others.

    `held`: of each project that was not bought, by number, what its supporters together still have (cents).
    `excluded`: projects that could not be bought because of another one.
    """

    endowment: Fraction
    purchases: tuple[Purchase, ...]
    held: dict[int, Fraction]
    excluded: frozenset[int] = frozenset()

    @property
    def funded(self) -> tuple[int, ...]:
        """The projects bought, in order."""
        return tuple(purchase.project for purchase in self.purchases)
