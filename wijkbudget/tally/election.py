"""An election: a budget, projects that cost money, and ballots about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from wijkbudget.tally import kernels
from wijkbudget.tally.ballots import ApprovalBallot, Ballot, PointsBallot, RankingBallot
from wijkbudget.tally.errors import (
    DuplicateProject,
    InvalidBallot,
    InvalidBudget,
    InvalidProject,
    MixedBallots,
    UnknownProject,
)
from wijkbudget.tally.profile import BallotKind, Profile

MOST_CAST = 10**15
"""The most times that one ballot may be cast: sums over all of them then fit in 64 bits."""

_MARKS_WORTH_COMPILING = 10_000_000


@dataclass(frozen=True, slots=True)
class Project:
    """A proposal as the count sees it: an id and a cost in whole cents (more than zero).

    >>> Project("speeltuin", 25_000_00).cost
    2500000
    """

    id: str
    cost: int
    name: str = ""
    withdrawn: bool = False

    def __post_init__(self) -> None:
        if not self.id:
            raise InvalidProject("a project has no id")
        if type(self.cost) is not int or self.cost <= 0:
            raise InvalidProject(
                f"project {self.id}: cost {self.cost!r} is not a whole number of cents above 0"
            )


_CLASSES: dict[BallotKind, type[Ballot]] = {
    BallotKind.APPROVAL: ApprovalBallot,
    BallotKind.POINTS: PointsBallot,
    BallotKind.RANKING: RankingBallot,
}
_KINDS = {cls: kind for kind, cls in _CLASSES.items()}


@dataclass(frozen=True, eq=False)
class Election:
    """Budget (whole cents), projects by id, and each distinct ballot with the number of voters who cast it.

    Make it with `Election.of` (single ballots) or `Election.grouped` (ballots already counted): the same
    projects and ballots in another order give an equal election. Readers of large files fill a `Profile`
    themselves; its marks are places in `projects`, which are sorted by id.
    """

    budget: int
    projects: tuple[Project, ...]
    profile: Profile

    def __post_init__(self) -> None:
        if type(self.budget) is not int or self.budget < 0:
            raise InvalidBudget(f"budget {self.budget!r} is not a whole number of cents, 0 or more")
        if any(
            first.id >= second.id for first, second in zip(self.projects, self.projects[1:], strict=False)
        ):
            raise DuplicateProject("projects are not in order of id, or one is listed twice")

    @classmethod
    def of(cls, budget: int, projects: Iterable[Project], ballots: Iterable[Ballot]) -> Election:
        """An election from single ballots; raises an `ElectionError` that names what is wrong.

        >>> ja = ApprovalBallot(frozenset({"a"}))
        >>> Election.of(100, [Project("a", 60)], [ja, ja]).ballots
        ((ApprovalBallot(projects=frozenset({'a'})), 2),)
        """
        return cls.grouped(budget, projects, Counter(ballots))

    @classmethod
    def grouped(cls, budget: int, projects: Iterable[Project], ballots: Mapping[Ballot, int]) -> Election:
        """An election from distinct ballots and how often each was cast.

        >>> Election.grouped(100, [Project("a", 60)], {ApprovalBallot(frozenset()): 3}).ballot_count
        3
        """
        ordered = tuple(sorted(projects, key=lambda project: project.id))
        index = _checked_index(ordered)
        if len({type(ballot) for ballot in ballots}) > 1:
            raise MixedBallots("ballots of different kinds cannot be counted together")
        kind = next((_KINDS[type(ballot)] for ballot in ballots), BallotKind.APPROVAL)
        profile = Profile(kind)
        for ballot, weight in ballots.items():
            if type(weight) is not int or not 0 < weight <= MOST_CAST:
                raise InvalidBallot(f"a ballot is cast {weight!r} times; that must be a whole number above 0")
            unknown = ballot.named - index.keys()
            if unknown:
                raise UnknownProject(f"a ballot names project {min(unknown)}, which is not in this election")
            profile.add(*_as_numbers(ballot, index), weight)
        return cls(budget, ordered, profile)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Election):
            return NotImplemented
        mine, theirs = (self.budget, self.projects), (other.budget, other.projects)
        return mine == theirs and self.ballots == other.ballots

    def __hash__(self) -> int:
        return hash((self.budget, self.projects, self.ballot_count))

    @cached_property
    def ballots(self) -> tuple[tuple[Ballot, int], ...]:
        """Each distinct ballot with how often it was cast, in an order that only their content decides."""
        return tuple(sorted(self._as_ballots(), key=lambda item: _ballot_key(item[0])))

    def _as_ballots(self) -> Iterator[tuple[Ballot, int]]:
        ids = [project.id for project in self.projects]
        for weight, marks, values in self.profile.rows():
            named = [ids[mark] for mark in marks]
            if self.profile.kind is BallotKind.APPROVAL:
                yield ApprovalBallot(frozenset(named)), weight
            elif self.profile.kind is BallotKind.POINTS:
                yield PointsBallot(tuple(zip(named, values, strict=True))), weight
            else:
                ranks: dict[int, set[str]] = {}
                for project_id, rank in zip(named, values, strict=True):
                    ranks.setdefault(rank, set()).add(project_id)
                yield RankingBallot(tuple(map(frozenset, ranks.values()))), weight

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each project in `projects`, by id."""
        return {project.id: place for place, project in enumerate(self.projects)}

    @property
    def ballot_count(self) -> int:
        """Number of ballots cast, blank ones included."""
        return sum(self.profile.weights)

    @property
    def blank_count(self) -> int:
        """Number of ballots that name no project."""
        return sum(weight for weight, marks, _ in self.profile.rows() if not marks)

    @property
    def kind(self) -> BallotKind | None:
        """The kind of ballot cast, or None without ballots."""
        return self.profile.kind if len(self.profile) else None

    def project(self, project_id: str) -> Project:
        """The project with this id; `UnknownProject` if there is none."""
        if project_id not in self.index:
            raise UnknownProject(f"project {project_id} is not in this election")
        return self.projects[self.index[project_id]]

    def votes(self) -> dict[str, int]:
        """For every project the number of ballots that name it (approve it, give points, or rank it anywhere).

        >>> ballots = [ApprovalBallot(frozenset({"a"})), ApprovalBallot(frozenset({"a", "b"}))]
        >>> Election.of(100, [Project("b", 60), Project("a", 60)], ballots).votes()
        {'a': 2, 'b': 1}
        """
        return dict(zip(self.index, self._totals, strict=True))

    @cached_property
    def _totals(self) -> list[int]:
        if kernels.wanted("auto", len(self.profile.marks), _MARKS_WORTH_COMPILING):
            from wijkbudget.tally.kernels import totals as compiled

            return compiled.votes(self.profile, len(self.projects))
        profile, counted = self.profile, Counter(self.profile.marks)
        for k, weight in enumerate(profile.weights):
            if weight > 1:
                for mark in profile.marks[profile.starts[k] : profile.starts[k + 1]]:
                    counted[mark] += weight - 1
        return [counted[place] for place in range(len(self.projects))]

    def points(self) -> dict[str, int]:
        """For every project its points together; on an approval ballot each named project gets one point.

        >>> Election.of(1, [Project("a", 1)], [PointsBallot.of({"a": 3}), PointsBallot.of({"a": 2})]).points()
        {'a': 5}
        """
        if self.profile.kind is not BallotKind.POINTS:
            return self.votes()
        return dict(zip(self.index, self._points, strict=True))

    @cached_property
    def _points(self) -> list[int]:
        profile = self.profile
        if kernels.wanted("auto", len(profile.marks), _MARKS_WORTH_COMPILING):
            from wijkbudget.tally.kernels import totals as compiled

            added = compiled.points(profile, len(self.projects))
            if added is not None:
                return added
        totals = [0] * len(self.projects)
        for weight, marks, values in profile.rows():
            for mark, given in zip(marks, values, strict=True):
                totals[mark] += weight * given
        return totals

    def supporters(self, project_id: str) -> int:
        """Number of ballots that name the project; `UnknownProject` if it is not in the election.

        >>> Election.of(1, [Project("a", 1)], [ApprovalBallot(frozenset({"a"}))]).supporters("a")
        1
        """
        return self._totals[self.index[self.project(project_id).id]]


def _as_numbers(ballot: Ballot, index: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """The marks and values of a ballot as its profile keeps them."""
    if isinstance(ballot, ApprovalBallot):
        return sorted(index[project_id] for project_id in ballot.projects), []
    if isinstance(ballot, PointsBallot):
        return [index[project_id] for project_id, _ in ballot.points], [given for _, given in ballot.points]
    marks, values = [], []
    for rank, equals in enumerate(ballot.ranks, 1):
        marks += sorted(index[project_id] for project_id in equals)
        values += [rank] * len(equals)
    return marks, values


def _ballot_key(ballot: Ballot) -> tuple[tuple[str, ...], ...] | tuple[tuple[str, int], ...]:
    if isinstance(ballot, PointsBallot):
        return ballot.points
    ranks = (ballot.projects,) if isinstance(ballot, ApprovalBallot) else ballot.ranks
    return tuple(tuple(sorted(rank)) for rank in ranks)


def _checked_index(projects: Iterable[Project]) -> dict[str, int]:
    index: dict[str, int] = {}
    for place, project in enumerate(projects):
        if project.id in index:
            raise DuplicateProject(f"project {project.id} is listed twice")
        index[project.id] = place
    return index
