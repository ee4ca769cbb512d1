"""Who stands behind which project under expanding approvals, and in which purse each voter's money is; whole numbers only.

Two classes keep the same: `Supporters` here, and its compiled twin in kernels/expanding_approvals.py for a whole city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, Self

from wijkbudget.tally.kernels import wanted
from wijkbudget.tally.profile import Profile
from wijkbudget.tally.terms import Engine

EMPTY = 0
"""The purse of voters who have nothing left."""

FULL = 1
"""The purse that all voters begin with."""

InPurse = tuple[int, int, int]
"""A project, a purse, and how many of the project's supporters have that purse."""

_WORTH_COMPILING = 1_000_000
"""Marks on ballots from which the compiled loops are faster, loading them included."""


class ExpandingSupport(Protocol):
    """What a count asks of those who keep the supporters; projects and purses are numbers."""

    def copy(self) -> Self:
        """The same state, to go on with in another way."""

    def next_rank(self) -> Iterable[InPurse] | None:
        """Let every voter support one place more of its ranking; what comes in, or None if all have come to the end."""

    def by_purse(self, project: int) -> dict[int, int]:
        """Of the supporters of a project how many have each purse."""

    def move(self, project: int, target: Mapping[int, int]) -> Iterable[InPurse]:
        """Give the project's supporters other purses, and tell what all projects they support have to do with it.

        Told are the purses they had; who had an empty one is left out.
        """

    def share_a_payer(self, projects: tuple[int, ...]) -> bool:
        """Whether somebody with money supports two of these projects."""


class Supporters:
    """The pure way to keep `ExpandingSupport`.

    >>> from wijkbudget.tally.profile import BallotKind
    >>> profile = Profile(BallotKind.RANKING)
    >>> profile.add([1, 0], [1, 2], weight=3)
    >>> supporters = Supporters(profile, 2)
    >>> list(supporters.next_rank()), supporters.by_purse(0)
    ([(1, 1, 3)], {})
    """

    def __init__(self, profile: Profile, projects: int) -> None:
        self._weights, self._levels, self._rank = list(profile.weights), _by_rank(profile, projects), 0
        self._purse = [FULL] * len(profile)
        self._supported: list[list[int]] = [[] for _ in range(len(profile))]
        self._supporters: list[list[int]] = [[] for _ in range(projects)]

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        made = type(self).__new__(type(self))
        made._weights, made._levels, made._rank = self._weights, self._levels, self._rank
        made._purse = self._purse[:]
        made._supported = [projects[:] for projects in self._supported]
        made._supporters = [ballots[:] for ballots in self._supporters]
        return made

    def next_rank(self) -> Iterable[InPurse] | None:
        """See `ExpandingSupport`."""
        if self._rank == len(self._levels):
            return None
        more: dict[tuple[int, int], int] = defaultdict(int)
        for ballot, project in self._levels[self._rank]:
            self._supported[ballot].append(project)
            self._supporters[project].append(ballot)
            more[project, self._purse[ballot]] += self._weights[ballot]
        self._rank += 1
        return _told(more)

    def by_purse(self, project: int) -> dict[int, int]:
        """See `ExpandingSupport`."""
        voters: dict[int, int] = defaultdict(int)
        for ballot in self._supporters[project]:
            voters[self._purse[ballot]] += self._weights[ballot]
        return dict(voters)

    def move(self, project: int, target: Mapping[int, int]) -> Iterable[InPurse]:
        """See `ExpandingSupport`."""
        touched: dict[tuple[int, int], int] = defaultdict(int)
        for ballot in self._supporters[project]:
            purse = self._purse[ballot]
            if purse == EMPTY:
                continue
            for other in self._supported[ballot]:
                touched[other, purse] += self._weights[ballot]
            self._purse[ballot] = target[purse]
        return _told(touched)

    def share_a_payer(self, projects: tuple[int, ...]) -> bool:
        """See `ExpandingSupport`."""
        seen: set[int] = set()
        for project in projects:
            paying = {ballot for ballot in self._supporters[project] if self._purse[ballot] != EMPTY}
            if not seen.isdisjoint(paying):
                return True
            seen |= paying
        return False


def _told(counted: Mapping[tuple[int, int], int]) -> Iterator[InPurse]:
    return ((project, purse, voters) for (project, purse), voters in counted.items())


def _by_rank(profile: Profile, projects: int) -> list[list[tuple[int, int]]]:
    """For each rank the pairs (ballot, project) that come in then: fewer than `rank` projects stand above the project."""
    levels: list[list[tuple[int, int]]] = [[] for _ in range(projects)]
    for ballot, (_, marks, values) in enumerate(profile.rows()):
        above, last = 0, None
        for number, (mark, value) in enumerate(zip(marks, values, strict=True)):
            if value != last:
                above, last = number, value
            levels[above].append((ballot, mark))
    while levels and not levels[-1]:
        levels.pop()
    return levels


def supporters_of(profile: Profile, projects: int, engine: Engine) -> ExpandingSupport:
    """The supporters at the start, when nobody supports anything yet: pure, or compiled if that is worth it."""
    if wanted(engine, len(profile.marks), _WORTH_COMPILING):
        from wijkbudget.tally.kernels.expanding_approvals import CompiledSupporters

        return CompiledSupporters(profile, projects)
    return Supporters(profile, projects)
