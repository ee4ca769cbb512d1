"""Which projects take part, for every rule: withdrawal, minimum support, quorum, eligibility, linked and rival projects.

A rule counts an election from which the projects out of consideration are gone, on the ballots too, and in which linked
projects are one. Afterwards each of them gets its step again. Reglement: docs/rules/conditions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import TallyError, UnknownProject
from wijkbudget.tally.outcome import Decision, LotRequired, Outcome, Step
from wijkbudget.tally.profile import BallotKind, Profile
from wijkbudget.tally.terms import Eligible, Terms

_ARTICLES = {
    Decision.WITHDRAWN: "voorwaarden art. 1",
    Decision.TOO_LITTLE_SUPPORT: "voorwaarden art. 2",
    Decision.NO_QUORUM: "voorwaarden art. 3",
    Decision.NOT_ELIGIBLE: "voorwaarden art. 4",
}
INCOMPATIBLE_ARTICLE = "voorwaarden art. 5"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The election as a rule counts it, and what is needed to tell the outcome in terms of the original.

    `out`: projects that do not take part, with the reason. `bundles`: of each project that stands for linked ones,
    its parts by id; it carries the id of the first.
    """

    original: Election
    election: Election
    terms: Terms
    out: Mapping[str, Decision] = field(default_factory=dict)
    bundles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def restore(self, result: Outcome | LotRequired) -> Outcome | LotRequired:
        """The same result with a step for every project of the original election."""
        if not self.out and not self.bundles:
            return result
        if isinstance(result, LotRequired):
            return replace(result, steps_so_far=tuple(self._steps(result.steps_so_far, complete=False)))
        steps = tuple(self._steps(result.steps, complete=True))
        funded = tuple(part for project_id in result.funded for part in self._parts(project_id))
        return replace(result, steps=steps, funded=funded)

    def _parts(self, project_id: str) -> tuple[str, ...]:
        return self.bundles.get(project_id, (project_id,))

    def _steps(self, steps: Sequence[Step], *, complete: bool) -> Iterator[Step]:
        votes, number, left = self.original.votes(), 0, self.original.budget
        for step in steps:
            for part in self._parts(step.project):
                number, before = number + 1, left
                cost = self.original.project(part).cost
                paid = cost if step.decision is Decision.FUNDED else step.left_before - step.left_after
                left -= paid
                yield replace(
                    step,
                    number=number,
                    project=part,
                    votes=votes[part],
                    cost=cost,
                    left_before=before,
                    left_after=left,
                )
        for project_id in sorted(self.out) if complete else ():
            number += 1
            decision, cost = self.out[project_id], self.original.project(project_id).cost
            yield Step(
                number, None, project_id, votes[project_id], cost, left, left, decision, _ARTICLES[decision]
            )


def prepare(election: Election, terms: Terms, *, keep: bool = False) -> Prepared:
    """Take out what does not take part, and make linked projects one; raises `TallyError` for terms that clash.

    `keep`: the rule itself shows withdrawn projects and those with too little support, so these stay in.

    >>> election = Election.of(100, [Project("a", 60), Project("b", 40)], [])
    >>> [project.cost for project in prepare(election, Terms(linked=(frozenset("ab"),))).election.projects]
    [100]
    """
    _check_sets(election, terms)
    if election.ballot_count < terms.quorum:
        out = {project.id: Decision.NO_QUORUM for project in election.projects}
        return Prepared(election, _without(election, out), replace(terms, incompatible=(), linked=()), out)
    bundled, bundles = _bundled(election, terms.linked)
    incompatible = tuple(
        frozenset(_bundle_of(part, bundles) for part in rivals) for rivals in terms.incompatible
    )
    out = dict(_out(bundled, terms, keep=keep))
    parts = {
        part: decision if not _withdrawn_by_another(election, part, decision) else Decision.NOT_ELIGIBLE
        for project_id, decision in out.items()
        for part in bundles.get(project_id, (project_id,))
    }
    incompatible = tuple(
        rivals for rivals in (rivals - out.keys() for rivals in incompatible) if len(rivals) > 1
    )
    left = replace(terms, incompatible=incompatible, linked=(), eligible=Eligible.ALL, quorum=0)
    kept = {project_id: found for project_id, found in bundles.items() if project_id not in out}
    return Prepared(
        election, _without(bundled, out), left if keep else replace(left, min_support=0), parts, kept
    )


