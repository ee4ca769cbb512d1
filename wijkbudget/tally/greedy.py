"""Greedy by votes: fund the projects with most approvals first, as far as the money goes.

`greedy` passes over a project that no longer fits, `greedy-stop` stops at it.
Reglement: docs/rules/greedy.md.
"""

from __future__ import annotations

from itertools import groupby

from wijkbudget.tally.election import Election


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
