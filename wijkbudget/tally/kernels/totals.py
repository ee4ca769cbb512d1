"""Compiled sums over all ballots: votes and points of each project. The pure counterparts are in tally/election.py.

Whole numbers of 64 bits only. Votes never grow beyond them; where points might, the pure path must add them up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from wijkbudget.tally.kernels.columns import view
from wijkbudget.tally.profile import Profile

_MOST = 2**63 - 1


def votes(profile: Profile, size: int) -> list[int]:
    """Of each project the number of ballots that name it."""
    totals = np.zeros(size, dtype=np.int64)
    _count_names(view(profile.weights), view(profile.starts), view(profile.marks), totals)
    named: list[int] = totals.tolist()
    return named


def points(profile: Profile, size: int) -> list[int] | None:
    """Of each project the points on all ballots together; None if they might not fit in 64 bits."""
    if sum(profile.weights) * int(view(profile.values).max(initial=0)) > _MOST:
        return None
    totals = np.zeros(size, dtype=np.int64)
    _add_points(
        view(profile.weights), view(profile.starts), view(profile.marks), view(profile.values), totals
    )
    given: list[int] = totals.tolist()
    return given


@njit(cache=True)
def _count_names(weights: Any, starts: Any, marks: Any, totals: Any) -> None:  # pragma: no cover
    for ballot in range(len(weights)):
        for at in range(starts[ballot], starts[ballot + 1]):
            totals[marks[at]] += weights[ballot]


@njit(cache=True)
def _add_points(weights: Any, starts: Any, marks: Any, values: Any, totals: Any) -> None:  # pragma: no cover
    for ballot in range(len(weights)):
        for at in range(starts[ballot], starts[ballot + 1]):
            totals[marks[at]] += weights[ballot] * values[at]