def rivals_of(incompatible: Iterable[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Of each project that excludes others, which.

    >>> rivals_of([frozenset("ab"), frozenset("bc")])["b"] == frozenset("ac")
    True
    """
    rivals: dict[str, frozenset[str]] = {}
    for group in incompatible:
        for project_id in group:
            rivals[project_id] = rivals.get(project_id, frozenset()) | (group - {project_id})
    return rivals


def _check_sets(election: Election, terms: Terms) -> None:
    """Refuse sets that name unknown projects, overlap where they may not, or contradict each other."""
    for project_id in {name for group in (*terms.linked, *terms.incompatible) for name in group}:
        if project_id not in election.index:
            raise UnknownProject(f"a condition names project {project_id}, which is not in this election")
    linked = [name for group in terms.linked for name in group]
    if len(set(linked)) < len(linked):
        twice = min(name for name in linked if linked.count(name) > 1)
        raise TallyError(f"project {twice} is linked twice; put all projects that go together in one set")
    for group in terms.linked:
        for rivals in terms.incompatible:
            if len(group & rivals) > 1:
                names = ", ".join(sorted(group & rivals))
                raise TallyError(f"projects {names} are linked, so they cannot exclude each other")


def _out(election: Election, terms: Terms, *, keep: bool) -> Iterator[tuple[str, Decision]]:
    votes, ballots = election.votes(), election.ballot_count
    for project in election.projects:
        enough = votes[project.id] * 3 * election.budget >= project.cost * ballots
        if project.withdrawn:
            if not keep:
                yield project.id, Decision.WITHDRAWN
        elif votes[project.id] < terms.min_support:
            if not keep:
                yield project.id, Decision.TOO_LITTLE_SUPPORT
        elif terms.eligible is Eligible.VOTES_PER_COST and not enough:
            yield project.id, Decision.NOT_ELIGIBLE


def _withdrawn_by_another(election: Election, part: str, decision: Decision) -> bool:
    """Whether a part goes out only because another part of its bundle was withdrawn."""
    return decision is Decision.WITHDRAWN and not election.project(part).withdrawn


def _bundle_of(part: str, bundles: Mapping[str, tuple[str, ...]]) -> str:
    return next((project_id for project_id, parts in bundles.items() if part in parts), part)


def _bundled(
    election: Election, linked: Iterable[frozenset[str]]
) -> tuple[Election, dict[str, tuple[str, ...]]]:
    """The election with each linked set as one project, and the parts of those."""
    bundles = {min(group): tuple(sorted(group)) for group in linked if len(group) > 1}
    if not bundles:
        return election, {}
    later = {part for parts in bundles.values() for part in parts[1:]}
    projects = []
    for project in election.projects:
        parts = [election.project(part) for part in bundles.get(project.id, (project.id,))]
        if project.id not in later:
            name = " + ".join(part.name for part in parts if part.name)
            withdrawn = any(part.withdrawn for part in parts)
            projects.append(Project(project.id, sum(part.cost for part in parts), name, withdrawn))
    place = {project.id: number for number, project in enumerate(projects)}
    sources = [
        (place[project.id], [election.index[part] for part in bundles.get(project.id, (project.id,))])
        for project in projects
    ]
    return Election(election.budget, tuple(projects), _mapped(election.profile, sources)), bundles


def _without(election: Election, out: Mapping[str, Decision]) -> Election:
    """The election without these projects; a ballot that named only them is blank now."""
    if not out:
        return election
    projects = tuple(project for project in election.projects if project.id not in out)
    sources = [(number, [election.index[project.id]]) for number, project in enumerate(projects)]
    return Election(election.budget, projects, _mapped(election.profile, sources))


def _mapped(profile: Profile, sources: Sequence[tuple[int, Sequence[int]]]) -> Profile:
    """The same ballots about new projects: each is supported as far as its least supported part.

    `sources`: of each new project its number and the old places of its parts. On an approval ballot it is named if all
    parts are, points are the least of the parts' points, and its rank is that of the lowest part.
    """
    made = Profile(profile.kind)
    sizes = {number: len(parts) for number, parts in sources}
    target = {old: number for number, parts in sources for old in parts}
    for weight, marks, values in profile.rows():
        found: dict[int, list[int]] = {}
        for mark, value in zip(marks, values or [1] * len(marks), strict=True):
            if mark in target:
                found.setdefault(target[mark], []).append(value)
        whole = {number: given for number, given in found.items() if len(given) == sizes[number]}
        if profile.kind is BallotKind.RANKING:
            lowest = {number: max(given) for number, given in whole.items()}
            dense = {rank: place for place, rank in enumerate(sorted(set(lowest.values())), 1)}
            order = sorted(lowest, key=lambda number: (lowest[number], number))
            made.add(order, [dense[lowest[number]] for number in order], weight)
        else:
            named = sorted(whole)
            points = [min(whole[number]) for number in named] if profile.kind is BallotKind.POINTS else []
            made.add(named, points, weight)
    return made
