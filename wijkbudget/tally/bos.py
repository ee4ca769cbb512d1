"""Method of Equal Shares with Bounded Overspending (BOS): supporters may pay a project they can only partly afford.

Source: G. Papasotiropoulos, S. Z. Pishbin, O. Skibski, P. Skowron and T. Wąs, "Method of Equal Shares with Bounded
Overspending", EC 2025 (arXiv 2409.15005), section 5. A project is (alpha, rho)-affordable, for a part alpha of it with
0 < alpha <= 1, if its supporters can pay alpha times its cost when each pays alpha * rho per satisfaction, or all they
have. The project, part and rho with the smallest rho / alpha is funded, if its cost still fits in the budget; the
supporters then pay rho per satisfaction, or all they have, and the rest of the cost comes out of money that others
leave. With alpha = 1 this is equal shares. What was read of the paper is in docs/adr/0022-bos.md. Reglement:
docs/rules/bos.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Self

from wijkbudget.tally.book import Book
from wijkbudget.tally.branches import Settler, ends, settled_ties
from wijkbudget.tally.conditions import INCOMPATIBLE_ARTICLE
from wijkbudget.tally.election import Election
from wijkbudget.tally.equal_shares.purses import Purses
from wijkbudget.tally.equal_shares.run import Shares
from wijkbudget.tally.equal_shares.worth import shares_of
from wijkbudget.tally.outcome import Basis, Decision, LotRequired, Outcome
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import DrawnLots, Satisfaction, Terms


@dataclass(frozen=True, slots=True)
class Overspent(Basis):
    """What a project cost its supporters (cents): `price_cents` per worth, or all that they had.

    `alpha`: the part of the project that they could afford; `ratio`: rho / alpha, by which projects are compared.
    `paid_cents`: what the supporters paid together; the cost above that came from elsewhere.
    """

    alpha: Fraction
    ratio: Fraction
    price_cents: Fraction
    paid_cents: Fraction
    supporters: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The best terms for one project now; fractions, the price in cents per worth."""

    ratio: Fraction
    alpha: Fraction
    price: Fraction


