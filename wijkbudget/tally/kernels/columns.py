"""Compiled turning of ballots into lists per project: who supports it, and what it is worth to them."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numba import njit

from wijkbudget.tally.profile import BallotKind, Profile


def view(numbers: array[int]) -> Any:
    """The array itself as numpy sees it, without a copy."""
    return np.frombuffer(numbers, dtype=np.int64) if len(numbers) else np.zeros(0, np.int64)


def columns(profile: Profile, projects: int) -> tuple[Any, Any, Any]:
    """Where the groups of each project begin, all groups one after the other, and the values beside them."""
    begin, groups, values = _columns(
        view(profile.starts), view(profile.marks), view(profile.values), projects
    )
    return begin, groups, values


def supporters(profile: Profile, projects: int) -> tuple[list[array[int]], list[array[int]]]:
    """Of each project the groups that name it and, for points, the points they give; plain arrays."""
    begin, groups, values = columns(profile, projects)
    parts = [slice(begin[project], begin[project + 1]) for project in range(projects)]
    worths = [_plain(values[part]) if profile.kind is BallotKind.POINTS else array("q") for part in parts]
    return [_plain(groups[part]) for part in parts], worths


def _plain(numbers: Any) -> array[int]:
    plain = array("q")
    plain.frombytes(numbers.tobytes())
    return plain


@njit(cache=True)
def _columns(starts: Any, marks: Any, values: Any, projects: int) -> Any:  # pragma: no cover
    begin = np.zeros(projects + 1, np.int64)
    for mark in marks:
        begin[mark + 1] += 1
    for project in range(projects):
        begin[project + 1] += begin[project]
    fill, groups = begin.copy(), np.empty(len(marks), np.int64)
    beside = np.empty(len(values), np.int64)
    for group in range(len(starts) - 1):
        for at in range(starts[group], starts[group + 1]):
            place = fill[marks[at]]
            groups[place] = group
            if len(values):
                beside[place] = values[at]
            fill[marks[at]] += 1
    return begin, groups, beside
