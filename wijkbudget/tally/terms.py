"""What may vary between two counts of one election by one rule: lots, minimum support, treatment of ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import LotDoesNotFit, TallyError
from wijkbudget.tally.outcome import Lot

Ties = Literal["lot", "lexicographic"]


@dataclass(frozen=True, slots=True)
class Terms:
    """Lots drawn so far, least number of votes for money, and what to do with a tie that matters.

    >>> Terms(min_support=10).ties
    'lot'
    """

    lots: tuple[Lot, ...] = ()
    min_support: int = 0
    ties: Ties = "lot"

    def __post_init__(self) -> None:
        if self.ties not in ("lot", "lexicographic"):
            raise TallyError(f"ties {self.ties!r} is not 'lot' or 'lexicographic'")
        if type(self.min_support) is not int or self.min_support < 0:
            raise TallyError(f"minimum support {self.min_support!r} is not a whole number, 0 or more")


class DrawnLots:
    """The lots of one count, handed out once each to the tie they were drawn for."""

    def __init__(self, lots: tuple[Lot, ...], election: Election) -> None:
        """Refuse (`LotDoesNotFit`) a lot that could not belong to any tie of this election."""
        self._unused = list(lots)
        known = {project.id for project in election.projects}
        drawn: set[str] = set()
        for lot in lots:
            if len(set(lot.order)) < len(lot.order):
                raise LotDoesNotFit(lot.order, "names a project twice")
            if not known.issuperset(lot.order):
                raise LotDoesNotFit(lot.order, "names a project that is not in this election")
            if not drawn.isdisjoint(lot.order):
                raise LotDoesNotFit(lot.order, "names a project that another lot names too")
            drawn.update(lot.order)

    def take(self, tied: tuple[str, ...], contested: tuple[str, ...]) -> tuple[str, ...] | None:
        """The drawn order of a tie, or None if no lot names its projects.

        A lot may be drawn among all tied projects or only among the contested ones; another set is refused.
        """
        for lot in self._unused:
            if set(lot.order) in (set(tied), set(contested)):
                self._unused.remove(lot)
                return lot.order
            if not set(tied).isdisjoint(lot.order):
                raise LotDoesNotFit(
                    lot.order, f"is not an order of the tied projects [{', '.join(contested)}]"
                )
        return None

    def check_all_used(self) -> None:
        """Refuse a lot that no tie of this count asked for."""
        for lot in self._unused:
            raise LotDoesNotFit(lot.order, "does not belong to a tie of this count")
