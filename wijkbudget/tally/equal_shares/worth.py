"""What each project is worth to whom: from ballots and the satisfaction asked for to `Shares`."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from wijkbudget.tally.election import Election
from wijkbudget.tally.equal_shares.run import Shares
from wijkbudget.tally.kernels import wanted
from wijkbudget.tally.profile import BallotKind, Profile
from wijkbudget.tally.terms import Engine, Satisfaction

_WORTH_COMPILING = 5_000_000
"""Marks on ballots from which the compiled loops are faster, loading them included."""


def shares_of(
    election: Election,
    satisfaction: Satisfaction,
    incompatible: Iterable[frozenset[str]] = (),
    engine: Engine = "auto",
) -> Shares:
    """The projects that may be bought, with their supporters.

    Approval: worth 1 to each supporter; points: the points; ranking: the Borda points of `borda_worths`. With cost
    as satisfaction the worth counts times the cost. A project dearer than the budget is left out.
    """
    projects = election.projects
    race = [p for p, project in enumerate(projects) if project.cost <= election.budget]
    groups, worths = _supporters(election.profile, len(projects), engine)
    bought = [p for p in race if groups[p]]
    by_cost = satisfaction is Satisfaction.COST
    ids = tuple(projects[p].id for p in bought)
    return Shares(
        budget=election.budget,
        ballots=election.ballot_count,
        weights=election.profile.weights,
        ids=ids,
        costs=tuple(projects[p].cost for p in bought),
        groups=tuple(groups[p] for p in bought),
        worths=tuple(worths[p] for p in bought),
        factors=tuple(projects[p].cost if by_cost else 1 for p in bought),
        excludes=_excludes(ids, tuple(incompatible)),
    )


def _supporters(profile: Profile, projects: int, engine: Engine) -> tuple[list[array[int]], list[array[int]]]:
    """Of each project the groups that it is worth something to, and how much; no worths: 1 to all."""
    if profile.kind is not BallotKind.RANKING and wanted(engine, len(profile.marks), _WORTH_COMPILING):
        from wijkbudget.tally.kernels.columns import supporters

        return supporters(profile, projects)
    groups: list[array[int]] = [array("q") for _ in range(projects)]
    worths: list[array[int]] = [array("q") for _ in range(projects)]
    for row, (marks, values) in enumerate(_worths(profile, projects)):
        for place, mark in enumerate(marks):
            groups[mark].append(row)
            if values:
                worths[mark].append(values[place])
    return groups, worths


def _excludes(ids: tuple[str, ...], incompatible: tuple[frozenset[str], ...]) -> tuple[tuple[int, ...], ...]:
    if not incompatible:
        return ()
    rivals = {
        name: {other for rival in incompatible if name in rival for other in rival} - {name} for name in ids
    }
    return tuple(tuple(p for p, other in enumerate(ids) if other in rivals[name]) for name in ids)


def _worths(profile: Profile, projects: int) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Of each distinct ballot the projects that are worth something, and how much; nothing said: 1 each."""
    for _, marks, values in profile.rows():
        if profile.kind is BallotKind.RANKING:
            worth = borda_worths(values, projects)
            kept = [place for place, points in enumerate(worth) if points]
            yield [marks[place] for place in kept], [worth[place] for place in kept]
        else:
            yield marks, values


def borda_worths(ranks: Sequence[int], projects: int) -> list[int]:
    """Twice the Borda points of each ranked project, the last place counting one: twice one more than the projects below.

    Projects in one rank share the points of their places. A project that is not ranked is worth nothing to the voter, but
    counts as below those that are. Doubled, so that equal ranks stay whole numbers.

    >>> borda_worths([1, 2, 2], projects=5)
    [10, 7, 7]
    """
    sizes: dict[int, int] = {}
    for rank in ranks:
        sizes[rank] = sizes.get(rank, 0) + 1
    below = projects
    points: dict[int, int] = {}
    for rank in sorted(sizes):
        below -= sizes[rank]
        points[rank] = 2 * below + sizes[rank] + 1
    return [points[rank] for rank in ranks]
