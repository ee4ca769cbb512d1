"""Which projects take part, for every rule: withdrawal, minimum support, quorum, eligibility, linked and rival projects.

A rule counts an election from which the projects out of consideration are gone, on the ballots too, and in which linked
projects are one. Afterwards each of them gets its step again. Reglement: docs/rules/conditions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import LotDoesNotFit, TallyError, UnknownProject
from wijkbudget.tally.narrowed import narrowed
from wijkbudget.tally.outcome import Decision, Lot
from wijkbudget.tally.prepared import LinkedProjects, Out, Prepared
from wijkbudget.tally.terms import Eligible, Terms

WITHDRAWN = Out(Decision.WITHDRAWN, "voorwaarden art. 1")
TOO_LITTLE_SUPPORT = Out(Decision.TOO_LITTLE_SUPPORT, "voorwaarden art. 2")
NO_QUORUM = Out(Decision.NO_QUORUM, "voorwaarden art. 3")
NOT_ELIGIBLE = Out(Decision.NOT_ELIGIBLE, "voorwaarden art. 4")
INCOMPATIBLE_ARTICLE = "voorwaarden art. 5"
LINKED = Out(Decision.LINKED, "voorwaarden art. 6")

Bundles = Mapping[str, tuple[str, ...]]
"""Of each project that stands for linked ones, its parts by id; it carries the id of the first."""


def prepare(
    election: Election, terms: Terms, *, keep: bool = False, out: Mapping[str, Out] | None = None
) -> Prepared:
    """Take out what does not take part, and make linked projects one; raises `TallyError` for terms that clash.

    `keep`: the rule itself shows withdrawn projects and those with too little support, so these stay in.
    `out`: projects that do not take part for another reason.

    >>> election = Election.of(100, [Project("a", 60), Project("b", 40)], [])
    >>> [project.cost for project in prepare(election, Terms(linked=(frozenset("ab"),))).election.projects]
    [100]
    """
    _check_sets(election, terms)
    if election.ballot_count < terms.quorum:
        parts = {project.id: WITHDRAWN if project.withdrawn else NO_QUORUM for project in election.projects}
        return Prepared(election, narrowed(election, [], terms.engine), _left_terms(terms, {}, parts), parts)
    bundles: Bundles = {min(group): tuple(sorted(group)) for group in terms.linked if len(group) > 1}
    bundled = _bundled(election, bundles, terms)
    votes = bundled.votes() if bundles or _needs_votes(terms, keep) else {}
    parts = {
        project_id: why
        for project_id, why in (out or {}).items()
        if not election.project(project_id).withdrawn
    }
    for project in bundled.projects:
        together = [election.project(part) for part in bundles.get(project.id, (project.id,))]
        parts.update(_left_before(together, out or {}, keep=keep))
        if parts.keys().isdisjoint(part.id for part in together):
            reason = _left_by_votes(bundled, project, votes, terms, keep=keep)
            parts.update((part.id, reason) for part in together if reason)
    groups = [(project, (project.id,)) for project in bundled.projects if project.id not in parts]
    counted = bundled if len(groups) == len(bundled.projects) else narrowed(bundled, groups, terms.engine)
    told = tuple(
        LinkedProjects(linked, votes[name], bundled.project(name).cost)
        for name, linked in sorted(bundles.items())
    )
    left = _left_terms(terms, bundles, parts)
    return Prepared(election, counted, left if keep else replace(left, min_support=0), parts, bundles, told)


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
    unknown = {
        name for group in (*terms.linked, *terms.incompatible) for name in group
    } - election.index.keys()
    if unknown:
        raise UnknownProject(f"a condition names project {min(unknown)}, which is not in this election")
    linked = [name for group in terms.linked for name in group]
    if len(set(linked)) < len(linked):
        twice = min(name for name in linked if linked.count(name) > 1)
        raise TallyError(f"project {twice} is linked twice; put all projects that go together in one set")
    for group in terms.linked:
        for rivals in terms.incompatible:
            if len(group & rivals) > 1:
                names = ", ".join(sorted(group & rivals))
                raise TallyError(f"projects {names} are linked, so they cannot exclude each other")


def _needs_votes(terms: Terms, keep: bool) -> bool:
    return bool(terms.min_support and not keep) or terms.eligible is Eligible.VOTES_PER_COST


def _bundled(election: Election, bundles: Bundles, terms: Terms) -> Election:
    """The election with each linked set as one project, which costs as much as its parts together."""
    if not bundles:
        return election
    later = {part for parts in bundles.values() for part in parts[1:]}
    groups = []
    for project in election.projects:
        parts = bundles.get(project.id, (project.id,))
        if project.id not in later:
            whole = [election.project(part) for part in parts]
            name = " + ".join(part.name for part in whole if part.name)
            cost, withdrawn = sum(part.cost for part in whole), any(part.withdrawn for part in whole)
            groups.append((Project(project.id, cost, name, withdrawn), parts))
    return narrowed(election, groups, terms.engine)


def _left_before(together: list[Project], out: Mapping[str, Out], *, keep: bool) -> Iterator[tuple[str, Out]]:
    """Those of a linked set (or the one project) that left before the count, and with them the others of the set."""
    gone = {part.id: WITHDRAWN for part in together if part.withdrawn}
    gone |= {part.id: out[part.id] for part in together if part.id in out and not part.withdrawn}
    if keep and len(together) == 1 and together[0].withdrawn:
        return
    for part in together if gone else ():
        yield part.id, gone.get(part.id, LINKED)


def _left_by_votes(
    election: Election, project: Project, votes: Mapping[str, int], terms: Terms, *, keep: bool
) -> Out | None:
    """Why a project gets too few votes to take part, if so. Świecie's filter in whole numbers: 3·B·votes ≥ cost·ballots."""
    if votes.get(project.id, 0) < terms.min_support:
        return None if keep else TOO_LITTLE_SUPPORT
    if terms.eligible is Eligible.ALL or project.withdrawn:
        return None
    enough = 3 * election.budget * votes[project.id] >= project.cost * election.ballot_count
    return None if enough else NOT_ELIGIBLE


def _left_terms(terms: Terms, bundles: Bundles, out: Mapping[str, Out]) -> Terms:
    """The terms as the rule gets them: about the projects that it counts, and without what is settled already."""
    stands_for = {part: name for name, parts in bundles.items() for part in parts}
    rivals = (
        frozenset(stands_for.get(part, part) for part in group if part not in out)
        for group in terms.incompatible
    )
    return replace(
        terms,
        lots=tuple(_left_lot(lot, stands_for, out) for lot in terms.lots),
        incompatible=tuple(group for group in rivals if len(group) > 1),
        linked=(),
        eligible=Eligible.ALL,
        quorum=0,
    )


def _left_lot(lot: Lot, stands_for: Mapping[str, str], out: Mapping[str, Out]) -> Lot:
    """The lot without the projects that are out; linked projects were drawn when the first of them was."""
    if len(set(lot.order)) < len(lot.order):
        raise LotDoesNotFit(lot.order, "names a project twice")
    left = dict.fromkeys(stands_for.get(part, part) for part in lot.order if part not in out)
    if not left:
        raise LotDoesNotFit(lot.order, "names no project that takes part")
    return Lot(tuple(left), lot.asked)
