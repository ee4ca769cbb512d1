"""What is left goes to the projects with most votes that still fit: the completion by greedy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from wijkbudget.tally.book import Book
from wijkbudget.tally.conditions import rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Decision, LotRequired, Settled, Tie
from wijkbudget.tally.terms import DrawnLots, Terms

ARTICLE = "art. 6"


class Remainder:
    """Hand out what is left in the book, in order of votes (or points).

    Projects with equally many votes tie; that matters if those that fit alone do not fit together, or exclude each
    other. `ties`: those that did, in order.
    """

    def __init__(self, election: Election, terms: Terms, lots: DrawnLots, book: Book) -> None:
        self._terms, self._lots, self._book = terms, lots, book
        self._costs = {project.id: project.cost for project in election.projects}
        self._points = election.points()
        self._rivals = rivals_of(terms.incompatible)
        self.ties: list[Tie] = []

    def run(self, rule: str, rule_version: int) -> LotRequired | None:
        """Fund what fits; a tie that matters and has no lot ends it."""
        order = sorted(self._book.others(), key=lambda project_id: (-self._points[project_id], project_id))
        for _, group in groupby(order, key=self._points.__getitem__):
            tied = tuple(project_id for project_id in group if self._fits(project_id))
            harmless = self._terms.ties == "lexicographic" or len(tied) < 2 or self._all_fit(tied)
            settled = tied if harmless else self._lots.among(tied)
            if settled is None:
                stage, steps = len(self._book.steps) + 1, tuple(self._book.steps)
                return LotRequired(rule, rule_version, tied, stage, stage, self._book.left, steps)
            if not harmless or (len(tied) > 1 and not self._all_fit(tied)):
                how = Settled.LOT if self._terms.ties == "lot" else Settled.LEXICOGRAPHIC
                place, left = len(self._book.funded) + 1, self._book.left
                self.ties.append(Tie(place, settled, left, mattered=True, settled=how, contested=settled))
            for project_id in settled:
                if self._fits(project_id):
                    self._book.step(project_id, Decision.FUNDED, ARTICLE)
        return None

    def _fits(self, project_id: str) -> bool:
        rivals = self._rivals.get(project_id, frozenset())
        return self._costs[project_id] <= self._book.left and rivals.isdisjoint(self._book.funded)

    def _all_fit(self, tied: Sequence[str]) -> bool:
        alone = all(self._rivals.get(project_id, frozenset()).isdisjoint(tied) for project_id in tied)
        return alone and sum(self._costs[project_id] for project_id in tied) <= self._book.left
