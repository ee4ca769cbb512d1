"""Whether an outcome is priceable: whether there are payments that explain it, as `prices` defines them.

Whether any such payments exist is a linear program, which is not solved here. The payments that two rules lead to are
tried, and checked like those of a stranger: if they are in order, the outcome is priceable. A group of voters that
cannot spend its money, however it pays, shows that an outcome is not priceable (`Unspent`). If neither is found the
answer is "not decided".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.axioms import Axiom, Finding, Witness
from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Outcome
from wijkbudget.tally.prices import PriceFault, Prices, arrival_payments, equal_payments, price_fault
from wijkbudget.tally.profile import BallotKind


@dataclass(frozen=True, slots=True)
class Unspent(Witness):
    """Supporters of a project without money who are left with more than it costs, whatever they pay.

    `supporters` voters name it. A voter has at least `endowment_cents`, or a funded project could not be paid. The funded
    projects on their ballots cost `spent_at_most_cents` in all. What is left is more than `cost_cents`.
    """

    project: str
    supporters: int
    endowment_cents: Fraction
    spent_at_most_cents: int
    cost_cents: int


def priceable(election: Election, outcome: Outcome) -> Finding:
    """Whether the outcome is priceable: yes if payments prove it, no if `PriceFault` or `Unspent` shows it, else None.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> from wijkbudget.tally.rules import count
    >>> election = Election.of(90, [Project("a", 90)], [ApprovalBallot(frozenset({"a"}))])
    >>> priceable(election, count(election, "greedy")).met
    True
    """
    if election.profile.kind is not BallotKind.APPROVAL:
        return Finding(Axiom.PRICEABLE, met=None, note="defined for approval ballots")
    votes = election.votes()
    for project_id in sorted(outcome.funded):
        if not votes[project_id]:
            cost = Fraction(election.project(project_id).cost)
            fault = PriceFault("not-paid-in-full", project_id, Fraction(0), cost)
            return Finding(Axiom.PRICEABLE, met=False, witness=fault)
    rich = unspent(election, outcome.funded)
    if rich:
        return Finding(Axiom.PRICEABLE, met=False, witness=rich)
    for prices in _candidates(election, outcome):
        if price_fault(election, outcome.funded, prices) is None:
            return Finding(Axiom.PRICEABLE, met=True)
    return Finding(Axiom.PRICEABLE, met=None, note="not decided")


def _candidates(election: Election, outcome: Outcome) -> Iterator[Prices]:
    if outcome.endowment is not None:
        prices = equal_payments(election, outcome.funded, outcome.endowment)
        if prices:
            yield prices
    yield arrival_payments(election, outcome.funded)


def unspent(election: Election, funded: Collection[str]) -> Unspent | None:
    """A group that must be left with more than a project costs, the one with most left over; None if none is found.

    Every funded project has a supporter. Looked at are, for each project without money, its supporters with the
    least funded cost on their ballots: the first, the first two kinds, and so on.
    """
    won = [project.id in funded for project in election.projects]
    least = _least_endowment(election, funded)
    numbers: dict[tuple[int, ...], int] = {}
    kinds: dict[int, dict[int, int]] = {
        place: {} for place, project in enumerate(election.projects) if not (project.withdrawn or won[place])
    }
    for weight, marks, _ in election.profile.rows():
        paid_for = tuple([mark for mark in marks if won[mark]])
        if len(paid_for) < len(marks):
            number = numbers.setdefault(paid_for, len(numbers))
            for mark in marks:
                if mark in kinds:
                    counted = kinds[mark]
                    counted[number] = counted.get(number, 0) + weight
    costs = [project.cost for project in election.projects]
    by_worth = sorted(numbers, key=lambda kind: (sum([costs[mark] for mark in kind]), kind))
    rank = {numbers[kind]: (place, kind) for place, kind in enumerate(by_worth)}
    groups = (
        Unspent(election.projects[place].id, group, least, most, costs[place])
        for place, counted in kinds.items()
        for group, most in _groups(sorted((*rank[kind], times) for kind, times in counted.items()), costs)
        if least.numerator * group > (most + costs[place]) * least.denominator
    )
    return max(groups, key=_left_over, default=None)


def _least_endowment(election: Election, funded: Collection[str]) -> Fraction:
    """What each voter must have at least: a part of the budget, and enough for each funded project."""
    votes, fair = election.votes(), Fraction(election.budget, election.ballot_count or 1)
    return max(fair, *(Fraction(election.project(name).cost, votes[name]) for name in funded), Fraction(0))


def _left_over(group: Unspent) -> Fraction:
    """How much more the group has left, at least, than the project costs."""
    return group.endowment_cents * group.supporters - group.spent_at_most_cents - group.cost_cents


def _groups(
    kinds: Iterable[tuple[int, tuple[int, ...], int]], costs: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Growing groups of supporters: how many they are, and the cost of the funded projects on their ballots.

    `kinds`: place in the order, the funded projects on the ballot, and how many supporters that holds for.
    """
    paid_for: set[int] = set()
    group, most = 0, 0
    for _, kind, times in kinds:
        group += times
        most += sum([costs[mark] for mark in kind if mark not in paid_for])
        paid_for.update(kind)
        yield group, most
