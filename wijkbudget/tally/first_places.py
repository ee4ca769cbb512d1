"""First places among the projects still in, for rules that drop projects one after the other.

Two classes keep the same: `FirstPlaceCount` here, and its compiled twin in kernels/first_places.py for a whole city.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import lcm
from typing import Protocol

from wijkbudget.tally.election import Election
from wijkbudget.tally.kernels import wanted
from wijkbudget.tally.profile import Profile
from wijkbudget.tally.terms import Engine

_WORTH_COMPILING = 1_000_000


class StandingOnTop(Protocol):
    """First places of the projects still in; in parts of 1/`parts` ballot, so that all are whole.

    `standing`: the projects still in, by their place in `Election.projects`. `shares`: the first places of each of them.
    """

    standing: set[int]
    parts: int
    shares: dict[int, int]

    def drop(self, projects: Sequence[int]) -> None:
        """Take projects out; each of their ballots goes to its highest project that is still in."""


class FirstPlaceCount:
    """The pure way to keep `StandingOnTop`, ballot by ballot.

    >>> from wijkbudget.tally.profile import BallotKind
    >>> profile = Profile(BallotKind.RANKING)
    >>> profile.add([1, 0], [1, 2], weight=3)
    >>> count = FirstPlaceCount(profile, [0, 1])
    >>> count.drop([1])
    >>> count.shares[0]
    3
    """

    def __init__(self, profile: Profile, places: Sequence[int]) -> None:
        self.standing = set(places)
        self._ballots = [
            (
                weight,
                [
                    [mark for _, mark in equals]
                    for _, equals in groupby(zip(values, marks, strict=True), _rank)
                ],
            )
            for weight, marks, values in profile.rows()
        ]
        longest = max((len(rank) for _, ranks in self._ballots for rank in ranks), default=1)
        self.parts = lcm(*range(1, longest + 1))
        self.shares = dict.fromkeys(places, 0)
        self._tops: dict[int, list[int]] = {place: [] for place in places}
        self._at = [0] * len(self._ballots)
        for ballot in range(len(self._ballots)):
            self._give(ballot, 1)

    def drop(self, projects: Sequence[int]) -> None:
        """See `StandingOnTop`."""
        changed = sorted({ballot for place in projects for ballot in self._tops[place]})
        for ballot in changed:
            self._give(ballot, -1)
        self.standing.difference_update(projects)
        for place in projects:
            del self._tops[place]
        for ballot in changed:
            self._give(ballot, 1)

    def _give(self, ballot: int, sign: int) -> None:
        weight, ranks = self._ballots[ballot]
        while self._at[ballot] < len(ranks):
            top = [place for place in ranks[self._at[ballot]] if place in self.standing]
            if top:
                for place in top:
                    self.shares[place] += sign * weight * self.parts // len(top)
                    if sign > 0:
                        self._tops[place].append(ballot)
                return
            self._at[ballot] += 1


def _rank(entry: tuple[int, int]) -> int:
    return entry[0]


def first_places_of(election: Election, places: Sequence[int], engine: Engine) -> StandingOnTop:
    """The first places while all of `places` are still in: pure, or compiled if that is worth it."""
    profile = election.profile
    if wanted(engine, len(profile.marks), _WORTH_COMPILING):
        from wijkbudget.tally.kernels.first_places import CompiledFirstPlaces

        return CompiledFirstPlaces(profile, len(election.projects), places)
    return FirstPlaceCount(profile, places)
