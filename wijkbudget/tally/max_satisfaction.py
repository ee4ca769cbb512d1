"""Maximum total satisfaction: of all sets of projects that fit in the budget, the one with most votes together.

It is the optimum that greedy by votes per euro approaches; known as the utilitarian rule or knapsack voting's aggregate
(A. Goel, A. Krishnaswamy, S. Sakshuwong and T. Aitamurto, "Knapsack Voting for Participatory Budgeting", ACM TEAC 7
(2019)). It is there to compare with: it is not proportional. Reglement: docs/rules/max-satisfaction.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from wijkbudget.tally.book import Book
from wijkbudget.tally.conditions import rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.knapsack import Item, most_worth
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

    `items`: the projects that fit in the budget alone; only those that are `supported` are in a best set.
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
        self.supported = sorted(item.id for item in self.items.values() if item.worth)
        self.best = self._most(set())

    def worth_with(self, forced: Iterable[str], at_least: int = 0) -> int | None:
        """The most that a set with all of these projects is worth; None if there is none worth `at_least`."""
        inside = [self.items[project_id] for project_id in forced]
        left = self.budget - sum(item.cost for item in inside)
        if left < 0:
            return None
        shut = {item.id for item in inside}.union(*(item.rivals for item in inside))
        sure = sum(item.worth for item in inside)
        rest = most_worth(self._supported_but(shut), left, max(0, at_least - sure))
        return None if rest is None or sure + rest < at_least else sure + rest

    def worth_without(self, project_id: str) -> int:
        """The most that a set without this project is worth."""
        return self._most({project_id})

    def _most(self, shut: Collection[str]) -> int:
        return most_worth(self._supported_but(shut), self.budget) or 0

    def _supported_but(self, shut: Collection[str]) -> list[Item]:
        return [self.items[project_id] for project_id in self.supported if project_id not in shut]

    def best_set(self, order: Sequence[str]) -> list[str]:
        """The best set that goes first in this order: each project is in it if a best set has it and the earlier ones."""
        chosen: list[str] = []
        for project_id in order:
            if self.worth_with([*chosen, project_id], self.best) is not None:
                rivals = {rival for other in chosen for rival in self.items[other].rivals}
                if project_id not in rivals:
                    chosen.append(project_id)
        return chosen


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    choice, lots = _Choice(election, terms), DrawnLots(terms.lots, election)
    with_it = {project_id: choice.worth_with([project_id]) or 0 for project_id in choice.items}
    possible = [project_id for project_id in choice.supported if with_it[project_id] == choice.best]
    without = {project_id: choice.worth_without(project_id) for project_id in possible}
    contested = tuple(project_id for project_id in possible if without[project_id] == choice.best)
    sure = [project_id for project_id in possible if project_id not in contested]
    order: tuple[str, ...] | None = contested
    if contested and terms.ties == "lot":
        order = lots.among(contested)
    if order is None:
        left = election.budget - sum(choice.items[project_id].cost for project_id in sure)
        return LotRequired(chosen.name, chosen.version, contested, len(sure) + 1, len(sure) + 1, left, ())
    lots.check_all_used()
    book = Book(election)
    for project_id in choice.best_set([*sure, *order]):
        book.step(project_id, Decision.FUNDED, "art. 2", InBestSet(choice.best, without[project_id]))
    for project_id in book.others():
        if election.project(project_id).cost > election.budget:
            book.step(project_id, Decision.DOES_NOT_FIT, "art. 3")
        else:
            basis = NotInBestSet(choice.best, with_it[project_id])
            book.step(project_id, Decision.NOT_CHOSEN, "art. 3", basis)
    settled = Settled.LOT if terms.ties == "lot" else Settled.LEXICOGRAPHIC
    left = election.budget - sum(choice.items[project_id].cost for project_id in sure)
    tie = Tie(len(sure) + 1, order, left, mattered=True, settled=settled, contested=order)
    return Outcome(
        rule=chosen.name,
        rule_version=chosen.version,
        budget=election.budget,
        spent=election.budget - book.left,
        funded=tuple(book.funded),
        steps=tuple(book.steps),
        ties=(tie,) if order else (),
    )


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
