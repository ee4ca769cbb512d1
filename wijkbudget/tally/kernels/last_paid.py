"""Compiled twin of `last_paid.LastPaid`: the same whole numbers, counted in compiled loops."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numba import njit

from wijkbudget.tally.kernels.columns import columns, view
from wijkbudget.tally.profile import Profile


class CompiledLastPaid:
    """After which purchase each group of equal ballots last paid, 0 for never; see `last_paid.LastPaid`."""

    def __init__(self, profile: Profile, projects: int) -> None:
        self._weights = view(profile.weights)
        self._begin, self._groups, _ = columns(profile, projects)
        self._last = np.zeros(len(profile), np.int64)

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        other = type(self).__new__(type(self))
        other._weights, other._begin, other._groups = self._weights, self._begin, self._groups
        other._last = self._last.copy()
        return other

    def voters_by_moment(self, project: int, moments: int) -> list[int]:
        """Of the supporters of a project how many last paid at each purchase, 0 to `moments`."""
        counts: list[int] = _by_moment(
            self._groups[self._begin[project] : self._begin[project + 1]],
            self._weights,
            self._last,
            moments + 1,
        ).tolist()
        return counts

    def pay(self, project: int, moment: int) -> None:
        """Let all supporters of a project pay now."""
        self._last[self._groups[self._begin[project] : self._begin[project + 1]]] = moment

    def share_a_voter(self, projects: tuple[int, ...], moment: int) -> bool:
        """Whether somebody who did not pay at `moment` supports two of these projects."""
        seen = np.zeros(len(self._last), bool)
        for project in projects:
            groups = self._groups[self._begin[project] : self._begin[project + 1]]
            groups = groups[self._last[groups] != moment]
            if seen[groups].any():
                return True
            seen[groups] = True
        return False


@njit(cache=True)
def _by_moment(groups: Any, weights: Any, last: Any, moments: int) -> Any:  # pragma: no cover
    counts = np.zeros(moments, np.int64)
    for group in groups:
        counts[last[group]] += weights[group]
    return counts
