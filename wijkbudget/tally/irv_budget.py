"""Instant run-off with costs: drop the project with fewest first places until the rest can be paid together.

What is then left goes to the dropped projects that fit, last dropped first. Reglement: docs/rules/irv-budget.md.
Source of the elimination: instant run-off voting (T. Hare's rule for one seat); there is no paper for the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.first_places import StandingOnTop, first_places_of
from wijkbudget.tally.order_rules import Ordering, fund_in_order
from wijkbudget.tally.outcome import Basis, Event, LotRequired, Outcome
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import DrawnLots, Terms


@dataclass(frozen=True, slots=True)
class FirstPlaces(Basis):
    """Ballots that had the project on top when it dropped out in `round`, or at the end if `round` is 0."""

    round: int
    first_places: Fraction


@dataclass(frozen=True, slots=True)
class Elimination(Event):
    """One round: of each project still in its first places, which dropped out, and what the others cost together."""

    round: int
    first_places: tuple[tuple[str, Fraction], ...]
    dropped: tuple[str, ...]
    by_lot: bool
    rest_cents: int


@dataclass(slots=True)
class _Rounds:
    """The rounds of one count, from the first to the last; `groups` are the dropped ones, first dropped first."""

    election: Election
    terms: Terms
    lots: DrawnLots
    count: StandingOnTop
    groups: list[tuple[int, ...]]
    events: list[Elimination]
    bases: dict[str, FirstPlaces]

    def run(self) -> tuple[int, ...]:
        """Drop projects until the rest fit together; the tied ones if a lot must be drawn first, else nothing."""
        while self._cost() > self.election.budget:
            fewest = min(self.count.shares[place] for place in self.count.standing)
            last = tuple(sorted(p for p in self.count.standing if self.count.shares[p] == fewest))
            order = self._settled(last)
            if order is None:
                if not self._drop_together(last):
                    return last
                self._drop(last, by_lot=False)
            else:
                self._drop(order[-1:], by_lot=len(last) > 1 and self.terms.ties == "lot")
        for place in self.count.standing:
            self.bases[self._id(place)] = FirstPlaces(0, self._share(place))
        return ()

    def _settled(self, last: tuple[int, ...]) -> tuple[int, ...] | None:
        """The tied projects in a drawn order, or by id if that is asked for; None if nothing says so."""
        if len(last) == 1:
            return last
        if self.terms.ties == "lexicographic":
            return None if self._drop_together(last) else last
        drawn = self.lots.among(tuple(self._id(place) for place in last))
        if drawn is None:
            return None
        return tuple(self.election.index[project_id] for project_id in drawn)

    def _drop_together(self, last: tuple[int, ...]) -> bool:
        """Whether all of them drop before any other project and before the rest fit, whoever goes first.

        Nobody loses first places while others drop, and these have fewer together than the next one alone.
        """
        shares, costs = self.count.shares, [self.election.projects[place].cost for place in last]
        others = [shares[place] for place in self.count.standing if place not in last]
        if not others or self._cost() - sum(costs) + min(costs) <= self.election.budget:
            return False
        together = sum(shares[place] for place in last)
        return together < min(others)

    def _drop(self, places: tuple[int, ...], *, by_lot: bool) -> None:
        number = len(self.events) + 1
        first_places = tuple((self._id(p), self._share(p)) for p in sorted(self.count.standing))
        for place in places:
            self.bases[self._id(place)] = FirstPlaces(number, self._share(place))
        self.count.drop(places)
        self.groups.append(places)
        names = tuple(self._id(place) for place in places)
        self.events.append(Elimination(number, first_places, names, by_lot, self._cost()))

    def _cost(self) -> int:
        return sum(self.election.projects[place].cost for place in self.count.standing)

    def _id(self, place: int) -> str:
        return self.election.projects[place].id

    def _share(self, place: int) -> Fraction:
        return Fraction(self.count.shares[place], self.count.parts)

    def ordering(self) -> Ordering:
        """Those still in by first places, then the dropped ones, last dropped first, then those that never fit."""
        shares = self.count.shares
        stay = sorted(self.count.standing, key=lambda place: (-shares[place], place))
        groups = [tuple(group) for _, group in groupby(stay, key=shares.__getitem__)] + self.groups[::-1]
        named = {place for group in groups for place in group}
        never = tuple(place for place in range(len(self.election.projects)) if place not in named)
        places = [tuple(self._id(place) for place in group) for group in (*groups, never) if group]
        return Ordering(places, None, self.bases, tuple(self.events))


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    fitting = [place for place, project in enumerate(election.projects) if project.cost <= election.budget]
    lots = DrawnLots(terms.lots, election)
    rounds = _Rounds(election, terms, lots, first_places_of(election, fitting, terms.engine), [], [], {})
    tied = rounds.run()
    if tied:
        names = tuple(election.projects[place].id for place in tied)
        stage = len(rounds.events) + 1
        place = len(rounds.count.standing) - len(tied) + 1
        return LotRequired(chosen.name, chosen.version, names, stage, place, election.budget, ())
    return fund_in_order(rounds.ordering(), Misfit.SKIP, chosen, election, terms, lots)


_TITLE = "Steeds valt af wie het minst bovenaan staat, tot de rest samen past"

RULES = (Rule("irv-budget", 1, frozenset({BallotKind.RANKING}), _TITLE, "irv-budget.md", _count),)
