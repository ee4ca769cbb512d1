"""Follow a count to its end; where equal projects meet and no lot decides, to all its ends.

Most ties are harmless: whoever goes first, all of them are funded alike. A rule proves that where it can. Where it cannot,
every way to settle the tie is followed, up to `MOST_ENDS`. If they all end alike the tie does not matter; otherwise, and
where there would be too many ends, a lot must be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, Self, TypeVar

from wijkbudget.tally.outcome import LotRequired, Settled, Tie
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import DrawnLots, Terms, Ties

MOST_ENDS = 64
"""How many ends are followed before a tie is taken to matter: asking for a lot in vain is safe."""

End = TypeVar("End", covariant=True)
Ended = TypeVar("Ended")


class Course(Protocol[End]):
    """A count under way, which can be copied and continued in several ways; projects are numbers in order of id."""

    def equals(self) -> tuple[int, ...]:
        """The projects that are equally entitled to be next, ascending; none if the count has ended."""

    def is_harmless(self, tied: tuple[int, ...]) -> bool:
        """Whether it is certain that every order of these projects leads to the same."""

    def take(self, project: int) -> None:
        """Let this one of the projects that `equals` gave be next."""

    def copy(self) -> Self:
        """The same state, to go on with in another way."""

    def spent(self) -> int:
        """Cents given to projects so far."""

    def taken(self) -> tuple[int, ...]:
        """The projects that were taken so far, in order."""

    def end(self) -> End:
        """What came of it, once `equals` gives none."""


@dataclass(frozen=True, slots=True)
class OpenTie:
    """A tie without a lot: the projects (numbers), how many were taken before it, and what was spent by then (cents)."""

    projects: tuple[int, ...]
    taken: int
    spent: int

    def lot_required(self, chosen: Rule, ids: Sequence[str], budget: int) -> LotRequired:
        """The result of a count that stops here; the steps before it are not told, since they may still change."""
        tied, place = tuple(ids[project] for project in self.projects), self.taken + 1
        return LotRequired(chosen.name, chosen.version, tied, place, place, budget - self.spent, ())


@dataclass(slots=True)
class Settler:
    """How ties are settled: by id, or by the lots drawn so far, as one order that holds in every run.

    `ids`: of each project number its id. `met` collects the ties that a lot has settled.
    """

    ids: Sequence[str]
    ties: Ties
    lots: DrawnLots
    orders: Sequence[Sequence[str]]
    met: set[tuple[int, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, ids: Sequence[str], terms: Terms, lots: DrawnLots) -> Settler:
        """What the terms of a count say about ties."""
        return cls(ids, terms.ties, lots, [lot.order for lot in terms.lots])

    def first(self, tied: tuple[int, ...]) -> int | None:
        """The project that goes first, or None if no lot says so."""
        if self.ties == "lexicographic":
            return tied[0]
        order = self.lots.among(tuple(self.ids[project] for project in tied))
        if order is None:
            return None
        self.met.add(tied)
        return next(project for project in tied if self.ids[project] == order[0])

    def may_go_first(self, tied: tuple[int, ...]) -> tuple[int, ...]:
        """The projects that some order which agrees with all lots puts first."""
        names = {self.ids[project] for project in tied}
        later = {name for order in self.orders for name in [n for n in order if n in names][1:]}
        return tuple(project for project in tied if self.ids[project] not in later) or tied


@dataclass(slots=True)
class Ends(Generic[Ended]):
    """All the ways in which a count can end, by the set of projects taken, and the first tie that decides between them.

    Not `complete`: there are too many to follow, and these are only some.
    """

    by_funded: dict[frozenset[int], Ended]
    tie: OpenTie | None = None
    complete: bool = True


def ends(course: Course[Ended], settler: Settler) -> Ends[Ended]:
    """Follow a count to its end, or to all its ends if a tie without a lot may lead to several."""
    return _follow(course, settler, [MOST_ENDS])


def _follow(course: Course[Ended], settler: Settler, budget: list[int]) -> Ends[Ended]:
    """All ends from here; `budget` counts down the ends that may still be followed."""
    while tied := course.equals():
        first = tied[0] if len(tied) == 1 or course.is_harmless(tied) else settler.first(tied)
        if first is None:
            return _branch(course, tied, settler, budget)
        course.take(first)
    budget[0] -= 1
    return Ends({frozenset(course.taken()): course.end()})


def _branch(course: Course[Ended], tied: tuple[int, ...], settler: Settler, budget: list[int]) -> Ends[Ended]:
    """Let each of the tied projects go first, and see whether that makes a difference in the end."""
    here = OpenTie(tied, len(course.taken()), course.spent())
    branches: list[Ends[Ended]] = []
    for first in settler.may_go_first(tied):
        if budget[0] <= 0:
            return Ends(_together(branches), here, complete=False)
        way = course.copy()
        way.take(first)
        branches.append(_follow(way, settler, budget))
    complete = all(branch.complete for branch in branches)
    if complete and all(branch.by_funded.keys() == branches[0].by_funded.keys() for branch in branches):
        return branches[0]
    return Ends(_together(branches), here, complete)


def _together(branches: Sequence[Ends[Ended]]) -> dict[frozenset[int], Ended]:
    return {funded: end for branch in branches for funded, end in branch.by_funded.items()}


def settled_ties(
    settler: Settler, taken: Sequence[int], budget: int, costs: Sequence[int]
) -> tuple[Tie, ...]:
    """The ties that a lot has settled, as far as they are among the projects taken in the end; amounts in cents."""
    places = {project: place for place, project in enumerate(taken, 1)}
    ties = []
    for met in sorted(settler.met):
        first = settler.first(met)
        if settler.ties == "lot" and first in places:
            order = sorted(met, key=lambda project: places.get(project, len(places) + 1))
            names = tuple(settler.ids[project] for project in order)
            left = budget - sum(costs[project] for project in taken[: places[first] - 1])
            ties.append(Tie(places[first], names, left, mattered=True, settled=Settled.LOT, contested=names))
    return tuple(ties)
