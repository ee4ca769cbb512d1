"""What is left goes to the projects with most votes that still fit: the completion by greedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from wijkbudget.tally.terms import DrawnLots, Terms


class Remainder:
    """Hand out what is left, in order of `votes` (or points); `funded` are those it adds, in order.

    Projects with equally many votes tie; that matters if those that fit alone do not fit together, or exclude each
    other. `left` is in cents.
    """

    def __init__(
        self,
        terms: Terms,
        lots: DrawnLots,
        costs: Mapping[str, int],
        votes: Mapping[str, int],
        left: int,
        bought: Sequence[str],
    ) -> None:
        self._terms, self._lots, self._costs, self._votes = terms, lots, costs, votes
        self.left, self._bought = left, list(bought)
        self.funded: list[str] = []

    def run(self) -> tuple[str, ...]:
        """Fund what fits; the tied projects if a lot must be drawn first, else nothing."""
        order = sorted(self._votes, key=lambda project_id: (-self._votes[project_id], project_id))
        for _, group in groupby(order, key=self._votes.__getitem__):
            tied = tuple(project_id for project_id in group if self._fits(project_id))
            harmless = self._terms.ties == "lexicographic" or len(tied) < 2 or self._all_fit(tied)
            settled = tied if harmless else self._lots.among(tied)
            if settled is None:
                return tied
            for project_id in settled:
                if self._fits(project_id):
                    self.funded.append(project_id)
                    self.left -= self._costs[project_id]
        return ()

    def _fits(self, project_id: str) -> bool:
        rivals = {other for rival in self._terms.incompatible if project_id in rival for other in rival}
        taken = set(self._bought) | set(self.funded)
        return self._costs[project_id] <= self.left and not (rivals - {project_id}) & taken

    def _all_fit(self, tied: Sequence[str]) -> bool:
        alone = all(len(rival & set(tied)) < 2 for rival in self._terms.incompatible)
        return alone and sum(self._costs[project_id] for project_id in tied) <= self.left
