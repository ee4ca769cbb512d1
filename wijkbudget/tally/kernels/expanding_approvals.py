"""Compiled twin of `expanding_supporters.Supporters`: the same whole numbers, counted in compiled loops.

The marks lie project by project, and within a project by the rank at which they come in, so that the supporters of a
project are always the beginning of its part. 64 bits are enough: no count is larger than the number of ballots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, Self

import numpy as np
from numba import njit

from wijkbudget.tally.kernels.columns import view
from wijkbudget.tally.profile import Profile


class CompiledSupporters:
    """Who supports what by now, and the purse of each group of equal ballots; see `ExpandingSupport`."""

    def __init__(self, profile: Profile, projects: int) -> None:
        self._weights, self._starts, self._marks = (
            view(numbers) for numbers in (profile.weights, profile.starts, profile.marks)
        )
        self._above = _above(self._starts, view(profile.values))
        self._ranks = int(self._above.max()) + 1 if len(self._above) else 0
        self._begin, self._ballots, self._comes = _columns(
            self._starts, self._marks, self._above, self._ranks, projects
        )
        self._end = self._begin[:-1].copy()
        self._purse = np.ones(len(profile), np.int64)
        self._purses, self._rank = 2, 0

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        made = copy(self)
        made._end, made._purse = self._end.copy(), self._purse.copy()
        return made

    def next_rank(self) -> Iterable[tuple[int, int, int]] | None:
        """See `ExpandingSupport`."""
        if self._rank == self._ranks:
            return None
        told = []
        for project, end in enumerate(self._end.tolist()):
            last = self._begin[project] + np.searchsorted(self._part(project), self._rank, side="right")
            self._end[project] = last
            if last > end:
                found = self._count(self._ballots[end:last])
                told += [(project, purse, voters) for purse, voters in found.items()]
        self._rank += 1
        return told

    def by_purse(self, project: int) -> dict[int, int]:
        """See `ExpandingSupport`."""
        return self._count(self._now(project))

    def move(self, project: int, target: Mapping[int, int]) -> Iterable[tuple[int, int, int]]:
        """See `ExpandingSupport`."""
        old = sorted(target)
        number, new = np.zeros(self._purses, np.int64), np.zeros(len(old), np.int64)
        for place, purse in enumerate(old):
            number[purse], new[place] = place, target[purse]
        self._purses = max(self._purses, int(new.max()) + 1)
        touched = _move(
            self._now(project), self._weights, self._purse, self._starts, self._marks, self._above, self._rank,
            number, new, len(self._end),
        )  # fmt: skip
        others, places = np.nonzero(touched)
        voters = touched[others, places].tolist()
        return [
            (other, old[place], n)
            for other, place, n in zip(others.tolist(), places.tolist(), voters, strict=True)
        ]

    def share_a_payer(self, projects: tuple[int, ...]) -> bool:
        """See `ExpandingSupport`."""
        seen = np.zeros(len(self._purse), bool)
        for project in projects:
            ballots = self._now(project)
            ballots = ballots[self._purse[ballots] != 0]
            if seen[ballots].any():
                return True
            seen[ballots] = True
        return False

    def _part(self, project: int) -> Any:
        return self._comes[self._begin[project] : self._begin[project + 1]]

    def _now(self, project: int) -> Any:
        return self._ballots[self._begin[project] : self._end[project]]

    def _count(self, ballots: Any) -> dict[int, int]:
        counts = _by_purse(ballots, self._weights, self._purse, self._purses)
        (purses,) = np.nonzero(counts)
        return dict(zip(purses.tolist(), counts[purses].tolist(), strict=True))


@njit(cache=True)
def _above(starts: Any, values: Any) -> Any:  # pragma: no cover
    """Of each mark how many projects stand above it on its ballot."""
    above = np.zeros(len(values), np.int64)
    for ballot in range(len(starts) - 1):
        for at in range(starts[ballot], starts[ballot + 1]):
            if at > starts[ballot]:
                same = values[at] == values[at - 1]
                above[at] = above[at - 1] if same else at - starts[ballot]
    return above


@njit(cache=True)
def _columns(starts: Any, marks: Any, above: Any, ranks: int, projects: int) -> Any:  # pragma: no cover
    """Where the ballots of each project begin, these ballots in order of the rank that brings them in, and that rank."""
    begin = np.zeros(projects + 1, np.int64)
    ballot_of, by_rank = np.empty(len(marks), np.int64), np.empty(len(marks), np.int64)
    fill = np.zeros(ranks + 1, np.int64)
    for ballot in range(len(starts) - 1):
        for at in range(starts[ballot], starts[ballot + 1]):
            ballot_of[at] = ballot
            begin[marks[at] + 1] += 1
            fill[above[at] + 1] += 1
    for project in range(projects):
        begin[project + 1] += begin[project]
    for rank in range(ranks):
        fill[rank + 1] += fill[rank]
    for at in range(len(marks)):
        by_rank[fill[above[at]]] = at
        fill[above[at]] += 1
    ballots, comes, place = np.empty(len(marks), np.int64), np.empty(len(marks), np.int64), begin.copy()
    for next_at in by_rank:
        here = place[marks[next_at]]
        ballots[here], comes[here] = ballot_of[next_at], above[next_at]
        place[marks[next_at]] += 1
    return begin, ballots, comes


@njit(cache=True)
def _by_purse(ballots: Any, weights: Any, purse: Any, purses: int) -> Any:  # pragma: no cover
    counts = np.zeros(purses, np.int64)
    for ballot in ballots:
        counts[purse[ballot]] += weights[ballot]
    return counts


@njit(cache=True)
def _move(
    ballots: Any,
    weights: Any,
    purse: Any,
    starts: Any,
    marks: Any,
    above: Any,
    rank: int,
    number: Any,
    new: Any,
    projects: int,
) -> Any:  # pragma: no cover
    """Move the ballots to their new purses; of each project and old purse (by `number`) the voters that moved."""
    touched = np.zeros((projects, len(new)), np.int64)
    for ballot in ballots:
        if purse[ballot] == 0:
            continue
        place = number[purse[ballot]]
        for at in range(starts[ballot], starts[ballot + 1]):
            if above[at] >= rank:
                break
            touched[marks[at], place] += weights[ballot]
        purse[ballot] = new[place]
    return touched
