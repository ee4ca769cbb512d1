"""Compiled twin of `first_places.FirstPlaceCount`: who stands on top of how many ballots, beside how many equals.

64 bits are enough: no count is larger than the number of ballots, and the shares are worked out outside the loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import numpy as np
from numba import njit

from wijkbudget.tally.kernels.columns import view
from wijkbudget.tally.profile import Profile


class CompiledFirstPlaces:
    """First places of the projects still in; see `StandingOnTop`."""

    def __init__(self, profile: Profile, projects: int, places: Sequence[int]) -> None:
        self.standing = set(places)
        self._weights, self._starts, self._marks, self._ranks = (
            view(numbers) for numbers in (profile.weights, profile.starts, profile.marks, profile.values)
        )
        self._longest = int(_longest(self._starts, self._ranks))
        self.parts = lcm(*range(1, self._longest + 1))
        self._in = np.zeros(projects, np.bool_)
        self._in[list(places)] = True
        self._at = self._starts[:-1].copy()
        self.shares = dict.fromkeys(places, 0)
        self._count()

    def drop(self, projects: Sequence[int]) -> None:
        """See `StandingOnTop`."""
        self.standing.difference_update(projects)
        self._in[list(projects)] = False
        self._count()

    def _count(self) -> None:
        tops = _tops(
            self._weights, self._starts, self._marks, self._ranks, self._at, self._in, self._longest
        ).tolist()
        for place in self.standing:
            equals = enumerate(tops[place], 1)
            self.shares[place] = sum(ballots * (self.parts // many) for many, ballots in equals if ballots)


@njit(cache=True)
def _longest(starts: Any, ranks: Any) -> Any:  # pragma: no cover
    """Most equals in one rank of one ballot; at least 1."""
    longest = 1
    for ballot in range(len(starts) - 1):
        first = starts[ballot]
        for at in range(starts[ballot], starts[ballot + 1]):
            if ranks[at] != ranks[first]:
                first = at
            longest = max(longest, at - first + 1)
    return longest


@njit(cache=True)
def _tops(
    weights: Any, starts: Any, marks: Any, ranks: Any, at: Any, still_in: Any, longest: int
) -> Any:  # pragma: no cover
    """Of each project the ballots with it on top, by the number of projects there; moves `at` on to that rank.

    `at[ballot]` is where a rank begins; nobody above it is still in.
    """
    tops = np.zeros((len(still_in), longest), np.int64)
    for ballot in range(len(weights)):
        here, end = at[ballot], starts[ballot + 1]
        while here < end:
            many, after = 0, here
            while after < end and ranks[after] == ranks[here]:
                if still_in[marks[after]]:
                    many += 1
                after += 1
            if many:
                for mark in marks[here:after]:
                    if still_in[mark]:
                        tops[mark, many - 1] += weights[ballot]
                break
            here = after
        at[ballot] = here
    return tops
