"""All ballots of an election in little memory: each distinct ballot once, as plain arrays of numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class BallotKind(StrEnum):
    """What a ballot says about the projects it names."""

    APPROVAL = "approval"
    POINTS = "points"
    RANKING = "ranking"


def _numbers() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Profile:
    """Distinct ballots: number k names `marks[starts[k]:starts[k + 1]]` and was cast `weights[k]` times.

    A mark is the place of a project in `Election.projects`. `values` stands beside `marks`: the points given
    (POINTS), or the rank, 1 for the first (RANKING); it is empty for APPROVAL. Marks of one ballot ascend, on a
    ranking within each rank. The arrays are 64-bit, so that numpy can look at them without a copy.

    >>> profile = Profile(BallotKind.APPROVAL)
    >>> profile.add([0, 2], weight=3)
    >>> profile.add([], weight=1)
    >>> len(profile), list(profile.weights), list(profile.marks)
    (2, [3, 1], [0, 2])
    """

    kind: BallotKind
    weights: array[int] = field(default_factory=_numbers)
    starts: array[int] = field(default_factory=lambda: array("q", [0]))
    marks: array[int] = field(default_factory=_numbers)
    values: array[int] = field(default_factory=_numbers)

    def __len__(self) -> int:
        """Number of distinct ballots."""
        return len(self.weights)

    def add(self, marks: Sequence[int], values: Sequence[int] = (), weight: int = 1) -> None:
        """Put one distinct ballot at the end; the caller has checked and ordered it."""
        self.marks.extend(marks)
        self.values.extend(values)
        self.starts.append(len(self.marks))
        self.weights.append(weight)

    def rows(self) -> Iterator[tuple[int, array[int], array[int]]]:
        """Of each distinct ballot its weight, marks and values.

        >>> profile = Profile(BallotKind.POINTS)
        >>> profile.add([0, 1], [5, 2])
        >>> [(weight, list(marks), list(values)) for weight, marks, values in profile.rows()]
        [(1, [0, 1], [5, 2])]
        """
        for k, weight in enumerate(self.weights):
            start, end = self.starts[k], self.starts[k + 1]
            yield weight, self.marks[start:end], self.values[start:end]

    def columns(self, projects: int) -> list[list[int]]:
        """Of each project the numbers of the distinct ballots that name it.

        >>> profile = Profile(BallotKind.APPROVAL)
        >>> profile.add([0, 2])
        >>> profile.columns(3)
        [[0], [], [0]]
        """
        columns: list[list[int]] = [[] for _ in range(projects)]
        for k in range(len(self)):
            for mark in self.marks[self.starts[k] : self.starts[k + 1]]:
                columns[mark].append(k)
        return columns
