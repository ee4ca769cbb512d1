"""Pairwise comparison of projects on ranking ballots, and the strongest paths through it (Schulze 2011).

Source: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent
single-winner election method", Social Choice and Welfare 36 (2011), 267-303. Link strength is winning votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from wijkbudget.tally import kernels
from wijkbudget.tally.election import Election

if TYPE_CHECKING:
    from wijkbudget.tally.terms import Engine

_WORTH_COMPILING = 10_000_000
"""Pairs of marks on one ballot, or steps along paths, from which the compiled loops win their loading time back."""


@dataclass(frozen=True, slots=True)
class Pairwise:
    """`wins[i][j]`: ballots that rank project i above project j; `paths[i][j]`: strongest path from i to j.

    >>> Pairwise(("a", "b"), ((0, 3), (2, 0)), ((0, 3), (0, 0))).beats("a", "b")
    True
    """

    projects: tuple[str, ...]
    wins: tuple[tuple[int, ...], ...]
    paths: tuple[tuple[int, ...], ...]

    def beats(self, first: str, second: str) -> bool:
        """Whether the strongest path from `first` to `second` is stronger than the one back."""
        i, j = self.projects.index(first), self.projects.index(second)
        return self.paths[i][j] > self.paths[j][i]

    def places(self) -> tuple[tuple[str, ...], ...]:
        """Groups of equal projects, best first: those no remaining project beats, then the same again.

        >>> Pairwise(("a", "b"), ((0, 2), (2, 0)), ((0, 0), (0, 0))).places()
        (('a', 'b'),)
        """
        rest, places = set(range(len(self.projects))), []
        while rest:
            best = [i for i in sorted(rest) if not any(self.paths[j][i] > self.paths[i][j] for j in rest)]
            places.append(tuple(self.projects[i] for i in best))
            rest.difference_update(best)
        return tuple(places)


def compare_pairs(election: Election, engine: Engine = "auto") -> Pairwise:
    """Compare all projects that are not withdrawn; a withdrawn one is struck from every ballot first.

    A ranked project is above every unranked one; projects in one rank, and unranked ones, are equal. `engine` as in
    `Terms`: the pure and the compiled loops give the same numbers.

    >>> from wijkbudget.tally.ballots import RankingBallot
    >>> from wijkbudget.tally.election import Project
    >>> ballot = RankingBallot((frozenset({"b"}), frozenset({"a"})))
    >>> compare_pairs(Election.of(1, [Project("a", 1), Project("b", 1)], [ballot])).wins
    ((0, 0), (1, 0))
    """
    projects = tuple(project.id for project in election.projects if not project.withdrawn)
    index = {project_id: i for i, project_id in enumerate(projects)}
    profile = election.profile
    duels = len(profile.marks) ** 2 // max(1, len(profile)) + len(projects) ** 3
    if kernels.wanted(engine, duels, _WORTH_COMPILING):
        from wijkbudget.tally.kernels import pairwise as compiled

        wins = compiled.wins(profile, _rows_of(election, index), len(index))
        return Pairwise(projects, _frozen(wins), _frozen(compiled.strongest_paths(wins)))
    wins = _wins(election, index)
    return Pairwise(projects, _frozen(wins), _frozen(strongest_paths(wins)))


def _rows_of(election: Election, index: dict[str, int]) -> list[int]:
    """The row of each project of the election in the matrices; -1 for a withdrawn one."""
    return [index.get(project.id, -1) for project in election.projects]


def _wins(election: Election, index: dict[str, int]) -> list[list[int]]:
    """Who is above whom, in time that grows with the projects *on* a ballot, not with all projects.

    A ballot that ranks i puts it above every project except those ranked above or beside it: so start from
    the number of ballots that rank i and take those exceptions away.
    """
    size = len(index)
    number = _rows_of(election, index)
    ranked, exceptions = [0] * size, [[0] * size for _ in range(size)]
    for weight, marks, ranks in election.profile.rows():
        seen: list[int] = []
        for _, equals in groupby(zip(ranks, marks, strict=True), key=itemgetter(0)):
            here = [number[mark] for _, mark in equals if number[mark] >= 0]
            seen += here
            for i in here:
                ranked[i] += weight
                row = exceptions[i]
                for j in seen:
                    row[j] += weight
    return [[0 if i == j else ranked[i] - exceptions[i][j] for j in range(size)] for i in range(size)]


def strongest_paths(wins: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strength of the strongest path between each pair: a path is as strong as its weakest won duel.

    >>> strongest_paths([[0, 3, 0], [1, 0, 4], [2, 0, 0]])
    [[0, 3, 3], [2, 0, 4], [2, 2, 0]]
    """
    size = len(wins)
    paths = [
        [wins[i][j] if i != j and wins[i][j] > wins[j][i] else 0 for j in range(size)] for i in range(size)
    ]
    for via in range(size):
        through = paths[via]
        for i, row in enumerate(paths):
            reach = row[via]
            if reach and i != via:
                row[:] = [max(old, min(reach, onward)) for old, onward in zip(row, through, strict=True)]
                row[i] = 0
    return paths


def _frozen(matrix: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, matrix))
