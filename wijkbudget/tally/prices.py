"""Prices for an outcome: could the voters, each with the same amount, have bought exactly this outcome themselves?

Payments explain an outcome if every voter has the same amount, together at least the budget, voters pay only for
projects on their ballot and no more than the amount, every funded project is paid in full and no other at all, and of
every other project the supporters together do not have more left than it costs. After D. Peters and P. Skowron,
"Proportionality and the Limits of Welfarism", EC 2020; for budgets D. Peters, G. Pierczyński and P. Skowron,
"Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from wijkbudget.tally.axioms import Witness
from wijkbudget.tally.election import Election


@dataclass(frozen=True, slots=True)
class Payment:
    """Every voter who cast one of these distinct ballots (numbers in `Election.profile`) pays this for the project."""

    project: str
    each_cents: Fraction
    ballots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """An amount for each voter, and who pays what from it; cents."""

    endowment_cents: Fraction
    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class PriceFault(Witness):
    """What is wrong with a project's payments: a code, and how much is paid or left against what should be.

    `less-than-the-budget` (of no project in particular), `not-a-supporter`, `negative`, `too-much-for-a-voter` (amount:
    what the voter pays in all), `not-paid-in-full`, `paid-without-money` (the project is not funded),
    `could-be-bought` (amount: what its supporters have left).
    """

    fault: str
    project: str
    amount_cents: Fraction
    bound_cents: Fraction


def price_fault(election: Election, funded: Collection[str], prices: Prices) -> PriceFault | None:
    """The first thing wrong with these payments for this outcome, None if they are in order."""
    # All amounts become whole numbers over one denominator: exact, and much faster than fractions.
    unit = lcm(prices.endowment_cents.denominator, *(paid.each_cents.denominator for paid in prices.payments))
    columns = map(frozenset, election.profile.columns(len(election.projects)))
    supporters = dict(zip(election.index, columns, strict=True))
    weights = election.profile.weights
    endowment = int(prices.endowment_cents * unit)
    money = [endowment] * len(election.profile)
    received = dict.fromkeys(election.index, 0)
    if prices.endowment_cents * election.ballot_count < election.budget:
        fair = Fraction(election.budget, election.ballot_count or 1)
        return PriceFault("less-than-the-budget", "", prices.endowment_cents, fair)
    for paid in prices.payments:
        each = int(paid.each_cents * unit)
        if each < 0:
            return PriceFault("negative", paid.project, paid.each_cents, Fraction(0))
        for ballot in paid.ballots:
            if ballot not in supporters[paid.project]:
                return PriceFault("not-a-supporter", paid.project, paid.each_cents, Fraction(0))
            money[ballot] -= each
            if money[ballot] < 0:
                spent = Fraction(endowment - money[ballot], unit)
                return PriceFault("too-much-for-a-voter", paid.project, spent, prices.endowment_cents)
        received[paid.project] += each * sum(weights[ballot] for ballot in paid.ballots)
    for project in election.projects:
        due, got = project.cost * unit, received[project.id]
        if project.id in funded and got != due:
            return PriceFault("not-paid-in-full", project.id, Fraction(got, unit), Fraction(project.cost))
        if project.id not in funded and got:
            return PriceFault("paid-without-money", project.id, Fraction(got, unit), Fraction(0))
        left = sum(weights[ballot] * money[ballot] for ballot in supporters[project.id])
        if project.id not in funded and not project.withdrawn and left > due:
            return PriceFault("could-be-bought", project.id, Fraction(left, unit), Fraction(project.cost))
    return None


def equal_payments(election: Election, funded: Collection[str], endowment: Fraction) -> Prices | None:
    """The payments when the supporters of each project, in this order, pay equally as far as their money goes.

    None if they do not have its cost together. Voters with the same money left are treated as one group.
    """
    levels: list[Fraction] = [endowment]
    level_of = [0] * len(election.profile)
    columns, weights = election.profile.columns(len(election.projects)), election.profile.weights
    payments = []
    for project_id in funded:
        place = election.index[project_id]
        groups: dict[int, list[int]] = {}
        for ballot in columns[place]:
            groups.setdefault(level_of[ballot], []).append(ballot)
        sizes: Counter[Fraction] = Counter()
        for level, ballots in groups.items():
            sizes[levels[level]] += sum(weights[ballot] for ballot in ballots)
        price = _equal_price(election.projects[place].cost, sizes)
        if price is None:
            return None
        empty = None
        for level, ballots in groups.items():
            paid = min(levels[level], price)
            payments.append(Payment(project_id, paid, tuple(ballots)))
            if paid < levels[level] or empty is None:
                levels.append(levels[level] - paid)
                target = len(levels) - 1
                empty = target if paid == levels[level] else empty
            else:
                target = empty
            for ballot in ballots:
                level_of[ballot] = target
    return Prices(endowment, tuple(payments))


def _equal_price(cost: int, sizes: Mapping[Fraction, int]) -> Fraction | None:
    """The price x at which voters who pay x, or all they have if that is less, pay the cost; None if there is none."""
    due, rich = Fraction(cost), sum(sizes.values())
    for money in sorted(sizes):
        if due <= money * rich:
            return due / rich
        due -= money * sizes[money]
        rich -= sizes[money]
    return None


def arrival_payments(election: Election, funded: Collection[str]) -> Prices:
    """The payments when money comes in evenly, and supporters hand in all they have once it is enough for a project.

    For projects in order of funding; the amount per voter is what had come in at the last purchase, or an equal part
    of the budget if that is more.
    """
    last: list[Fraction] = [Fraction(0)]
    emptied = [0] * len(election.profile)
    columns, weights = election.profile.columns(len(election.projects)), election.profile.weights
    payments = []
    for project_id in funded:
        place = election.index[project_id]
        groups: dict[int, list[int]] = {}
        for ballot in columns[place]:
            groups.setdefault(emptied[ballot], []).append(ballot)
        sizes = {time: sum(weights[ballot] for ballot in ballots) for time, ballots in groups.items()}
        due = election.projects[place].cost + sum(last[time] * size for time, size in sizes.items())
        now = Fraction(due) / (sum(sizes.values()) or 1)
        last.append(now)
        for time, ballots in groups.items():
            payments.append(Payment(project_id, now - last[time], tuple(ballots)))
            for ballot in ballots:
                emptied[ballot] = len(last) - 1
    fair = Fraction(election.budget, election.ballot_count or 1)
    return Prices(max(*last, fair), tuple(payments))
