"""py-vote-core, the reference engine for Schulze and ranked pairs; only this module speaks to it.

It gets fresh copies, since it changes what it is given, with zeros included, since a missing pair would count as 1 there;
and always a tie-breaker list, so that it never shuffles.
"""

from __future__ import annotations

from collections.abc import Sequence

from py3votecore.ranked_pairs import RankedPairs
from py3votecore.schulze_by_graph import SchulzeMethodByGraph, SchulzeNPRByGraph

Edges = dict[tuple[str, str], float]


def schulze_order(projects: Sequence[str], strengths: Sequence[Sequence[int]]) -> list[str]:
    """These projects in its order; equal ones as they are given.

    >>> schulze_order(["a", "b"], [[0, 1], [2, 0]])
    ['b', 'a']
    """
    if len(projects) < 2:  # it learns the projects from the pairs, and one project has none
        return list(projects)
    engine = SchulzeNPRByGraph(_edges(projects, strengths), tie_breaker=list(projects))
    return [str(name) for name in engine.order]


def schulze_winner(projects: Sequence[str], wins: Sequence[Sequence[int]], tie_list: Sequence[str]) -> str:
    """The winner that it finds by itself from the counted duels; at least two projects."""
    return str(SchulzeMethodByGraph(_edges(projects, wins), tie_breaker=list(tie_list)).winner)


def ranked_pairs_winner(projects: Sequence[str], wins: Sequence[Sequence[int]]) -> str:
    """The winner of its ranked pairs on duels that are counted already; at least two projects."""
    return str(_FromDuels(_edges(projects, wins), projects).winner)


class _FromDuels(RankedPairs):  # type: ignore[misc]
    """Its ranked pairs, which of itself only starts from ballots."""

    standardize_ballots = SchulzeMethodByGraph.standardize_ballots
    ballots_into_graph = SchulzeMethodByGraph.ballots_into_graph

    def __init__(self, edges: Edges, projects: Sequence[str]) -> None:
        self.edges = edges
        super().__init__([], tie_breaker=list(projects))


def _edges(projects: Sequence[str], strengths: Sequence[Sequence[int]]) -> Edges:
    return {
        (first, second): strengths[i][j]
        for i, first in enumerate(projects)
        for j, second in enumerate(projects)
        if i != j
    }
