"""Fairness laws that an outcome meets or breaks, each decided exactly and shown by a witness when broken.

EJR+ up to any project: after M. Brill and J. Peters, "Robust and Verifiable Proportionality Axioms for Multiwinner
Voting", EC 2023, and D. Peters, G. Pierczyński and P. Skowron, "Proportional Participatory Budgeting with Additive
Utilities", NeurIPS 2021; a project is worth its cost to a supporter. Condorcet: after the Marquis de Condorcet (1785),
for a winner that the budget can pay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from wijkbudget.tally.election import Election
from wijkbudget.tally.gains import Gains, Measure, gains
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.profile import BallotKind


class Axiom(StrEnum):
    """A law that an outcome may meet."""

    EXHAUSTIVE = "exhaustive"
    EJR_PLUS = "ejr-plus-up-to-any"
    PRICEABLE = "priceable"
    CONDORCET = "condorcet"


@dataclass(frozen=True, slots=True)
class Witness:
    """What shows that a law is broken, so that anyone can check it."""


@dataclass(frozen=True, slots=True)
class StillFits(Witness):
    """A project without money that costs no more than is left (cents)."""

    project: str
    cost_cents: int
    left_cents: int


@dataclass(frozen=True, slots=True)
class Underserved(Witness):
    """Supporters of a project without money who have too little, even with that project added.

    `supporters` voters name the project. Each has at most `have_cents` of funded projects. Their part of the budget is
    `deserve_cents`, and `have_cents` plus the cost is not more than that.
    """

    project: str
    supporters: int
    cost_cents: int
    have_cents: int
    deserve_cents: Fraction


@dataclass(frozen=True, slots=True)
class PassedOver(Witness):
    """A project that wins every duel and that the budget can pay, but that has no money; its closest duel."""

    project: str
    cost_cents: int
    rival: str | None
    votes_for: int
    votes_against: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether an outcome meets a law; `met` None: not decided, or not for ballots of this kind (`note` says which)."""

    axiom: Axiom
    met: bool | None
    witness: Witness | None = None
    note: str = ""


def exhaustive(election: Election, funded: Collection[str]) -> Finding:
    """Whether no project that takes part still fits in what is left; the witness is the cheapest one that does.

    >>> from wijkbudget.tally.election import Project
    >>> exhaustive(Election.of(100, [Project("a", 60), Project("b", 70)], []), ["a"]).met
    True
    """
    costs = {project.id: project.cost for project in election.projects}
    left = election.budget - sum(costs[project_id] for project_id in funded)
    fitting = sorted(
        (project.cost, project.id)
        for project in election.projects
        if not project.withdrawn and project.id not in funded and project.cost <= left
    )
    if not fitting:
        return Finding(Axiom.EXHAUSTIVE, met=True)
    return Finding(Axiom.EXHAUSTIVE, met=False, witness=StillFits(fitting[0][1], fitting[0][0], left))


def ejr_plus(election: Election, funded: Collection[str], got: Gains | None = None) -> Finding:
    """EJR+ up to any project, for approval ballots; the witness is the largest group that is underserved.

    Pass `got` if the gains of these projects are known already.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> ballots = [ApprovalBallot(frozenset({"a"}))] * 2 + [ApprovalBallot(frozenset({"b"}))]
    >>> election = Election.of(90, [Project("a", 90), Project("b", 30)], ballots)
    >>> ejr_plus(election, ["a"]).witness
    Underserved(project='b', supporters=1, cost_cents=30, have_cents=0, deserve_cents=Fraction(30, 1))
    """
    if election.profile.kind is not BallotKind.APPROVAL:
        return Finding(Axiom.EJR_PLUS, met=None, note="defined for approval ballots")
    found = underserved(election, funded, got)
    worst = max(found, key=lambda witness: witness.supporters, default=None)
    return Finding(Axiom.EJR_PLUS, worst is None, worst)


def underserved(
    election: Election, funded: Collection[str], got: Gains | None = None
) -> tuple[Underserved, ...]:
    """Of every project without money that breaks EJR+ up to any the largest group that shows it, by id.

    A group of k of its n voters breaks it if for each of them the funded projects named and the project itself
    cost no more together than k/n of the budget. Time grows with the marks on the ballots.
    """
    have: dict[int, Counter[int]] = {
        place: Counter()
        for place, project in enumerate(election.projects)
        if project.id not in funded and not project.withdrawn
    }
    cents = (got or gains(election, funded)).by_measure[Measure.COST]
    for worth, (weight, marks, _) in zip(cents, election.profile.rows(), strict=True):
        for mark in marks:
            if mark in have:
                have[mark][worth] += weight
    voters = election.ballot_count
    found = []
    for place, spread in have.items():
        project, group, largest = election.projects[place], 0, None
        for worth in sorted(spread):
            group += spread[worth]
            if (worth + project.cost) * voters <= election.budget * group:
                deserve = Fraction(election.budget * group, voters)
                largest = Underserved(project.id, group, project.cost, worth, deserve)
        if largest:
            found.append(largest)
    return tuple(found)


def condorcet(election: Election, funded: Collection[str], pairwise: Pairwise | None = None) -> Finding:
    """Whether the project that wins every duel, if there is one that the budget can pay, is funded.

    For ranking ballots. Pass `pairwise` if the duels are counted already.
    """
    if election.profile.kind is not BallotKind.RANKING:
        return Finding(Axiom.CONDORCET, met=None, note="defined for ranking ballots")
    duels = pairwise or compare_pairs(election)
    for i, project_id in enumerate(duels.projects):
        won = [
            (duels.wins[i][j], duels.wins[j][i], rival) for j, rival in enumerate(duels.projects) if j != i
        ]
        project = election.project(project_id)
        if (
            project_id in funded
            or project.cost > election.budget
            or any(ours <= theirs for ours, theirs, _ in won)
        ):
            continue
        ours, theirs, rival = min(won, key=lambda duel: duel[0] - duel[1], default=(0, 0, None))
        return Finding(
            Axiom.CONDORCET, met=False, witness=PassedOver(project_id, project.cost, rival, ours, theirs)
        )
    return Finding(Axiom.CONDORCET, met=True)
