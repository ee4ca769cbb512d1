"""Which tie between equally cheap projects decides who gets money, and which is harmless.

With cost as satisfaction every two projects with equally many supporters tie, whatever they cost, so nearly all ties
are harmless: one after the other is bought. That is proven where it can be (`Purses.can_all_be_bought`). Where it
cannot, every way to settle the tie is followed to its end, up to `MOST_ENDS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from wijkbudget.tally.equal_shares.purses import Purses
from wijkbudget.tally.equal_shares.run import Run, Shares
from wijkbudget.tally.terms import DrawnLots, Ties

MOST_ENDS = 64
"""How many ends are followed before a tie is taken to matter: asking for a lot in vain is safe."""


@dataclass(frozen=True, slots=True)
class OpenTie:
    """A tie without a lot: the projects (numbers), how many were bought before it, and what they cost together."""

    projects: tuple[int, ...]
    bought: int
    spent: int


@dataclass(slots=True)
class Settler:
    """How ties are settled: by id, or by the lots drawn so far, as one order that holds in every run.

    `met` collects the ties in which a lot was used.
    """

    shares: Shares
    ties: Ties
    lots: DrawnLots
    orders: Sequence[Sequence[str]]
    met: set[tuple[int, ...]] = field(default_factory=set)

    def first(self, tied: tuple[int, ...]) -> int | None:
        """The project that goes first, or None if no lot says so."""
        if self.ties == "lexicographic":
            return tied[0]
        order = self.lots.among(tuple(self.shares.ids[project] for project in tied))
        if order is None:
            return None
        self.met.add(tied)
        return self.shares.ids.index(order[0])

    def may_go_first(self, tied: tuple[int, ...]) -> tuple[int, ...]:
        """The projects that some order which agrees with all lots puts first."""
        names = {self.shares.ids[project] for project in tied}
        later = {name for order in self.orders for name in [n for n in order if n in names][1:]}
        return tuple(p for p in tied if self.shares.ids[p] not in later) or tied


@dataclass(slots=True)
class Ends:
    """All the ways in which one run can end: a run for each set of funded projects, and the first tie that decides."""

    runs: dict[frozenset[int], Run]
    tie: OpenTie | None


def ends(shares: Shares, endowment: Fraction, settler: Settler) -> Ends:
    """Follow a run to its end, or to all its ends if a tie without a lot may lead to several."""
    budget = [MOST_ENDS]
    return _follow(Purses(shares, endowment), settler, budget)


def _follow(purses: Purses, settler: Settler, budget: list[int]) -> Ends:
    """All ends of a run from here; `budget` counts down the ends that may still be followed."""
    while found := purses.cheapest():
        tied, rho = found
        first = tied[0] if len(tied) == 1 or purses.can_all_be_bought(tied, rho) else settler.first(tied)
        if first is None:
            return _branch(purses, tied, rho, settler, budget)
        purses.buy(first, rho)
    budget[0] -= 1
    run = purses.run()
    return Ends({frozenset(run.funded): run}, None)


def _branch(
    purses: Purses, tied: tuple[int, ...], rho: Fraction, settler: Settler, budget: list[int]
) -> Ends:
    """Let each of the tied projects go first, and see whether that makes a difference in the end."""
    here = OpenTie(tied, len(purses.bought), purses.shares.cost([bought.project for bought in purses.bought]))
    branches: list[Ends] = []
    for first in settler.may_go_first(tied):
        if budget[0] <= 0:
            return Ends(_together(branches), here)
        way = purses.copy()
        way.buy(first, rho)
        branches.append(_follow(way, settler, budget))
    if all(branch.runs.keys() == branches[0].runs.keys() for branch in branches):
        return branches[0]
    return Ends(_together(branches), here)


def _together(branches: Sequence[Ends]) -> dict[frozenset[int], Run]:
    return {funded: run for branch in branches for funded, run in branch.runs.items()}


def costs(shares: Shares, found: Ends) -> Iterator[int]:
    """What each end costs."""
    return (shares.cost(tuple(funded)) for funded in found.runs)
