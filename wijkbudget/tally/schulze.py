"""The Schulze order of ranked projects, with py-vote-core as the engine that lists it.

The order is that of one pairwise matrix (`pairwise.compare`). py-vote-core counts anew after each winner it
takes out, which orders some elections differently below the first place. It therefore gets the strongest
paths themselves: those stay the same when a project leaves, so its order has to follow ours. Only this module
imports py-vote-core. Reglement: docs/rules/schulze.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from py3votecore.schulze_by_graph import SchulzeNPRByGraph

from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import EngineDisagreement
from wijkbudget.tally.order_rules import order_rule
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.profile import BallotKind


def schulze_places(pairwise: Pairwise) -> tuple[tuple[str, ...], ...]:
    """Groups of equal projects in Schulze order, best first, as listed by py-vote-core.

    Raises `EngineDisagreement` when its list contradicts our own strongest paths.

    >>> schulze_places(Pairwise(("a", "b"), ((0, 1), (2, 0)), ((0, 0), (2, 0))))
    (('b',), ('a',))
    """
    places = pairwise.places()
    listing = _engine_order(pairwise, [project_id for place in places for project_id in place])
    _check_follows(listing, pairwise)
    by_project = {project_id: number for number, place in enumerate(places) for project_id in place}
    grouped: list[list[str]] = [[] for _ in places]
    for project_id in listing:
        grouped[by_project[project_id]].append(project_id)
    return tuple(map(tuple, grouped))


def _engine_order(pairwise: Pairwise, tie_list: list[str]) -> list[str]:
    """All projects in py-vote-core's order; equal projects in the order of `tie_list`, never shuffled."""
    if len(tie_list) < 2:  # the library learns the projects from the pairs, and one project has none
        return list(tie_list)
    edges = _edges(pairwise.projects, pairwise.paths)
    return [str(project_id) for project_id in SchulzeNPRByGraph(edges, tie_breaker=list(tie_list)).order]


def _edges(projects: Sequence[str], paths: Sequence[Sequence[int]]) -> dict[tuple[str, str], float]:
    """A fresh matrix for the engine, zeros included: a missing pair would count as 1 there."""
    return {
        (first, second): paths[i][j]
        for i, first in enumerate(projects)
        for j, second in enumerate(projects)
        if i != j
    }


def _check_follows(listing: Sequence[str], pairwise: Pairwise) -> None:
    """Raise unless the list holds each project once and none comes after a project that it beats."""
    index: Mapping[str, int] = {project_id: i for i, project_id in enumerate(pairwise.projects)}
    if sorted(listing) != sorted(index):
        raise EngineDisagreement("py-vote-core does not list each project exactly once")
    numbers = [index[project_id] for project_id in listing]
    for position, later in enumerate(numbers):
        for earlier in numbers[:position]:
            if pairwise.paths[later][earlier] > pairwise.paths[earlier][later]:
                names = pairwise.projects[earlier], pairwise.projects[later]
                raise EngineDisagreement(f"py-vote-core lists {names[0]} before {names[1]}, which beats it")


def _by_schulze(election: Election) -> tuple[tuple[tuple[str, ...], ...], Pairwise]:
    pairwise = compare_pairs(election)
    return schulze_places(pairwise), pairwise


_RANKING = frozenset({BallotKind.RANKING})
_SKIP = "Volgorde volgens Schulze; wat niet past, wordt overgeslagen"
_STOP = "Volgorde volgens Schulze; stoppen bij het eerste dat niet past"

RULES = (
    order_rule("schulze", _SKIP, "schulze.md", _RANKING, _by_schulze, Misfit.SKIP),
    order_rule("schulze-stop", _STOP, "schulze.md", _RANKING, _by_schulze, Misfit.STOP),
)
