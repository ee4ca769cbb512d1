"""The money of voters under expanding approvals, and what the supporters of each project have together, exactly.

Ballots with the same amount left form a purse, so amounts are worked out once per purse and not per ballot. All
amounts are whole numbers of one part of a cent, which is made smaller whenever a price asks for it: no fractions.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from wijkbudget.tally.conditions import rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.expanding_supporters import EMPTY, FULL, ExpandingSupport, supporters_of
from wijkbudget.tally.terms import Terms


@dataclass(frozen=True, slots=True)
class Payment:
    """One purchase: `price` is the most anyone paid, `emptied` paid less, which was all; amounts in cents."""

    project: int
    rank: int
    supporters: int
    price: Fraction
    emptied: int
    held: Fraction


class Purses:
    """The state of a count: the rank reached, who supports what by now, and every voter's money.

    `bought` and `out` are project numbers. Inside, an amount is a whole number of 1/`_parts` cent.
    """

    def __init__(self, election: Election, terms: Terms) -> None:
        """Everybody has an equal part of the budget, and supports nothing yet."""
        size, voters = len(election.projects), max(1, election.ballot_count)
        self.ids = tuple(project.id for project in election.projects)
        self.costs = tuple(project.cost for project in election.projects)
        self.endowment = Fraction(election.budget, voters)
        rivals = rivals_of(terms.incompatible)
        self._rivals = [[election.index[r] for r in rivals.get(name, ())] for name in self.ids]
        self._support: ExpandingSupport = supporters_of(election.profile, size, terms.engine)
        self._parts = self.endowment.denominator
        self._money = {EMPTY: 0, FULL: self.endowment.numerator}
        self._owners = {EMPTY: 0, FULL: election.ballot_count}
        self._made = len(self._money)
        self._held = [0] * size
        self.rank, self.left = 0, election.budget
        self.bought: list[int] = []
        self.out: set[int] = set()

    def copy(self) -> Purses:
        """The same state, to be followed on its own."""
        made = copy(self)
        made._support = self._support.copy()
        made._money, made._owners, made._held = self._money.copy(), self._owners.copy(), self._held[:]
        made.bought, made.out = self.bought[:], set(self.out)
        return made

    def held(self, project: int) -> Fraction:
        """Cents that the supporters of a project have together."""
        return Fraction(self._held[project], self._parts)

    def next_rank(self) -> bool:
        """Let every voter support one place more of its ranking; False if all have come to the end."""
        more = self._support.next_rank()
        if more is None:
            return False
        for project, purse, voters in more:
            self._held[project] += voters * self._money[purse]
        self.rank += 1
        return True

    def best(self) -> tuple[int, ...]:
        """The projects that their supporters can pay, with the largest effective support; several if they tie."""
        found: list[int] = []
        for project, held in enumerate(self._held):
            cost = self.costs[project]
            if held < cost * self._parts or project in self.out:
                continue
            # held / cost against that of the best so far
            more = held * self.costs[found[0]] - self._held[found[0]] * cost if found else 1
            if more > 0:
                found = [project]
            elif more == 0:
                found.append(project)
        return tuple(found)

    def are_apart(self, projects: tuple[int, ...]) -> bool:
        """Whether no voter with money supports two of them and none excludes another: then the order is all one."""
        together = set(projects)
        if any(not together.isdisjoint(self._rivals[project]) for project in projects):
            return False
        return not self._support.share_a_payer(projects)

    def buy(self, project: int) -> Payment:
        """Let the supporters pay: all the same, or all they have if that is less."""
        voters = self._support.by_purse(project)
        held = self.held(project)
        price, emptied, target = self._price(project, voters), 0, {EMPTY: EMPTY}
        for purse, number in voters.items():
            money = self._money[purse]
            if money > price:
                target[purse] = self._made
                self._money[self._made], self._owners[self._made] = money - price, number
                self._made += 1
            else:
                target[purse] = EMPTY
                emptied += number if 0 < money < price else 0
        for other, purse, number in self._support.move(project, target):
            self._held[other] -= number * min(price, self._money[purse])
        self._forget(voters)
        self.bought.append(project)
        self.out.update([project, *self._rivals[project]])
        self.left -= self.costs[project]
        paid = Fraction(price, self._parts)
        return Payment(project, self.rank, sum(voters.values()), paid, emptied, held)

    def _price(self, project: int, voters: dict[int, int]) -> int:
        """What each supporter pays that has it, in parts of a cent, which become as small as this price needs."""
        owed, payers = self.costs[project] * self._parts, sum(voters.values())
        for purse in sorted(voters, key=self._money.__getitem__):
            if self._money[purse] * payers >= owed:
                break
            owed -= self._money[purse] * voters[purse]
            payers -= voters[purse]
        finer = payers // gcd(owed, payers)
        if finer > 1:
            self._parts *= finer
            self._money = {purse: money * finer for purse, money in self._money.items()}
            self._held = [held * finer for held in self._held]
        return owed * finer // payers

    def _forget(self, voters: dict[int, int]) -> None:
        """Drop the purses that nobody has any more."""
        for purse, number in voters.items():
            if purse != EMPTY:
                self._owners[purse] -= number
                if not self._owners[purse]:
                    del self._owners[purse], self._money[purse]
