"""Why one project got money or not, and the story of a whole count: all of it as data that a page can put in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from wijkbudget.tally.distances import Distances, distances_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Event, Outcome, Step, Tie
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.rules import rule
from wijkbudget.tally.terms import Terms


@dataclass(frozen=True, slots=True)
class Rival:
    """A project that was funded before this one was decided on; cost in cents."""

    project: str
    name: str
    number: int
    votes: int
    cost: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a page needs about one project; amounts in cents.

    `step` holds the decision, its article, the place, votes, cost, what was left, and the numbers behind it.
    `ballots`: all ballots of the election. `cost_per_supporter`: the cost divided by the votes, whatever the rule makes
    them pay; None without votes. `tie`: the tie that the project was in, if any. `rivals`: in order of funding.
    """

    project: str
    name: str
    funded: bool
    step: Step
    ballots: int
    cost_per_supporter: Fraction | None
    endowment: Fraction | None
    tie: Tie | None
    rivals: tuple[Rival, ...]
    distances: Distances | None = None

    @property
    def price_cents(self) -> Fraction | None:
        """What a supporter paid who still had enough, where voters pay (with points: for each point)."""
        found = getattr(self.step.basis, "price_cents", None)
        return found if isinstance(found, Fraction) else None

    @property
    def effective_support(self) -> Fraction | None:
        """The share of the cost that its supporters could still pay together, where the rule says so."""
        found = getattr(self.step.basis, "effective_support", None)
        return found if isinstance(found, Fraction) else None


def explain(
    election: Election,
    rule_name: str | Rule,
    terms: Terms,
    outcome: Outcome,
    project_id: str,
    *,
    with_distances: bool = True,
) -> Explanation:
    """The explanation of one project in an outcome, counted by this rule on these terms.

    The distances take recounts (`distances`); without them it costs nothing. `UnknownProject` if it is not there.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> from wijkbudget.tally.rules import count
    >>> ballots = [ApprovalBallot(frozenset({"a", "b"})), ApprovalBallot(frozenset({"a"}))]
    >>> election = Election.of(100, [Project("a", 60), Project("b", 70)], ballots)
    >>> why = explain(election, "greedy", Terms(), count(election, "greedy"), "b")
    >>> why.step.decision.value, why.step.article, [rival.project for rival in why.rivals]
    ('does-not-fit', 'art. 3', ['a'])
    >>> why.distances.cost_lower.enough
    30
    """
    project, step = election.project(project_id), outcome.step(project_id)
    chosen = rule(rule_name) if isinstance(rule_name, str) else rule_name
    return Explanation(
        project=project_id,
        name=project.name,
        funded=project_id in outcome.funded,
        step=step,
        ballots=election.ballot_count,
        cost_per_supporter=Fraction(project.cost, step.votes) if step.votes else None,
        endowment=outcome.endowment,
        tie=next((tie for tie in outcome.ties if project_id in tie.projects), None),
        rivals=tuple(_rivals(election, outcome, project_id)),
        distances=distances_of(election, chosen, outcome, terms, project_id) if with_distances else None,
    )


def _rivals(election: Election, outcome: Outcome, project_id: str) -> Iterator[Rival]:
    """The projects funded before this one; all funded ones if it has no money and no turn of its own."""
    own = outcome.step(project_id)
    for other in outcome.funded:
        step = outcome.step(other)
        if other == project_id or (step.number > own.number):
            continue
        yield Rival(other, election.project(other).name, step.number, step.votes, step.cost)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened in a count: what kind of thing, and its numbers by name (amounts in cents)."""

    kind: str
    numbers: Mapping[str, Any]


def story(outcome: Outcome) -> Iterator[Told]:
    """The count from begin to end: ties before the steps they decided, events of the rule, and a step per project.

    Kinds: `begin`, `tie`, the decisions on projects (`funded`, `does-not-fit`, …), the names of the rule's own events,
    and `end`. An event with a field `before_step` is told before the step of that number, the others before all.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> from wijkbudget.tally.rules import count
    >>> election = Election.of(100, [Project("a", 60)], [ApprovalBallot(frozenset({"a"}))])
    >>> [told.kind for told in story(count(election, "greedy"))]
    ['begin', 'funded', 'end']
    """
    begin = {"rule": outcome.rule, "rule_version": outcome.rule_version, "budget": outcome.budget}
    yield Told("begin", begin | {"endowment_cents": outcome.endowment})
    waiting: list[tuple[int, Told]] = [(_when(event), _told(event)) for event in outcome.events]
    waiting += [(_step_of(tie, outcome.steps), _told(tie)) for tie in outcome.ties]
    waiting.sort(key=lambda entry: entry[0])
    for step in outcome.steps:
        while waiting and waiting[0][0] <= step.number:
            yield waiting.pop(0)[1]
        yield Told(step.decision.value, _numbers(step))
    yield from (told for _, told in waiting)
    yield Told("end", {"funded": outcome.funded, "spent": outcome.spent, "left": outcome.left})


def _when(event: Event) -> int:
    before: int = getattr(event, "before_step", 0)
    return before


def _step_of(tie: Tie, steps: Sequence[Step]) -> int:
    """The number of the first step on a project of the tie."""
    return min((step.number for step in steps if step.project in tie.projects), default=0)


def _told(happened: Event | Tie) -> Told:
    return Told(kind_of(happened), _numbers(happened))


def _numbers(value: Any) -> dict[str, Any]:
    return {part.name: getattr(value, part.name) for part in fields(value)}


def kind_of(value: object) -> str:
    """The name of a kind of data in a file: that of its class, in lower case with hyphens.

    >>> kind_of(Told("", {}))
    'told'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(value).__name__).lower()


def as_plain(value: Any) -> Any:
    """The value as JSON can hold it: exact, the same for equal values, and readable.

    A fraction becomes "p/q", a set a sorted list, an enumeration its value, and a dataclass an object with its `kind`
    (see `kind_of`) and its fields. Refuses (`TypeError`) a float, which would not be exact, and anything unknown.

    >>> as_plain((Fraction(7, 2), Rival("a", "", 1, 2, 60)))
    ['7/2', {'kind': 'rival', 'project': 'a', 'name': '', 'number': 1, 'votes': 2, 'cost': 60}]
    """
    if isinstance(value, Enum):
        return as_plain(value.value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if is_dataclass(value) and not isinstance(value, type):
        return {"kind": kind_of(value)} | {name: as_plain(part) for name, part in _numbers(value).items()}
    if isinstance(value, Mapping):
        return {str(as_plain(key)): as_plain(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(as_plain, value))
    if isinstance(value, list | tuple):
        return [as_plain(part) for part in value]
    raise TypeError(f"{type(value).__name__} {value!r} has no exact plain form")
