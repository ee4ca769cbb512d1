"""Compiled counting of rankings: who stands above whom, and the strongest paths through the duels.

Whole numbers of 64 bits only; nothing overflows while all ballots together are fewer than 2^63, which the weights
of a `Profile` never are. The pure counterparts are in tally/pairwise.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit

from wijkbudget.tally.profile import Profile


def wins(profile: Profile, number: Sequence[int], size: int) -> list[list[int]]:
    """`wins[i][j]`: ballots that rank i above j; `number` gives each project its row, or -1 to strike it."""
    matrix = _wins(
        _view(profile.weights),
        _view(profile.starts),
        _view(profile.marks),
        _view(profile.values),
        np.array(number, dtype=np.int64),
        size,
    )
    return _plain(matrix)


def strongest_paths(matrix: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strength of the strongest path between each pair of projects, from the matrix of wins."""
    size = len(matrix)
    return _plain(_paths(np.array(matrix, dtype=np.int64).reshape(size, size)))


def _view(numbers: Any) -> Any:
    """The array itself as numpy sees it, without a copy."""
    return np.frombuffer(numbers, dtype=np.int64) if len(numbers) else np.zeros(0, dtype=np.int64)


def _plain(matrix: Any) -> list[list[int]]:
    rows: list[list[int]] = matrix.tolist()
    return rows


@njit(cache=True)
def _wins(
    weights: Any, starts: Any, marks: Any, ranks: Any, number: Any, size: int
) -> Any:  # pragma: no cover
    """Start from the ballots that rank i, and take away those with another project above or beside it."""
    ranked = np.zeros(size, dtype=np.int64)
    exceptions = np.zeros((size, size), dtype=np.int64)
    seen = np.zeros(size, dtype=np.int64)
    for ballot in range(len(weights)):
        weight, at, end, known = weights[ballot], starts[ballot], starts[ballot + 1], 0
        while at < end:
            rank, equals = ranks[at], known
            while at < end and ranks[at] == rank:
                if number[marks[at]] >= 0:
                    seen[known] = number[marks[at]]
                    known += 1
                at += 1
            for here in range(equals, known):
                ranked[seen[here]] += weight
                row = exceptions[seen[here]]
                for there in range(known):
                    row[seen[there]] += weight
    above = np.zeros((size, size), dtype=np.int64)
    for i in range(size):
        for j in range(size):
            if i != j:
                above[i, j] = ranked[i] - exceptions[i, j]
    return above


@njit(cache=True)
def _paths(duels: Any) -> Any:  # pragma: no cover
    """Widest paths by going through one project more each time (Floyd and Warshall)."""
    size = len(duels)
    paths = np.zeros((size, size), dtype=np.int64)
    for i in range(size):
        for j in range(size):
            if duels[i, j] > duels[j, i]:
                paths[i, j] = duels[i, j]
    for via in range(size):
        for i in range(size):
            reach = paths[i, via]
            if reach == 0 or i == via:
                continue
            for j in range(size):
                if j != i:
                    through = min(reach, paths[via, j])
                    if through > paths[i, j]:
                        paths[i, j] = through
    return paths