class Overspending:
    """The purses of the voters under BOS; a `branches.Course` that ends at itself."""

    def __init__(self, shares: Shares) -> None:
        self.purses = Purses(shares, shares.start)
        self.shares, self.left = shares, shares.budget
        self.bounds = {project: Fraction(0) for project in range(len(shares.ids))}
        self.offers: dict[int, Offer] = {}
        self.bought: list[int] = []
        self.bases: dict[int, Overspent] = {}
        self.excluded: set[int] = set()

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        other = type(self).__new__(type(self))
        other.__dict__ |= self.__dict__
        other.purses, other.bounds, other.offers = self.purses.copy(), self.bounds.copy(), self.offers.copy()
        other.bought, other.bases, other.excluded = (
            self.bought.copy(),
            self.bases.copy(),
            self.excluded.copy(),
        )
        return other

    def equals(self) -> tuple[int, ...]:
        """The projects with the smallest ratio among those that still fit.

        A ratio never falls when supporters have less, so one computed earlier is a lower bound now.
        """
        self.offers = {}
        for project in [p for p in self.bounds if self.shares.costs[p] > self.left]:
            del self.bounds[project]
        while self.bounds:
            least = min(self.bounds.values())
            first = tuple(sorted(p for p, bound in self.bounds.items() if bound == least))
            if self.offers.keys() >= set(first):
                return first
            for project in set(first) - self.offers.keys():
                offer = self.offer(project)
                if offer is None:
                    del self.bounds[project]
                else:
                    self.offers[project], self.bounds[project] = offer, offer.ratio
        return ()

    def offer(self, project: int) -> Offer | None:
        """The part and price of a project with the smallest ratio; None if no supporter has money.

        Between two amounts at which a supporter runs out of money the ratio first rises and then falls, so the
        smallest is at such an amount, or where the whole cost is paid.
        """
        unit, cost, factor = self.purses.unit, self.shares.costs[project], self.shares.factors[project]
        supporters = [
            (Fraction(self.purses.money[g], worth), weight, worth)
            for g, weight, worth in self.purses.supporters(project)
            if self.purses.money[g]
        ]
        supporters.sort(key=lambda supporter: supporter[0])
        share = sum(weight * worth for _, weight, worth in supporters)
        need, spent, best = cost * unit, Fraction(0), None
        for level, equals in groupby(supporters, key=lambda supporter: supporter[0]):
            paid = spent + level * share
            whole = paid >= need
            price = (need - spent) / share if whole else level
            alpha = Fraction(1) if whole else paid / need
            ratio = price / (unit * factor * alpha * alpha)
            if best is None or ratio <= best.ratio:
                best = Offer(ratio, alpha, price / (unit * alpha))
            if whole:
                break
            here = sum(weight * worth for _, weight, worth in equals)
            spent, share = spent + level * here, share - here
        return best

    def is_harmless(self, tied: tuple[int, ...]) -> bool:
        """Whether these are all funded on these terms in any order: no shared supporters with money, and room for all."""
        if sum(self.shares.costs[project] for project in tied) > self.left:
            return False
        if self.shares.excludes and any(set(self.shares.excludes[p]) & set(tied) for p in tied):
            return False
        seen: set[int] = set()
        for project in tied:
            groups = {group for group, _, _ in self.purses.supporters(project) if self.purses.money[group]}
            if seen & groups:
                return False
            seen |= groups
        return True

    def take(self, project: int) -> None:
        """Let the supporters pay on the terms of the offer."""
        offer = self.offers[project]
        before = self.purses.held(project)
        self.purses.charge(project, offer.price)
        paid = before - self.purses.held(project)
        supporters = sum(weight for _, weight, _ in self.purses.supporters(project))
        self.bases[project] = Overspent(offer.alpha, offer.ratio, offer.price, paid, supporters)
        self.bought.append(project)
        self.left -= self.shares.costs[project]
        del self.bounds[project]
        for rival in self.shares.excludes[project] if self.shares.excludes else ():
            if self.bounds.pop(rival, None) is not None:
                self.excluded.add(rival)

    def spent(self) -> int:
        """What the funded projects cost together."""
        return self.shares.budget - self.left

    def taken(self) -> tuple[int, ...]:
        """The funded projects, in order."""
        return tuple(self.bought)

    def end(self) -> Self:
        """The state itself."""
        return self


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    shares, lots = (
        shares_of(election, terms.satisfaction, terms.incompatible),
        DrawnLots(terms.lots, election),
    )
    settler = Settler.of(shares.ids, terms, lots)
    found = ends(Overspending(shares), settler)
    if found.tie:
        return found.tie.lot_required(chosen, shares.ids, election.budget)
    lots.check_all_used()
    (end,) = found.by_funded.values()
    book = Book(election)
    for project in end.bought:
        book.step(shares.ids[project], Decision.FUNDED, "art. 2", end.bases[project])
    numbers = {project_id: number for number, project_id in enumerate(shares.ids)}
    for project_id in book.others():
        if numbers.get(project_id) in end.excluded:
            book.step(project_id, Decision.INCOMPATIBLE, INCOMPATIBLE_ARTICLE)
        elif election.project(project_id).cost > book.left:
            book.step(project_id, Decision.DOES_NOT_FIT, "art. 3")
        else:
            book.step(project_id, Decision.NOT_AFFORDABLE, "art. 3")
    settled = settled_ties(settler, end.taken(), election.budget, shares.costs)
    return book.outcome(chosen, settled, shares.start)


RULES = (
    Rule(
        "bos",
        1,
        frozenset({BallotKind.APPROVAL, BallotKind.POINTS}),
        "Gelijke delen met begrensd overbesteden (BOS)",
        "bos.md",
        _count,
        satisfactions=(Satisfaction.COST, Satisfaction.CARDINALITY),
        proportional=True,
    ),
)
