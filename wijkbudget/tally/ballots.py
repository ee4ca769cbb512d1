"""What one voter says: approvals, points, or a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wijkbudget.tally.errors import InvalidBallot

MOST_POINTS = 10**9
"""The most points a ballot may give one project: sums over a whole city then fit in 64 bits."""


@dataclass(frozen=True, slots=True)
class ApprovalBallot:
    """The projects a voter supports; none at all is a blank ballot.

    >>> sorted(ApprovalBallot(frozenset({"b", "a"})).named)
    ['a', 'b']
    """

    projects: frozenset[str]

    @property
    def named(self) -> frozenset[str]:
        """The projects on this ballot."""
        return self.projects


@dataclass(frozen=True, slots=True)
class PointsBallot:
    """Points for projects, whole and above zero, in order of project id; a project without points is not named.

    >>> PointsBallot.of({"b": 3, "a": 2, "c": 0}).points
    (('a', 2), ('b', 3))
    """

    points: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        if len(self.named) != len(self.points) or list(self.points) != sorted(self.points):
            raise InvalidBallot("a points ballot names a project twice, or not in order of id")
        for project_id, given in self.points:
            if type(given) is not int or not 0 < given <= MOST_POINTS:
                raise InvalidBallot(f"project {project_id} gets {given!r} points, not a whole number above 0")

    @classmethod
    def of(cls, points: Mapping[str, int]) -> PointsBallot:
        """The ballot that gives these points; a project with zero points is left out."""
        return cls(tuple(sorted((project_id, given) for project_id, given in points.items() if given != 0)))

    @property
    def named(self) -> frozenset[str]:
        """The projects that get points."""
        return frozenset(project_id for project_id, _ in self.points)


@dataclass(frozen=True, slots=True)
class RankingBallot:
    """Projects from most to least preferred; projects in one rank are equal, the rest is unranked.

    >>> sorted(RankingBallot((frozenset({"b"}), frozenset({"a", "c"}))).named)
    ['a', 'b', 'c']
    """

    ranks: tuple[frozenset[str], ...]

    def __post_init__(self) -> None:
        if not all(self.ranks):
            raise InvalidBallot("a ranking ballot holds an empty rank")
        if sum(map(len, self.ranks)) != len(self.named):
            raise InvalidBallot("a ranking ballot names a project twice")

    @property
    def named(self) -> frozenset[str]:
        """The projects on this ballot, whatever their rank."""
        return frozenset().union(*self.ranks)


Ballot = ApprovalBallot | PointsBallot | RankingBallot
