"""Phragmén's memory: after which purchase each voter last paid; counted in Python or in compiled loops."""

from __future__ import annotations

from typing import Protocol, Self

from wijkbudget.tally.kernels import wanted
from wijkbudget.tally.profile import Profile
from wijkbudget.tally.terms import Engine

_WORTH_COMPILING = 3_000_000
"""Marks on ballots from which the compiled loops are faster, loading them included."""


def last_paid(profile: Profile, projects: int, engine: Engine) -> PaidLast:
    """The memory before the first purchase, kept by the engine that is wanted."""
    if wanted(engine, len(profile.marks), _WORTH_COMPILING):
        from wijkbudget.tally.kernels.last_paid import CompiledLastPaid

        return CompiledLastPaid(profile, projects)
    return LastPaid(profile, projects)


class PaidLast(Protocol):
    """After which purchase each group of equal ballots last paid, 0 for never."""

    def copy(self) -> Self:
        """The same state, to go on with in another way."""

    def voters_by_moment(self, project: int, moments: int) -> list[int]:
        """Of the supporters of a project how many last paid at each purchase, 0 to `moments`."""

    def pay(self, project: int, moment: int) -> None:
        """Let all supporters of a project pay now."""

    def share_a_voter(self, projects: tuple[int, ...], moment: int) -> bool:
        """Whether somebody who did not pay at `moment` supports two of these projects."""


class LastPaid:
    """The pure way to keep `PaidLast`."""

    def __init__(self, profile: Profile, projects: int) -> None:
        self._weights, self._groups = profile.weights, profile.columns(projects)
        self._last = [0] * len(profile)

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        other = type(self).__new__(type(self))
        other._weights, other._groups, other._last = self._weights, self._groups, self._last.copy()
        return other

    def voters_by_moment(self, project: int, moments: int) -> list[int]:
        """Of the supporters of a project how many last paid at each purchase, 0 to `moments`."""
        counts, last, weights = [0] * (moments + 1), self._last, self._weights
        for group in self._groups[project]:
            counts[last[group]] += weights[group]
        return counts

    def pay(self, project: int, moment: int) -> None:
        """Let all supporters of a project pay now."""
        for group in self._groups[project]:
            self._last[group] = moment

    def share_a_voter(self, projects: tuple[int, ...], moment: int) -> bool:
        """Whether somebody who did not pay at `moment` supports two of these projects."""
        seen: set[int] = set()
        for project in projects:
            groups = {group for group in self._groups[project] if self._last[group] != moment}
            if seen & groups:
                return True
            seen |= groups
        return False
