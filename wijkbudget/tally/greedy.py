"""Greedy by votes: fund the projects with most approvals first, as far as the money goes.

`greedy` passes over a project that no longer fits, `greedy-stop` stops at it.
Reglement: docs/rules/greedy.md.
"""

from __future__ import annotations

from itertools import groupby

from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.order_rules import order_rule
from wijkbudget.tally.profile import BallotKind


def approval_places(election: Election) -> tuple[tuple[str, ...], ...]:
    """Groups of projects with equally many approvals, most first; withdrawn projects have no place.

    >>> from wijkbudget.tally.election import ApprovalBallot, Project
    >>> ballots = [ApprovalBallot(frozenset({"b"}))]
    >>> approval_places(Election.of(9, [Project("a", 1), Project("b", 2), Project("c", 3)], ballots))
    (('b',), ('a', 'c'))
    """
    votes = election.votes()
    ids = sorted(project.id for project in election.projects if not project.withdrawn)
    ids.sort(key=lambda project_id: -votes[project_id])
    return tuple(tuple(group) for _, group in groupby(ids, key=lambda project_id: votes[project_id]))


def _by_approvals(election: Election) -> tuple[tuple[tuple[str, ...], ...], None]:
    return approval_places(election), None


_APPROVAL = frozenset({BallotKind.APPROVAL})
_SKIP = "Meeste stemmen eerst; wat niet past, wordt overgeslagen"
_STOP = "Meeste stemmen eerst; stoppen bij het eerste dat niet past"

RULES = (
    order_rule("greedy", _SKIP, "greedy.md", _APPROVAL, _by_approvals, Misfit.SKIP),
    order_rule("greedy-stop", _STOP, "greedy.md", _APPROVAL, _by_approvals, Misfit.STOP),
)
