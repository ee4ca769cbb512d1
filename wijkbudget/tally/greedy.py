"""Greedy rules: fund the projects with most support first, as far as the money goes.

`greedy` passes over a project that no longer fits, `greedy-stop` stops at it, `greedy-remainder` offers it what is left
for a smaller version. `greedy-per-cost` goes by support per euro. Support is the number of approvals, or the points.
Reglements: docs/rules/greedy.md, greedy-remainder.md and greedy-per-cost.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.order_rules import Ordering, order_rule
from wijkbudget.tally.outcome import Basis
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.terms import Terms

Places = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PointsGiven(Basis):
    """The points of a project on all ballots together."""

    points: int


@dataclass(frozen=True, slots=True)
class CostPerVote(Basis):
    """The support of a project (votes, or points) and what it costs for each of these; None without support."""

    support: int
    per_vote_cents: Fraction | None

    @classmethod
    def of(cls, project: Project, support: int) -> CostPerVote:
        """The numbers of one project."""
        return cls(support, Fraction(project.cost, support) if support else None)


def places_by(election: Election, worth: Callable[[Project], int | Fraction]) -> Places:
    """Groups of projects that are worth as much, most first; withdrawn projects have no place.

    >>> election = Election.of(9, [Project("a", 1), Project("b", 2), Project("c", 1)], [])
    >>> places_by(election, lambda project: project.cost)
    (('b',), ('a', 'c'))
    """
    worths = {project.id: worth(project) for project in election.projects if not project.withdrawn}
    ids = sorted(sorted(worths), key=worths.__getitem__, reverse=True)
    return tuple(tuple(group) for _, group in groupby(ids, key=worths.__getitem__))


def approval_places(election: Election) -> Places:
    """Groups of projects with equal support, most first.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> ballots = [ApprovalBallot(frozenset({"b"}))]
    >>> approval_places(Election.of(9, [Project("a", 1), Project("b", 2), Project("c", 3)], ballots))
    (('b',), ('a', 'c'))
    """
    points = election.points()
    return places_by(election, lambda project: points[project.id])


def _by_support(election: Election, _: Terms) -> Ordering:
    points = election.points() if election.kind is BallotKind.POINTS else {}
    bases = {project_id: PointsGiven(given) for project_id, given in points.items()}
    return Ordering(approval_places(election), bases=bases)


def _by_support_per_cost(election: Election, _: Terms) -> Ordering:
    points = election.points()
    places = places_by(election, lambda project: Fraction(points[project.id], project.cost))
    bases = {project.id: CostPerVote.of(project, points[project.id]) for project in election.projects}
    return Ordering(places, bases=bases)


_KINDS = frozenset({BallotKind.APPROVAL, BallotKind.POINTS})
_SKIP = "Meeste stemmen eerst; wat niet past, wordt overgeslagen"
_STOP = "Meeste stemmen eerst; stoppen bij het eerste dat niet past"
_OFFER = "Meeste stemmen eerst; het eerste dat niet past, krijgt de rest aangeboden"
_PER_COST = "Meeste stemmen per euro eerst; wat niet past, wordt overgeslagen"

RULES = (
    order_rule("greedy", _SKIP, "greedy.md", _KINDS, _by_support, Misfit.SKIP),
    order_rule("greedy-stop", _STOP, "greedy.md", _KINDS, _by_support, Misfit.STOP),
    order_rule("greedy-remainder", _OFFER, "greedy-remainder.md", _KINDS, _by_support, Misfit.OFFER),
    order_rule("greedy-per-cost", _PER_COST, "greedy-per-cost.md", _KINDS, _by_support_per_cost, Misfit.SKIP),
)
