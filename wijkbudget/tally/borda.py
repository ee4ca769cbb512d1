"""Borda: on each ballot a project gets a point for every project it stands above, and half for every equal one.

On a complete strict ranking of m projects that is m-1 for the first down to 0 for the last; equal projects, and all
unranked ones, get the average of the places they take together. Reglement: docs/rules/borda.md.

Source: J.-C. de Borda, "Mémoire sur les élections au scrutin", Histoire de l'Académie Royale des Sciences (1781).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.order_rules import Ordering, order_rule
from wijkbudget.tally.outcome import Basis
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.terms import Terms


@dataclass(frozen=True, slots=True)
class BordaPoints(Basis):
    """The points of a project on all ballots together; a whole number or a half more."""

    points: Fraction


def borda_points(pairwise: Pairwise, ballots: int) -> dict[str, Fraction]:
    """Points of each project, from the duels: the ballots that put it above another count 1, the undecided ones ½.

    >>> duels = Pairwise(("a", "b"), ((0, 3), (1, 0)), ((0, 3), (0, 0)))
    >>> {project_id: str(points) for project_id, points in borda_points(duels, ballots=5).items()}
    {'a': '7/2', 'b': '3/2'}
    """
    size = range(len(pairwise.projects))
    twice = (sum(ballots + pairwise.wins[i][j] - pairwise.wins[j][i] for j in size if j != i) for i in size)
    return {
        project_id: Fraction(points, 2) for project_id, points in zip(pairwise.projects, twice, strict=True)
    }


def _by_borda(election: Election, terms: Terms) -> Ordering:
    pairwise = compare_pairs(election, terms.engine)
    points = borda_points(pairwise, election.ballot_count)
    order = sorted(points, key=lambda project_id: (-points[project_id], project_id))
    places = [tuple(group) for _, group in groupby(order, key=points.__getitem__)]
    return Ordering(
        places, pairwise, {project_id: BordaPoints(given) for project_id, given in points.items()}
    )


_TITLE = "Volgorde volgens Borda-punten; wat niet past, wordt overgeslagen"
_RANKING = frozenset({BallotKind.RANKING})

RULES = (order_rule("borda", _TITLE, "borda.md", _RANKING, _by_borda, Misfit.SKIP),)
