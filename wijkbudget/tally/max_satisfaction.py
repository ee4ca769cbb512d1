"""Maximum total satisfaction: of all sets of projects that fit in the budget, the one with most votes together.

It is the optimum that greedy by votes per euro approaches; known as the utilitarian rule or knapsack voting's aggregate
(A. Goel, A. Krishnaswamy, S. Sakshuwong and T. Aitamurto, "Knapsack Voting for Participatory Budgeting", ACM TEAC 7
(2019)). It is there to compare with: it is not proportional. Reglement: docs/rules/max-satisfaction.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.book import Book
from wijkbudget.tally.conditions import rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.knapsack import Item, best_choice
from wijkbudget.tally.outcome import Basis, Decision, LotRequired, Outcome, Settled, Tie
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import DrawnLots, Terms


@dataclass(frozen=True, slots=True)
class InBestSet(Basis):
    """How many votes (or points) the best set has, and how many the best set without this project would have."""

    best: int
    without: int


@dataclass(frozen=True, slots=True)
class NotInBestSet(Basis):
    """How many votes (or points) the best set has, and how many the best set with this project would have."""

    best: int
    with_it: int


class _Choice:
    """The best sets of an election: what they are worth, and which projects are in some of them or in all.

    `items`: the projects that fit in the budget alone; only those with support are in a best set. `one` is a best set;
    `other[p]`: the most that a set is worth that differs from it in p.
    """

    def __init__(self, election: Election, terms: Terms) -> None:
        points, rivals = election.points(), rivals_of(terms.incompatible)
        self.items = {
            project.id: Item(
                project.id, project.cost, points[project.id], rivals.get(project.id, frozenset())
            )
            for project in election.projects
            if project.cost <= election.budget
        }
        self.budget = election.budget
        self._supported = sorted(
            (item for item in self.items.values() if item.worth),
            key=lambda item: (-Fraction(item.worth, item.cost), item.id),
        )
        found = best_choice(self._supported, self.budget)
        self.best, self.one = (found.worth, found.ids) if found else (0, frozenset())
        self.other = {
            project_id: self._without(project_id) if project_id in self.one else self._with([project_id]) or 0
            for project_id in self.items
        }
        even = {item.id for item in self._supported if self.other[item.id] == self.best}
        self.contested = tuple(sorted(even))
        self.sure = sorted(self.one - even)

    def first_in(self, order: Sequence[str]) -> list[str]:
        """The best set that goes first in this order: each project is in it if a best set has it and those before it."""
        chosen = list(self.sure)
        for project_id in order:
            if self._with([*chosen, project_id], self.best) is not None:
                chosen.append(project_id)
        return chosen

    def _with(self, forced: Sequence[str], at_least: int | None = None) -> int | None:
        """The most that a set with all of these projects is worth; None if there is none worth `at_least`."""
        inside = [self.items[project_id] for project_id in forced]
        left = self.budget - sum(item.cost for item in inside)
        rivals = frozenset().union(*(item.rivals for item in inside))
        if left < 0 or not rivals.isdisjoint(forced):
            return None
        rest = [item for item in self._supported if item.id not in forced and item.id not in rivals]
        sure = sum(item.worth for item in inside)
        least = self._certain(rest, left) if at_least is None else max(0, at_least - sure)
        found = best_choice(rest, left, least)
        return None if found is None else sure + found.worth

    def _without(self, project_id: str) -> int:
        """The most that a set without this project is worth."""
        rest = [item for item in self._supported if item.id != project_id]
        found = best_choice(rest, self.budget, self._certain(rest, self.budget))
        return found.worth if found else 0

    def _certain(self, items: Sequence[Item], budget: int) -> int:
        """What surely can be had: of the best set as much as fits, then of the others, most worth per cost first."""
        if any(item.rivals for item in items):
            return 0
        worth = 0
        for item in sorted(items, key=lambda item: item.id not in self.one):
            if item.cost <= budget:
                budget, worth = budget - item.cost, worth + item.worth
        return worth


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    choice, lots = _Choice(election, terms), DrawnLots(terms.lots, election)
    left = election.budget - sum(choice.items[project_id].cost for project_id in choice.sure)
    place = len(choice.sure) + 1
    order: tuple[str, ...] | None = choice.contested
    if choice.contested and terms.ties == "lot":
        order = lots.among(choice.contested)
    if order is None:
        return LotRequired(chosen.name, chosen.version, choice.contested, place, place, left, ())
    lots.check_all_used()
    book = Book(election)
    for project_id in choice.first_in(order):
        without = choice.best if project_id in choice.contested else choice.other[project_id]
        book.step(project_id, Decision.FUNDED, "art. 2", InBestSet(choice.best, without))
    for project_id in book.others():
        if election.project(project_id).cost > election.budget:
            book.step(project_id, Decision.DOES_NOT_FIT, "art. 3")
        else:
            with_it = choice.best if project_id in choice.contested else choice.other[project_id]
            book.step(project_id, Decision.NOT_CHOSEN, "art. 3", NotInBestSet(choice.best, with_it))
    settled = Settled.LOT if terms.ties == "lot" else Settled.LEXICOGRAPHIC
    tie = Tie(place, order, left, mattered=True, settled=settled, contested=order)
    return book.outcome(chosen, (tie,) if order else ())


RULES = (
    Rule(
        "max-satisfaction",
        1,
        frozenset({BallotKind.APPROVAL, BallotKind.POINTS}),
        "De verzameling plannen met samen de meeste stemmen",
        "max-satisfaction.md",
        _count,
    ),
)
