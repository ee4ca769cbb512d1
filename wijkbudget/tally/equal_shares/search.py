"""From run to run: raise the endowment until the completion says stop. Reglement: docs/rules/equal-shares.md, article 5.

Long stretches of endowments have the same outcome, and that can be proven without counting each of them (see
docs/adr/0020-equal-shares.md). Take an order of purchases and two endowments, low and high. For every endowment in
between, as long as the same projects were bought in the same order, each voter has at least as much as under the low one and
at most as much as under the high one, and prices lie between the two as well, since a price falls when supporters have
more. So if at each step the project bought under the low endowment has a rho there that is not above the rho of any rival
under the high one (and goes before the rivals it may tie with), it is bought under all endowments in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.branches import Ends, OpenTie, Settler, ends
from wijkbudget.tally.equal_shares.purses import Purses
from wijkbudget.tally.equal_shares.run import Purchase, Run, Shares
from wijkbudget.tally.terms import Completion, Progress

STEP = 100
"""The endowment grows by one whole currency unit per ballot, in cents."""
_ADD1 = {Completion.ADD1, Completion.ADD1_GREEDY}
_ADD1_EXHAUSTIVE = {Completion.ADD1_EXHAUSTIVE, Completion.ADD1_EXHAUSTIVE_GREEDY}


@dataclass(frozen=True, slots=True)
class Found:
    """The run that stands: after how many `steps` of the endowment, and what the next run would have cost (cents).

    `next_cost` is None if the count stopped for another reason than money.
    """

    run: Run
    steps: int
    next_cost: int | None


def search(
    shares: Shares, completion: Completion, settler: Settler, progress: Progress | None = None
) -> Found | OpenTie:
    """The run that stands by this completion, or a tie that decides it and for which there is no lot."""
    found, steps, stretcher = ends(Purses(shares, shares.start), settler), 0, _Stretcher(shares, settler)
    if completion not in _ADD1 | _ADD1_EXHAUSTIVE:
        return _settled(found, 0, None)
    exhaustive = completion in _ADD1_EXHAUSTIVE
    while True:
        last = stops(shares, found, exhaustive)
        if found.tie and last is None:
            return found.tie
        if last:
            return _settled(found, steps, None)
        same = stretcher.same_until(found, steps)
        steps += same
        after = ends(Purses(shares, shares.start + (steps + 1) * STEP), settler)
        over = {shares.cost(tuple(funded)) > shares.budget for funded in after.by_funded}
        if after.tie and (len(over) > 1 or not after.complete):
            return after.tie
        if over == {True}:
            if same:
                found = ends(Purses(shares, shares.start + steps * STEP), settler)
            return _settled(found, steps, min(shares.cost(tuple(funded)) for funded in after.by_funded))
        found, steps = after, steps + 1
        if progress:
            progress("equal shares", steps, None)


def _settled(found: Ends[Run], steps: int, next_cost: int | None) -> Found | OpenTie:
    if found.tie:
        return found.tie
    return Found(next(iter(found.by_funded.values())), steps, next_cost)


def stops(shares: Shares, found: Ends[Run], exhaustive: bool) -> bool | None:
    """Whether raising the endowment stops at this run, whatever the next would cost; None if a tie decides that.

    It stops where nothing can be bought any more and, `exhaustive`, where nothing fits in the budget any more. If
    neither that nor excluded projects play a part, a tie decides nothing: a way to buy all projects shows that the
    budget suffices for all, so all are bought in the end.
    """
    outcomes = [tuple(funded) for funded in found.by_funded]
    answers = {(exhaustive and shares.is_exhausted(funded)) or not shares.open(funded) for funded in outcomes}
    if len(answers) == 1 and found.complete:
        return answers == {True}
    return None if exhaustive or shares.excludes else answers == {True}


class _Stretcher:
    """Looks for stretches of endowments with one outcome; tries less often where it finds none."""

    def __init__(self, shares: Shares, settler: Settler) -> None:
        self._shares, self._settler = shares, settler
        self._stretch, self._pause, self._wait = 1, 1, 0

    def same_until(self, found: Ends[Run], steps: int) -> int:
        """How many steps more surely give the same outcome; 0 if none, or if it was not tried."""
        if self._wait or found.tie:
            self._wait = max(0, self._wait - 1)
            return 0
        (run,) = found.by_funded.values()
        stretch = self._stretch
        while stretch and not self._is_same(run, self._shares.start + (steps + stretch) * STEP):
            stretch //= 4
        self._stretch = max(1, 2 * stretch)
        self._pause = 1 if stretch else min(64, 2 * self._pause)
        self._wait = 0 if stretch else self._pause
        return stretch

    def _is_same(self, run: Run, high: Fraction) -> bool:
        """Whether every endowment from that of the run up to `high` gives the purchases of this run, in this order."""
        low, above = Purses(self._shares, run.endowment), Purses(self._shares, high)
        for purchase in run.purchases:
            equals = self._not_dearer(above, purchase)
            if equals is None or any(rival < purchase.project for rival in equals):
                return False
            tied = (purchase.project, *equals)
            if equals and self._settler.ties == "lot" and not low.can_all_be_bought(tied, purchase.rho):
                return False
            low.buy(purchase.project, purchase.rho)
            price = above.price(purchase.project)
            assert price is not None
            above.buy(purchase.project, price / (above.unit * self._shares.factors[purchase.project]))
        return all(above.price(rival) is None for rival in above.bounds)

    def _not_dearer(self, above: Purses, purchase: Purchase) -> tuple[int, ...] | None:
        """The rivals as cheap under the high endowment as the purchase under the low one; None if one is cheaper."""
        equals = []
        for rival, bound in above.bounds.items():
            if rival == purchase.project or bound > purchase.rho:
                continue
            price = above.price(rival)
            if price is None:
                continue
            above.bounds[rival] = price / (above.unit * self._shares.factors[rival])
            if above.bounds[rival] < purchase.rho:
                return None
            if above.bounds[rival] == purchase.rho:
                equals.append(rival)
        return tuple(equals)
