"""Compiled version of `tally/narrowed.py`: ballots about fewer projects, each distinct ballot once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit

from wijkbudget.tally.kernels.columns import view
from wijkbudget.tally.profile import BallotKind, Profile


def narrowed(profile: Profile, target: Sequence[int], sizes: Sequence[int]) -> Profile:
    """`target`: of each old place the new one, or -1; `sizes`: how many old projects each new one stands for."""
    starts, marks, values, keys = _rows(
        view(profile.starts),
        view(profile.marks),
        view(profile.values),
        np.array(target, dtype=np.int64),
        np.array(sizes, dtype=np.int64),
        profile.kind is BallotKind.RANKING,
    )
    order = np.argsort(keys, kind="stable")
    first, weights = _same(starts, marks, values, keys, order, view(profile.weights))
    starts, marks, values = _only(starts, marks, values, first)
    return Profile(profile.kind, _plain(weights[first]), _plain(starts), _plain(marks), _plain(values))


def _plain(numbers: Any) -> array[int]:
    plain = array("q")
    plain.frombytes(np.ascontiguousarray(numbers).tobytes())
    return plain


@njit(cache=True)
def _rows(
    starts: Any, marks: Any, values: Any, target: Any, sizes: Any, ranking: bool
) -> Any:  # pragma: no cover
    """Each ballot in terms of the new projects, and a number (a hash) that equal ballots share."""
    made_starts = np.zeros(len(starts), np.int64)
    made, beside = np.empty(len(marks), np.int64), np.empty(len(values), np.int64)
    keys = np.zeros(len(starts) - 1, np.uint64)
    parts, level = np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.int64)
    touched, fill = np.empty(len(sizes), np.int64), 0
    for ballot in range(len(starts) - 1):
        begin, known = fill, 0
        for at in range(starts[ballot], starts[ballot + 1]):
            number = target[marks[at]]
            if number >= 0:
                if parts[number] == 0:
                    touched[known] = number
                    known += 1
                value = values[at] if len(values) else 1
                if parts[number] == 0 or (value > level[number]) == ranking:
                    level[number] = value
                parts[number] += 1
        fill = _put_in_order(touched[:known], parts, sizes, level, ranking, made, begin)
        keys[ballot] = _put_beside(made, begin, fill, level, ranking, beside)
        made_starts[ballot + 1] = fill
    return made_starts, made[:fill], beside[: fill if len(values) else 0], keys


@njit(cache=True)
def _put_in_order(
    touched: Any, parts: Any, sizes: Any, level: Any, ranking: bool, made: Any, begin: int
) -> int:  # pragma: no cover
    """Write the projects of which all parts are named, in order; `parts` is all zero again. Gives where they end."""
    fill = begin
    for number in touched:
        if parts[number] == sizes[number]:
            at = fill
            while at > begin and _stands_before(
                number, level[number], made[at - 1], level[made[at - 1]], ranking
            ):
                made[at] = made[at - 1]
                at -= 1
            made[at] = number
            fill += 1
        parts[number] = 0
    return fill


@njit(cache=True)
def _put_beside(
    made: Any, begin: int, fill: int, level: Any, ranking: bool, beside: Any
) -> Any:  # pragma: no cover
    """Write the points, or the ranks numbered anew from 1, beside the projects of one ballot; gives its hash."""
    rank, last, key = 0, -1, np.uint64(fill - begin)
    for at in range(begin, fill):
        value = level[made[at]]
        if ranking:
            rank += value != last
            last, value = value, rank
        key = _mix(key, made[at])
        if len(beside):
            beside[at] = value
            key = _mix(key, value)
    return key


@njit(cache=True)
def _stands_before(
    number: int, level: int, other: int, other_level: int, ranking: bool
) -> bool:  # pragma: no cover
    if ranking and level != other_level:
        return level < other_level
    return number < other


@njit(cache=True)
def _mix(key: Any, value: int) -> Any:  # pragma: no cover
    key = (key ^ np.uint64(value)) * np.uint64(0x9E3779B97F4A7C15)
    return key ^ (key >> np.uint64(29))


@njit(cache=True)
def _same(starts: Any, marks: Any, values: Any, keys: Any, order: Any, cast: Any) -> Any:  # pragma: no cover
    """Which ballots come first of their content, and how often that was cast; equal keys are compared in full."""
    weights, first = cast.copy(), np.ones(len(order), np.bool_)
    run = 0
    for place in range(len(order)):
        ballot = order[place]
        if keys[ballot] != keys[order[run]]:
            run = place
        for earlier in range(run, place):
            other = order[earlier]
            if first[other] and _equal(starts, marks, values, ballot, other):
                weights[other] += weights[ballot]
                first[ballot] = False
                break
    return np.nonzero(first)[0], weights


@njit(cache=True)
def _equal(starts: Any, marks: Any, values: Any, ballot: int, other: int) -> bool:  # pragma: no cover
    here, there, size = starts[ballot], starts[other], starts[ballot + 1] - starts[ballot]
    if starts[other + 1] - there != size:
        return False
    for step in range(size):
        if marks[here + step] != marks[there + step]:
            return False
        if len(values) and values[here + step] != values[there + step]:
            return False
    return True


@njit(cache=True)
def _only(starts: Any, marks: Any, values: Any, kept: Any) -> Any:  # pragma: no cover
    """The arrays with only these ballots."""
    made_starts = np.zeros(len(kept) + 1, np.int64)
    for place in range(len(kept)):
        made_starts[place + 1] = made_starts[place] + starts[kept[place] + 1] - starts[kept[place]]
    made = np.empty(made_starts[-1], np.int64)
    beside = np.empty(made_starts[-1] if len(values) else 0, np.int64)
    for place in range(len(kept)):
        begin = starts[kept[place]]
        for step in range(made_starts[place + 1] - made_starts[place]):
            made[made_starts[place] + step] = marks[begin + step]
            if len(values):
                beside[made_starts[place] + step] = values[begin + step]
    return made_starts, made, beside
