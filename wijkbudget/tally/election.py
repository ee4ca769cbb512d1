"""An election: a budget, projects that cost money, and ballots about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wijkbudget.tally.errors import (
    DuplicateProject,
    InvalidBallot,
    InvalidBudget,
    InvalidProject,
    MixedBallots,
    UnknownProject,
)


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


Ballot = ApprovalBallot | RankingBallot


@dataclass(frozen=True, slots=True)
class Election:
    """Budget (whole cents), projects by id, and each distinct ballot with the number of voters who cast it.

    Make it with `Election.of` (single ballots) or `Election.grouped` (ballots already counted): the same
    projects and ballots in another order give an equal election.
    """

    budget: int
    projects: tuple[Project, ...]
    ballots: tuple[tuple[Ballot, int], ...]

    def __post_init__(self) -> None:
        _check_budget(self.budget)
        _check_ballots(self.ballots, _checked_ids(self.projects))

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
        ordered = tuple(sorted(ballots.items(), key=lambda item: _ballot_key(item[0])))
        return cls(budget, tuple(sorted(projects, key=lambda project: project.id)), ordered)

    @property
    def ballot_count(self) -> int:
        """Number of ballots cast, blank ones included."""
        return sum(weight for _, weight in self.ballots)

    @property
    def blank_count(self) -> int:
        """Number of ballots that name no project."""
        return sum(weight for ballot, weight in self.ballots if not ballot.named)

    @property
    def kind(self) -> type[ApprovalBallot | RankingBallot] | None:
        """The kind of ballot cast, or None without ballots."""
        return type(self.ballots[0][0]) if self.ballots else None

    def project(self, project_id: str) -> Project:
        """The project with this id; `UnknownProject` if there is none."""
        for project in self.projects:
            if project.id == project_id:
                return project
        raise UnknownProject(f"project {project_id} is not in this election")

    def votes(self) -> dict[str, int]:
        """For every project the number of ballots that name it (approve it, or rank it anywhere).

        >>> ballots = [ApprovalBallot(frozenset({"a"})), ApprovalBallot(frozenset({"a", "b"}))]
        >>> Election.of(100, [Project("b", 60), Project("a", 60)], ballots).votes()
        {'a': 2, 'b': 1}
        """
        votes = {project.id: 0 for project in self.projects}
        for ballot, weight in self.ballots:
            for project_id in ballot.named:
                votes[project_id] += weight
        return votes

    def supporters(self, project_id: str) -> int:
        """Number of ballots that name the project; `UnknownProject` if it is not in the election.

        >>> Election.of(1, [Project("a", 1)], [ApprovalBallot(frozenset({"a"}))]).supporters("a")
        1
        """
        self.project(project_id)
        return sum(weight for ballot, weight in self.ballots if project_id in ballot.named)


def _ballot_key(ballot: Ballot) -> tuple[tuple[str, ...], ...]:
    ranks = (ballot.projects,) if isinstance(ballot, ApprovalBallot) else ballot.ranks
    return tuple(tuple(sorted(rank)) for rank in ranks)


def _check_budget(budget: int) -> None:
    if type(budget) is not int or budget < 0:
        raise InvalidBudget(f"budget {budget!r} is not a whole number of cents, 0 or more")


def _checked_ids(projects: Iterable[Project]) -> set[str]:
    ids: set[str] = set()
    for project in projects:
        if project.id in ids:
            raise DuplicateProject(f"project {project.id} is listed twice")
        ids.add(project.id)
    return ids


def _check_ballots(ballots: tuple[tuple[Ballot, int], ...], ids: set[str]) -> None:
    if len({type(ballot) for ballot, _ in ballots}) > 1:
        raise MixedBallots("approval ballots and ranking ballots cannot be counted together")
    for ballot, weight in ballots:
        if type(weight) is not int or weight < 1:
            raise InvalidBallot(f"a ballot is cast {weight!r} times; that must be a whole number above 0")
        unknown = ballot.named - ids
        if unknown:
            raise UnknownProject(f"a ballot names project {min(unknown)}, which is not in this election")
