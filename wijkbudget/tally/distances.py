"""How far a project was from another result: how many more supporters, how much lower a cost, all else equal.

Every number comes from recounts of the whole election (`what_if`). After N. Boehmer, P. Faliszewski, Ł. Janeczko,
D. Peters, G. Pierczyński, Š. Schierreich, P. Skowron, S. Szufa, "Evaluation of Project Performance in Participatory
Budgeting", IJCAI 2024, pages 2678-2686: there the measures "cost reduction" and "adding approvals", of the
latter the kind with singletons: new ballots that name only the project. Reglement: docs/rules/afstanden.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Outcome
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.rules import rule
from wijkbudget.tally.terms import Completion, Eligible, Terms
from wijkbudget.tally.what_if import WhatIf

MOST_SCANNED = 16
"""Under a rule for which more can be worse, changes up to this size are all counted, to prove the smallest."""

_BY_PLACE = (
    "greedy",
    "greedy-stop",
    "greedy-remainder",
    "borda",
    "phragmen",
    "max-satisfaction",
)
_MORE_SUPPORT_HELPS = frozenset({*_BY_PLACE, "greedy-per-cost"})
_LOWER_COST_HELPS = frozenset({*_MORE_SUPPORT_HELPS, "schulze", "schulze-stop", "ranked-pairs"})
_SHARES = frozenset({"equal-shares", "equal-shares-borda"})
"""Rules for which it is proven (docs/adr/0023-distances.md) that a larger change never undoes a smaller one."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How large a change turns the decision on one project; in ballots or in cents.

    `enough`: with this change a recount decides otherwise; None if no such change was found. `not_enough`: with
    this one it does not, and it is one less; without `enough`, the largest change tried. `smallest`: nothing smaller
    is enough, for certain; without `enough`: no change up to `not_enough` is, for certain. If it is not certain,
    a smaller change might be enough too: under some rules more support can be worse than less.

    >>> Distance(enough=3, not_enough=2, smallest=True, recounts=4).found
    True
    """

    enough: int | None
    not_enough: int
    smallest: bool
    recounts: int = field(default=0, compare=False)

    @property
    def found(self) -> bool:
        """Whether there is a change that turns the decision."""
        return self.enough is not None


@dataclass(frozen=True, slots=True)
class Distances:
    """Both distances of a project without money; of a funded one how much higher a cost would have lost it.

    `supporters`: extra ballots that name only this project (with `points` on a points ballot, first and only on a
    ranking). `cost_lower`, `cost_higher`: cents. A withdrawn project has none.
    """

    project: str
    funded: bool
    supporters: Distance | None = None
    cost_lower: Distance | None = None
    cost_higher: Distance | None = None
    points: int | None = None


def distances(
    election: Election,
    rule_name: str | Rule,
    outcome: Outcome,
    terms: Terms | None = None,
    *,
    projects: Iterable[str] | None = None,
    points: int | None = None,
) -> dict[str, Distances]:
    """The distances of these projects (all, unless told) from another decision than in `outcome`.

    `terms` are those of the outcome, with its lots. Their `progress` is told after every recount and every project.
    A distance takes a few recounts for `greedy`; otherwise about as many as the largest change has binary digits,
    twice that and `MOST_SCANNED` more under rules for which more can be worse.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> from wijkbudget.tally.rules import count
    >>> ballots = [ApprovalBallot(frozenset({"a", "b"})), ApprovalBallot(frozenset({"a"}))]
    >>> election = Election.of(100, [Project("a", 60), Project("b", 70)], ballots)
    >>> found = distances(election, "greedy", count(election, "greedy"))
    >>> found["b"].supporters.enough, found["b"].cost_lower.enough, found["a"].cost_higher.enough
    (2, 30, 41)
    """
    chosen = rule(rule_name) if isinstance(rule_name, str) else rule_name
    terms = terms or Terms()
    wanted = sorted(election.index if projects is None else set(projects))
    found = {}
    for done, project_id in enumerate(wanted, 1):
        found[project_id] = distances_of(election, chosen, outcome, terms, project_id, points=points)
        if terms.progress:
            terms.progress("distances", done, len(wanted))
    return found


def distances_of(
    election: Election,
    chosen: Rule,
    outcome: Outcome,
    terms: Terms,
    project_id: str,
    *,
    points: int | None = None,
) -> Distances:
    """The distances of one project; `UnknownProject` if it is not in the election."""
    project, funded = election.project(project_id), project_id in outcome.funded
    if project.withdrawn:
        return Distances(project_id, funded)
    recount = WhatIf(election, chosen, terms, project_id, points)
    step = outcome.step(project_id)
    lower_helps, more_helps = _lower_cost_helps(chosen, terms), _more_support_helps(chosen, terms)
    if funded:
        higher = _search(
            lambda cents: not recount.funded(cost=project.cost + cents),
            limit=election.budget - project.cost + 1,
            certain=lower_helps,
            hints=(step.left_before - project.cost + 1,),
        )
        return Distances(project_id, True, cost_higher=higher)
    lower = _search(
        lambda cents: recount.funded(cost=project.cost - cents),
        limit=project.cost - 1,
        certain=lower_helps,
        hints=(project.cost - step.left_before, project.cost - outcome.left),
    )
    limit = 10 * election.ballot_count + terms.min_support + terms.quorum + 1
    if project.cost > election.budget:
        supporters = Distance(None, limit, smallest=True)
    else:
        supporters = _search(
            lambda more: recount.funded(supporters=more),
            limit=limit,
            certain=more_helps,
            hints=_likely_supporters(outcome, project_id, terms.min_support),
        )
    return Distances(project_id, False, supporters, lower, points=recount.points)


def _more_support_helps(chosen: Rule, terms: Terms) -> bool:
    """Whether it is proven that extra supporters never take a project's money away."""
    unconditional = not (terms.linked or terms.incompatible) and terms.eligible is Eligible.ALL
    return unconditional and chosen.name in _MORE_SUPPORT_HELPS


