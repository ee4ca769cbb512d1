"""The money of voters under expanding approvals, and what the supporters of each project have together, exactly.

Ballots with the same amount left form a purse, so fractions are worked out once per purse and not per ballot.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.conditions import rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.terms import Terms

_EMPTY = 0


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

    `held[p]`: cents that the supporters of project p have together. `bought` and `out` are project numbers.
    """

    ids: tuple[str, ...]
    costs: tuple[int, ...]
    endowment: Fraction

    @classmethod
    def of(cls, election: Election, terms: Terms) -> Purses:
        """Everybody has an equal part of the budget, and supports nothing yet."""
        made = cls()
        profile, size = election.profile, len(election.projects)
        made.ids = tuple(project.id for project in election.projects)
        made.costs = tuple(project.cost for project in election.projects)
        made.endowment = Fraction(election.budget, max(1, election.ballot_count))
        rivals = rivals_of(terms.incompatible)
        made._rivals = [[election.index[r] for r in rivals.get(name, ())] for name in made.ids]
        made._weights = list(profile.weights)
        made._levels = _by_rank(election)
        made._purse = [1] * len(profile)
        made._money = [Fraction(0), made.endowment]
        made._supported = [[] for _ in range(len(profile))]
        made._supporters = [[] for _ in range(size)]
        made.held = [Fraction(0)] * size
        made.rank, made.left = 0, election.budget
        made.bought, made.out = [], set()
        return made

    def __init__(self) -> None:
        self._rivals: list[list[int]]
        self._weights: list[int]
        self._levels: list[list[tuple[int, int]]]
        self._purse: list[int]
        self._money: list[Fraction]
        self._supported: list[list[int]]
        self._supporters: list[list[int]]
        self.held: list[Fraction]
        self.rank: int
        self.left: int
        self.bought: list[int]
        self.out: set[int]

    def copy(self) -> Purses:
        """The same state, to be followed on its own."""
        made = copy(self)
        made._purse, made._money, made.held = self._purse[:], self._money[:], self.held[:]
        made._supported = [projects[:] for projects in self._supported]
        made._supporters = [ballots[:] for ballots in self._supporters]
        made.bought, made.out = self.bought[:], set(self.out)
        return made

    def next_rank(self) -> bool:
        """Let every voter support one place more of its ranking; False if all have come to the end."""
        if self.rank == len(self._levels):
            return False
        more: dict[tuple[int, int], int] = defaultdict(int)
        for ballot, project in self._levels[self.rank]:
            self._supported[ballot].append(project)
            self._supporters[project].append(ballot)
            more[project, self._purse[ballot]] += self._weights[ballot]
        for (project, purse), voters in more.items():
            self.held[project] += voters * self._money[purse]
        self.rank += 1
        return True

    def best(self) -> tuple[int, ...]:
        """The projects that their supporters can pay, with the largest effective support; several if they tie."""
        found: list[int] = []
        support = Fraction(0)
        for project, held in enumerate(self.held):
            if held < self.costs[project] or project in self.out:
                continue
            this = held / self.costs[project]
            if this > support:
                found, support = [project], this
            elif this == support:
                found.append(project)
        return tuple(found)

    def are_apart(self, projects: tuple[int, ...]) -> bool:
        """Whether no voter with money supports two of them and none excludes another: then the order is all one."""
        seen: set[int] = set()
        for project in projects:
            paying = {ballot for ballot in self._supporters[project] if self._purse[ballot] != _EMPTY}
            if not seen.isdisjoint(paying) or not set(projects).isdisjoint(self._rivals[project]):
                return False
            seen |= paying
        return True

    def buy(self, project: int) -> Payment:
        """Let the supporters pay: all the same, or all they have if that is less."""
        voters: dict[int, int] = defaultdict(int)
        for ballot in self._supporters[project]:
            voters[self._purse[ballot]] += self._weights[ballot]
        price, emptied, held = self._price(project, voters), 0, self.held[project]
        target = {_EMPTY: _EMPTY}
        for purse, number in sorted(voters.items()):
            if self._money[purse] <= price:
                target[purse] = _EMPTY
                emptied += number if 0 < self._money[purse] < price else 0
            else:
                target[purse] = len(self._money)
                self._money.append(self._money[purse] - price)
        self._take_from(project, target, price)
        self.bought.append(project)
        self.out.update([project, *self._rivals[project]])
        self.left -= self.costs[project]
        return Payment(project, self.rank, sum(voters.values()), price, emptied, held)

    def _price(self, project: int, voters: dict[int, int]) -> Fraction:
        owed, payers = Fraction(self.costs[project]), sum(voters.values())
        for purse in sorted(voters, key=lambda purse: self._money[purse]):
            if self._money[purse] * payers >= owed:
                break
            owed -= self._money[purse] * voters[purse]
            payers -= voters[purse]
        return owed / payers

    def _take_from(self, project: int, target: dict[int, int], price: Fraction) -> None:
        """Move each supporter to its new purse, and lower what the supporters of its other projects have."""
        less: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for ballot in self._supporters[project]:
            purse = self._purse[ballot]
            if purse == _EMPTY:
                continue
            for other in self._supported[ballot]:
                less[other][purse] += self._weights[ballot]
            self._purse[ballot] = target[purse]
        for other, voters in less.items():
            in_full = sum(number for purse, number in voters.items() if target[purse] != _EMPTY)
            emptied = (self._money[purse] * n for purse, n in voters.items() if target[purse] == _EMPTY)
            self.held[other] -= price * in_full + sum(emptied)


def _by_rank(election: Election) -> list[list[tuple[int, int]]]:
    """For each rank the pairs (ballot, project) that come in then: fewer than `rank` projects stand above the project."""
    levels: list[list[tuple[int, int]]] = [[] for _ in election.projects]
    for ballot, (_, marks, values) in enumerate(election.profile.rows()):
        above, last = 0, None
        for number, (mark, value) in enumerate(zip(marks, values, strict=True)):
            if value != last:
                above, last = number, value
            levels[above].append((ballot, mark))
    while levels and not levels[-1]:
        levels.pop()
    return levels
