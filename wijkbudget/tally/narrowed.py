"""The same ballots about fewer projects: some have left the count, some are linked and count as one.

A ballot supports linked projects as far as it supports the least supported of them: on an approval ballot they are
named if all are, the points are the least of their points, and the rank is that of the lowest. A ballot that names
nothing any more is blank. Ballots that have become the same are one distinct ballot again.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from wijkbudget.tally import kernels
from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.profile import BallotKind, Profile
from wijkbudget.tally.terms import Engine

_MARKS_WORTH_COMPILING = 500_000


def narrowed(
    election: Election, groups: Sequence[tuple[Project, tuple[str, ...]]], engine: Engine = "auto"
) -> Election:
    """The election of these projects in order of id; each stands for one project or several linked ones of the old one.

    `groups`: of each project the ids it stands for, of which its own id is the first.

    >>> from wijkbudget.tally.ballots import PointsBallot
    >>> old = Election.of(9, [Project(name, 1) for name in "abc"], [PointsBallot.of({"a": 3, "b": 2, "c": 1})])
    >>> narrowed(old, [(Project("a", 2), ("a", "c"))]).ballots
    ((PointsBallot(points=(('a', 1),)), 1),)
    """
    target = [-1] * len(election.projects)
    for number, (_, parts) in enumerate(groups):
        for part in parts:
            target[election.index[part]] = number
    sizes = [len(parts) for _, parts in groups]
    profile = election.profile
    if kernels.wanted(engine, len(profile.marks), _MARKS_WORTH_COMPILING):
        from wijkbudget.tally.kernels import narrowed as compiled

        made = compiled.narrowed(profile, target, sizes)
    else:
        made = _narrowed(profile, target, sizes)
    return Election(election.budget, tuple(project for project, _ in groups), made)


def _narrowed(profile: Profile, target: Sequence[int], sizes: Sequence[int]) -> Profile:
    """`target`: of each old place the new one, or -1; `sizes`: how many old projects each new one stands for."""
    made = Profile(profile.kind)
    known: dict[tuple[bytes, bytes], int] = {}
    for weight, marks, values in profile.rows():
        row = _row(profile.kind, marks, values, target, sizes)
        key = row[0].tobytes(), row[1].tobytes()
        if key in known:
            made.weights[known[key]] += weight
        else:
            known[key] = len(made)
            made.add(*row, weight)
    return made


def _row(
    kind: BallotKind, marks: Sequence[int], values: Sequence[int], target: Sequence[int], sizes: Sequence[int]
) -> tuple[array[int], array[int]]:
    found: dict[int, list[int]] = {}
    for mark, value in zip(marks, values or [1] * len(marks), strict=True):
        if target[mark] >= 0:
            found.setdefault(target[mark], []).append(value)
    whole = {number: given for number, given in found.items() if len(given) == sizes[number]}
    if kind is BallotKind.RANKING:
        lowest = {number: max(given) for number, given in whole.items()}
        dense = {rank: place for place, rank in enumerate(sorted(set(lowest.values())), 1)}
        order = sorted(lowest, key=lambda number: (lowest[number], number))
        return array("q", order), array("q", [dense[lowest[number]] for number in order])
    named = sorted(whole)
    points = [min(whole[number]) for number in named] if kind is BallotKind.POINTS else []
    return array("q", named), array("q", points)
