"""One election counted by several rules, side by side: to choose a rule before a round, and to study one after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from wijkbudget.tally.axioms import Axiom, Finding, condorcet, ejr_plus, exhaustive
from wijkbudget.tally.conditions import prepare
from wijkbudget.tally.election import Election
from wijkbudget.tally.gains import Gains, Measure, gains
from wijkbudget.tally.outcome import LotRequired, Outcome
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.priceability import priceable
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rules import count_by, rule
from wijkbudget.tally.terms import Terms


@dataclass(frozen=True, slots=True)
class GainFigures:
    """What the voters gain in one measure: together, per ballot, and the Gini coefficient (0 equal, near 1 unequal)."""

    total: int
    mean: Fraction
    gini: Fraction


@dataclass(frozen=True, slots=True)
class CostClass:
    """The projects that cost more than `above` and at most `up_to` cents (None: no bound), and what they got."""

    name: str
    above: int
    up_to: int | None
    projects: int
    winners: int
    spent: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What an outcome comes to; amounts in cents, shares and means exact."""

    winners: tuple[str, ...]
    spent: int
    left: int
    share_served: Fraction
    gains: Mapping[Measure, GainFigures]
    classes: tuple[CostClass, ...]
    axioms: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule in a comparison; without figures if a lot is needed first."""

    label: str
    counted: Outcome | LotRequired
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two outcomes share: projects funded by both, their cost in cents, and projects funded by either."""

    first: str
    second: str
    both: tuple[str, ...]
    both_cents: int
    either: int

    @property
    def share(self) -> Fraction:
        """The part of the projects funded by either that is funded by both; 1 if nothing is funded."""
        return Fraction(len(self.both), self.either) if self.either else Fraction(1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row per rule, in the order asked, and what each pair of outcomes shares."""

    rows: tuple[Row, ...]
    overlaps: tuple[Overlap, ...]

    def row(self, label: str) -> Row:
        """The row of that label; KeyError if there is none."""
        for row in self.rows:
            if row.label == label:
                return row
        raise KeyError(label)


def compare(
    election: Election,
    rules: Iterable[str],
    terms: Terms | None = None,
    *,
    bounds: tuple[int, int] | None = None,
) -> Comparison:
    """Count by each rule on the same terms and put the outcomes side by side.

    A rule that needs a lot has no figures, unless the terms settle ties by id (`Terms(ties="lexicographic")`).
    `bounds`: the highest cost of the small and of the middle class, in cents; see `cost_bounds`. Raises what counting
    raises. For one rule with several options, or lots per rule, count yourself and call `compare_outcomes`.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> ballots = [ApprovalBallot(frozenset({"a"})), ApprovalBallot(frozenset({"a", "b"}))]
    >>> election = Election.of(100, [Project("a", 60), Project("b", 30)], ballots)
    >>> table = compare(election, ["greedy", "greedy-stop"])
    >>> table.row("greedy").figures.winners, table.overlaps[0].share
    (('a', 'b'), Fraction(1, 1))
    """
    terms, names = terms or Terms(), tuple(rules)
    counted: dict[str, Outcome | LotRequired] = {}
    for done, name in enumerate(names, 1):
        counted[name] = count_by(rule(name), election, terms)
        if terms.progress:
            terms.progress("compare", done, len(names))
    return compare_outcomes(election, counted, bounds=bounds, terms=terms)


def compare_outcomes(
    election: Election,
    counted: Mapping[str, Outcome | LotRequired],
    *,
    bounds: tuple[int, int] | None = None,
    terms: Terms | None = None,
) -> Comparison:
    """The comparison of counts of one election that are there already, each under a label of its own.

    `terms`: those of the counts. The laws are judged among the projects that took part; for linked or incompatible
    projects they are not defined, and not decided.
    """
    low, high = bounds or cost_bounds(election)
    terms = terms or Terms()
    fair = None if terms.linked or terms.incompatible else prepare(election, terms).election
    duels = _duels(fair, counted.values() if fair is election else ()) if fair else None
    rows = tuple(
        Row(
            label,
            result,
            _figures(election, result, (low, high), fair, duels) if isinstance(result, Outcome) else None,
        )
        for label, result in counted.items()
    )
    return Comparison(rows, tuple(_overlaps(election, rows)))


def cost_bounds(election: Election) -> tuple[int, int]:
    """The highest cost in the cheapest third of the projects and in the cheapest two thirds, in cents.

    A third is rounded up; projects of equal cost fall in one class. Withdrawn projects do not count.

    >>> from wijkbudget.tally.election import Project
    >>> cost_bounds(Election.of(1, [Project(str(cost), cost) for cost in range(10, 70, 10)], []))
    (20, 40)
    """
    costs = sorted(project.cost for project in election.projects if not project.withdrawn)
    if not costs:
        return 0, 0
    return costs[-(-len(costs) // 3) - 1], costs[-(-2 * len(costs) // 3) - 1]


def _duels(election: Election, counted: Iterable[Outcome | LotRequired]) -> Pairwise | None:
    """The duels on ranking ballots: from an outcome that has them, else counted once for all rows."""
    if election.profile.kind is not BallotKind.RANKING:
        return None
    known = (result.pairwise for result in counted if isinstance(result, Outcome))
    return next((duels for duels in known if duels), None) or compare_pairs(election)


def _findings(
    election: Election, outcome: Outcome, got: Gains, duels: Pairwise | None
) -> tuple[Finding, ...]:
    return (
        exhaustive(election, outcome.funded),
        ejr_plus(election, outcome.funded, got),
        priceable(election, outcome),
        condorcet(election, outcome.funded, duels),
    )


def _figures(
    election: Election,
    outcome: Outcome,
    bounds: tuple[int, int],
    fair: Election | None,
    duels: Pairwise | None,
) -> Figures:
    got = gains(election, outcome.funded)
    undecided = tuple(
        Finding(axiom, None, note="not defined for linked or incompatible projects") for axiom in Axiom
    )
    fair_gains = got if fair is election or fair is None else gains(fair, outcome.funded)
    return Figures(
        winners=outcome.funded,
        spent=outcome.spent,
        left=outcome.left,
        share_served=got.share_served,
        gains={
            measure: GainFigures(got.total(measure), got.mean(measure), got.gini(measure))
            for measure in Measure
        },
        classes=_classes(election, outcome, bounds),
        axioms=_findings(fair, outcome, fair_gains, duels) if fair else undecided,
    )


def _classes(election: Election, outcome: Outcome, bounds: tuple[int, int]) -> tuple[CostClass, ...]:
    low, high = bounds
    classes = []
    for name, above, up_to in (("small", 0, low), ("medium", low, high), ("large", high, None)):
        here = {
            project.id: project.cost
            for project in election.projects
            if not project.withdrawn and project.cost > above and (up_to is None or project.cost <= up_to)
        }
        won = [here[project_id] for project_id in outcome.funded if project_id in here]
        classes.append(CostClass(name, above, up_to, len(here), len(won), sum(won)))
    return tuple(classes)


def _overlaps(election: Election, rows: Sequence[Row]) -> Iterable[Overlap]:
    costs = {project.id: project.cost for project in election.projects}
    counted = [(row.label, frozenset(row.figures.winners)) for row in rows if row.figures]
    for (first, ours), (second, theirs) in combinations(counted, 2):
        both = tuple(sorted(ours & theirs))
        yield Overlap(first, second, both, sum(costs[project_id] for project_id in both), len(ours | theirs))