def _lower_cost_helps(chosen: Rule, terms: Terms) -> bool:
    """Whether it is proven that a lower cost never takes a project's money away."""
    if terms.linked or terms.incompatible:
        return False
    bought_once = chosen.completion(terms) in (Completion.NONE, Completion.GREEDY)
    return chosen.name in _LOWER_COST_HELPS or (chosen.name in _SHARES and bought_once)


def _likely_supporters(outcome: Outcome, project_id: str, min_support: int) -> tuple[int, ...]:
    """Where to look first: enough votes to come before the last rival at whose turn there was money enough."""
    own = outcome.step(project_id)
    earlier = [step for step in outcome.steps if step.votes >= own.votes and step.project != project_id]
    for step in sorted(earlier, key=lambda step: step.votes):
        if step.left_before >= own.cost:
            return (max(step.votes + 1, min_support) - own.votes,)
    return ()


def _search(
    turned: Callable[[int], bool], *, limit: int, certain: bool, hints: Iterable[int] = ()
) -> Distance:
    """The smallest change from 1 to `limit` that turns the decision.

    `certain`: whatever is enough, more is too. Otherwise a change is looked for by doubling and halving, and only
    the smallest changes are all tried.
    """
    seen: dict[int, bool] = {}

    def turns(change: int) -> bool:
        if change not in seen:
            seen[change] = turned(change)
        return seen[change]

    low, high = 0, None
    for hint in hints:
        if low < hint <= limit and (high is None or hint < high):
            low, high = _narrowed(turns, low, high, hint)
    if high is None:
        low, high = _found_above(turns, low, limit, certain)
    while high is not None and high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if turns(middle) else (middle, high)
    if certain:
        return Distance(high, low, smallest=True, recounts=len(seen))
    below = min(MOST_SCANNED, limit if high is None else high - 1)
    first = next((change for change in range(1, below + 1) if turns(change)), high)
    all_seen = below >= (limit if first is None else first - 1)
    return Distance(first, low if first == high or first is None else first - 1, all_seen, len(seen))


def _narrowed(turns: Callable[[int], bool], low: int, high: int | None, hint: int) -> tuple[int, int | None]:
    """The bounds after trying a hint, and one less if it is enough."""
    if not turns(hint):
        return hint, high
    if hint - 1 > low and turns(hint - 1):
        return low, hint - 1
    return hint - 1, hint


def _found_above(turns: Callable[[int], bool], low: int, limit: int, certain: bool) -> tuple[int, int | None]:
    """A change that is not enough and a larger one that is; None for the latter if there is none up to the limit."""
    if certain:
        return (low, limit) if limit > low and turns(limit) else (max(low, limit), None)
    while low < limit:
        probe = min(max(1, 2 * low), limit)
        if turns(probe):
            return low, probe
        low = probe
    return limit, None
