"""What may vary between two counts of one election by one rule: conditions, options, lots, and the treatment of ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import LotDoesNotFit, LotNotNeeded, TallyError
from wijkbudget.tally.outcome import Lot

Ties = Literal["lot", "lexicographic"]
Engine = Literal["auto", "exact", "fast"]
Progress = Callable[[str, int, int | None], None]
"""Told from time to time what is being done, how far it is, and out of how much if that is known."""


class Satisfaction(StrEnum):
    """What a funded project is worth to a supporter: its cost, or one, whatever it costs."""

    COST = "cost"
    CARDINALITY = "cardinality"


class Completion(StrEnum):
    """What happens with the money a proportional rule leaves; docs/rules/equal-shares.md, chapter 2."""

    NONE = "none"
    ADD1 = "add1"
    ADD1_EXHAUSTIVE = "add1-exhaustive"
    GREEDY = "greedy"
    ADD1_GREEDY = "add1-greedy"
    ADD1_EXHAUSTIVE_GREEDY = "add1-exhaustive-greedy"


class Eligible(StrEnum):
    """Which projects take part: all, or those with votes / ballots ≥ cost / (3 × budget), as in Świecie."""

    ALL = "all"
    VOTES_PER_COST = "votes-per-cost"


@dataclass(frozen=True, slots=True)
class Terms:
    """Lots drawn so far, conditions for money, options of the rule, and what to do with a tie that matters.

    `min_support`: least number of ballots that name a project. `quorum`: least number of ballots, blank ones
    included, for any money at all. `incompatible`: sets of projects of which at most one is funded. `linked`: sets of
    projects that are funded together or not at all. `completion` None: what the rule does unless told.
    `engine` and `progress` say how the count is made, never what comes out.

    >>> Terms(min_support=10).ties
    'lot'
    """

    lots: tuple[Lot, ...] = ()
    min_support: int = 0
    ties: Ties = "lot"
    quorum: int = 0
    incompatible: tuple[frozenset[str], ...] = ()
    linked: tuple[frozenset[str], ...] = ()
    satisfaction: Satisfaction = Satisfaction.COST
    completion: Completion | None = None
    eligible: Eligible = Eligible.ALL
    engine: Engine = "auto"
    progress: Progress | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.ties not in ("lot", "lexicographic"):
            raise TallyError(f"ties {self.ties!r} is not 'lot' or 'lexicographic'")
        if self.engine not in ("auto", "exact", "fast"):
            raise TallyError(f"engine {self.engine!r} is not 'auto', 'exact' or 'fast'")
        for name, least in (("minimum support", self.min_support), ("quorum", self.quorum)):
            if type(least) is not int or least < 0:
                raise TallyError(f"{name} {least!r} is not a whole number, 0 or more")


class DrawnLots:
    """The lots of one count, handed out to the ties that they settle."""

    def __init__(self, lots: tuple[Lot, ...], election: Election) -> None:
        """Refuse (`LotDoesNotFit`) a lot that could not belong to any tie of this election."""
        self._lots = lots
        self._used: set[Lot] = set()
        for number, lot in enumerate(lots):
            if len(set(lot.order)) < len(lot.order):
                raise LotDoesNotFit(lot.order, "names a project twice")
            if not election.index.keys() >= set(lot.order):
                raise LotDoesNotFit(lot.order, "names a project that is not in this election")
            if any(set(lot.order) <= set(other.order) for other in lots[:number]):
                raise LotDoesNotFit(lot.order, "names only projects that another lot names too")

    def take(self, tied: tuple[str, ...], contested: tuple[str, ...]) -> tuple[str, ...] | None:
        """The drawn order of a tie that comes once in a count, or None if no lot names its projects.

        A lot may be drawn among all tied projects or only among the contested ones; another set is refused.
        """
        for lot in self._lots:
            if lot not in self._used and set(lot.order) in (set(tied), set(contested)):
                self._used.add(lot)
                return lot.order
        for lot in self._lots:
            if lot not in self._used and not set(tied).isdisjoint(lot.order):
                raise LotDoesNotFit(
                    lot.order, f"is not an order of the tied projects [{', '.join(contested)}]"
                )
        return None

    def among(self, tied: tuple[str, ...]) -> tuple[str, ...] | None:
        """The order of projects that may tie again and again: by the first lot that names them all, else None.

        >>> from wijkbudget.tally.election import Project
        >>> election = Election.of(1, [Project(name, 1) for name in "abc"], [])
        >>> DrawnLots((Lot(("c", "a", "b")),), election).among(("a", "b"))
        ('a', 'b')
        """
        wanted = set(tied)
        for lot in self._lots:
            if wanted <= set(lot.order):
                self._used.add(lot)
                return tuple(project_id for project_id in lot.order if project_id in wanted)
        return None

    def check_all_used(self) -> None:
        """Refuse a lot that no tie of this count asked for."""
        for lot in self._lots:
            if lot not in self._used and not lot.asked:
                raise LotNotNeeded(lot.order)
