"""The same election with one thing about one project changed, counted again by the same rule.

Ties in such a recount go against the project: it stands last in every tie, unless a lot that was drawn says
otherwise. Lots that were drawn keep their order. That needs no lots of its own: the projects get other ids, in the
order in which ties are to be settled, and ties are settled by id. Reglement: docs/rules/afstanden.md.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter

from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.outcome import Lot, Outcome
from wijkbudget.tally.profile import BallotKind, Profile
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.rules import count_by
from wijkbudget.tally.terms import Terms


def tie_order(election: Election, lots: Iterable[Lot], last: Collection[str]) -> tuple[str, ...]:
    """All projects in the order in which ties are settled: as drawn, else by id, and `last` as late as possible.

    Where lots contradict each other, the earlier one holds.

    >>> election = Election.of(1, [Project(name, 1) for name in "abcd"], [])
    >>> tie_order(election, [], last=["b"])
    ('a', 'c', 'd', 'b')
    >>> tie_order(election, [Lot(("d", "b", "a"))], last=["b"])
    ('c', 'd', 'b', 'a')
    """
    after: dict[str, set[str]] = {project.id: set() for project in election.projects}
    for lot in lots:
        for place, earlier in enumerate(lot.order):
            for later in lot.order[place + 1 :]:
                if not _reaches(after, later, earlier):
                    after[earlier].add(later)
    rest = sorted(after)
    order: list[str] = []
    while rest:
        held_back = {later for project_id in rest for later in after[project_id]}
        free = [project_id for project_id in rest if project_id not in held_back]
        order.append(next((project_id for project_id in free if project_id not in last), free[0]))
        rest.remove(order[-1])
    return tuple(order)


def _reaches(after: dict[str, set[str]], start: str, goal: str) -> bool:
    """Whether the lots so far already put `start` before `goal`."""
    to_do, seen = [start], {start}
    while to_do:
        project_id = to_do.pop()
        if goal in after[project_id]:
            return True
        to_do += after[project_id] - seen
        seen |= after[project_id]
    return False


class WhatIf:
    """Recounts of one election for one project; every question costs one count.

    An extra ballot for a project that is linked to others names them all, on a ranking as equals.
    `points`: what an extra supporter gives the project on a points ballot; unless told, the most that any ballot
    gives to one project. `recounts` is the number of counts made so far.
    """

    def __init__(
        self, election: Election, chosen: Rule, terms: Terms, project_id: str, points: int | None = None
    ) -> None:
        place = election.index[election.project(project_id).id]
        together = next((parts for parts in terms.linked if project_id in parts), frozenset({project_id}))
        order = tie_order(election, terms.lots, together)
        width = len(str(len(order)))
        new_ids = {old: f"{number:0{width}}" for number, old in enumerate(order)}
        projects = [replace(election.project(old), id=new_ids[old]) for old in order]
        places = [int(new_ids[project.id]) for project in election.projects]
        self._election = Election(election.budget, tuple(projects), _moved(election.profile, places))
        self._terms = replace(
            terms,
            lots=(),
            ties="lexicographic",
            incompatible=_renamed(terms.incompatible, new_ids),
            linked=_renamed(terms.linked, new_ids),
            progress=None,
        )
        self._progress = terms.progress
        self._chosen, self._place = chosen, places[place]
        self.kind = election.kind or min(chosen.ballot_kinds)
        self.points = self._usual_points(points) if self.kind is BallotKind.POINTS else None
        marks = sorted(int(new_ids[part]) for part in together)
        self._more = _with_row(self._election.profile, self.kind, marks, self.points)
        self.recounts = 0

    def outcome(self, *, cost: int | None = None, supporters: int = 0) -> Outcome:
        """The outcome with another cost (cents) for the project, or with extra ballots that name only the project.

        Its ids are the order of ties, not those of the election.
        """
        self.recounts += 1
        projects, profile = self._election.projects, self._election.profile
        if cost is not None:
            projects = tuple(
                replace(project, cost=cost) if place == self._place else project
                for place, project in enumerate(projects)
            )
        if supporters:
            profile, row = self._more
            weights = array("q", profile.weights)
            weights[row] += supporters
            profile = Profile(self.kind, weights, profile.starts, profile.marks, profile.values)
        counted = count_by(self._chosen, Election(self._election.budget, projects, profile), self._terms)
        if not isinstance(counted, Outcome):
            raise TallyError(f"rule {self._chosen.name} asks for a lot although ties are settled by id")
        if self._progress:
            self._progress("recounts", self.recounts, None)
        return counted

    def funded(self, *, cost: int | None = None, supporters: int = 0) -> bool:
        """Whether the project gets money then."""
        return self.project.id in self.outcome(cost=cost, supporters=supporters).funded

    @property
    def project(self) -> Project:
        """The project as it stands in the recounts."""
        return self._election.projects[self._place]

    def _usual_points(self, points: int | None) -> int:
        return points or max(self._election.profile.values, default=1)


def _renamed(sets: Iterable[frozenset[str]], new_ids: dict[str, str]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(new_ids[old] for old in projects) for projects in sets)


def _moved(profile: Profile, places: Sequence[int]) -> Profile:
    """The same ballots when the project at place k moves to `places[k]`."""
    if list(places) == sorted(places):
        return profile
    marks = [places[mark] for mark in profile.marks]
    values, starts = list(profile.values), profile.starts
    for k in range(len(profile)):
        start, end = starts[k], starts[k + 1]
        if end - start < 2:
            continue
        if profile.kind is BallotKind.APPROVAL:
            marks[start:end] = sorted(marks[start:end])
            continue
        pairs = list(zip(marks[start:end], values[start:end], strict=True))
        pairs.sort(key=itemgetter(1, 0) if profile.kind is BallotKind.RANKING else itemgetter(0))
        marks[start:end], values[start:end] = map(list, zip(*pairs, strict=True))
    return Profile(profile.kind, profile.weights, starts, array("q", marks), array("q", values))


def _with_row(
    profile: Profile, kind: BallotKind, marks: Sequence[int], points: int | None
) -> tuple[Profile, int]:
    """The ballots with a row for the one that names only these projects, and the number of that row.

    If nobody cast that ballot its row counts zero times: give it a weight before counting.
    """
    values = [] if kind is BallotKind.APPROVAL else [points or 1] * len(marks)
    for row in range(len(profile)):
        start, end = profile.starts[row], profile.starts[row + 1]
        if end - start == len(marks) and profile.marks[start:end].tolist() == marks:
            given = profile.values[start:end].tolist()
            if given == values:
                return profile, row
    arrays = (profile.weights, profile.starts, profile.marks, profile.values)
    longer = Profile(kind, *(array("q", numbers) for numbers in arrays))
    longer.add(marks, values, 0)
    return longer, len(longer) - 1
