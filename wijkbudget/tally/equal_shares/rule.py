"""The rules `equal-shares` and `equal-shares-borda`: from an election to an outcome that explains each payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.branches import OpenTie, Settler
from wijkbudget.tally.conditions import INCOMPATIBLE_ARTICLE
from wijkbudget.tally.election import Election
from wijkbudget.tally.equal_shares.engine import search
from wijkbudget.tally.equal_shares.remainder import Remainder
from wijkbudget.tally.equal_shares.run import Purchase, Shares
from wijkbudget.tally.equal_shares.search import Found
from wijkbudget.tally.equal_shares.worth import shares_of
from wijkbudget.tally.outcome import Basis, Decision, Event, LotRequired, Outcome, Settled, Step, Tie
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import Completion, DrawnLots, Satisfaction, Terms


@dataclass(frozen=True, slots=True)
class Bought(Basis):
    """What a project cost its supporters, in cents; voters are counted.

    `price_cents`: what a supporter pays per worth; with worth 1 the most that anyone pays. `rho`: the price per
    satisfaction. `supporters` named the project; `payers` still had money; `emptied` paid all they had left.
    `held_cents`: what the supporters had together, so held_cents / cost is the effective support.
    """

    price_cents: Fraction
    rho: Fraction
    supporters: int
    payers: int
    emptied: int
    held_cents: Fraction
    effective_support: Fraction


@dataclass(frozen=True, slots=True)
class BehindThePlan(Basis):
    """What the supporters of a project that was not bought still have together (cents), also as part of its cost."""

    supporters: int
    held_cents: Fraction
    effective_support: Fraction


@dataclass(frozen=True, slots=True)
class Endowments(Event):
    """What each ballot had to spend (cents), at first and in the run that stands.

    `next_total_cents`: what the outcome after one more step would have cost; None if the count stopped for another
    reason.
    """

    start_cents: Fraction
    final_cents: Fraction
    steps: int
    next_total_cents: int | None


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    votes = election.votes()
    shares = shares_of(election, terms.satisfaction, terms.incompatible)
    lots = DrawnLots(terms.lots, election)
    settler = Settler(shares.ids, terms.ties, lots, [lot.order for lot in terms.lots])
    completion = chosen.completion(terms)
    found = search(shares, completion, settler, terms)
    if isinstance(found, OpenTie):
        tied = tuple(shares.ids[project] for project in found.projects)
        left = election.budget - found.spent
        return LotRequired(chosen.name, chosen.version, tied, found.taken + 1, found.taken + 1, left, ())
    book = _Book(election, votes, shares, found)
    book.purchases()
    if completion.value.endswith("greedy"):
        points = election.points()
        rest = {project_id: given for project_id, given in points.items() if project_id not in book.funded}
        remainder = Remainder(terms, lots, book.costs, rest, book.left, book.funded)
        tied_rest = remainder.run()
        if tied_rest:
            stage = len(book.steps) + len(remainder.funded) + 1
            return LotRequired(
                chosen.name, chosen.version, tied_rest, stage, stage, remainder.left, tuple(book.steps)
            )
        for project_id in remainder.funded:
            book.step(project_id, Decision.FUNDED, "art. 6")
    lots.check_all_used()
    book.the_rest()
    return Outcome(
        rule=chosen.name,
        rule_version=chosen.version,
        budget=election.budget,
        spent=election.budget - book.left,
        funded=tuple(book.funded),
        steps=tuple(book.steps),
        ties=_ties(settler, shares, found),
        endowment=found.run.endowment,
        events=(Endowments(shares.start, found.run.endowment, found.steps, found.next_cost),),
    )


def _ties(settler: Settler, shares: Shares, found: Found) -> tuple[Tie, ...]:
    """The ties that a lot decided, as far as they are among the projects bought in the run that stands."""
    places = {project: place for place, project in enumerate(found.run.funded, 1)}
    ties = []
    for met in sorted(settler.met):
        first = settler.first(met)
        if first in places:
            order = tuple(sorted(met, key=lambda p: places.get(p, len(places) + 1)))
            names = tuple(shares.ids[project] for project in order)
            left = shares.budget - shares.cost(found.run.funded[: places[first] - 1])
            ties.append(Tie(places[first], names, left, mattered=True, settled=Settled.LOT, contested=names))
    return tuple(ties)


class _Book:
    """The steps of an outcome, one project after the other."""

    def __init__(self, election: Election, votes: dict[str, int], shares: Shares, found: Found) -> None:
        self.costs = {project.id: project.cost for project in election.projects}
        self.left = election.budget
        self.steps: list[Step] = []
        self.funded: list[str] = []
        self._election, self._votes, self._shares, self._found = election, votes, shares, found

    def purchases(self) -> None:
        """The projects that were bought, in order."""
        for purchase in self._found.run.purchases:
            project_id = self._shares.ids[purchase.project]
            self.step(project_id, Decision.FUNDED, "art. 2", self._bought(purchase))

    def the_rest(self) -> None:
        """All others by id, each with its reason."""
        run, done = self._found.run, set(self.funded)
        numbers = {project_id: number for number, project_id in enumerate(self._shares.ids)}
        for project in self._election.projects:
            if project.id in done:
                continue
            if project.id not in numbers:
                fits = project.cost <= self._election.budget
                decision = Decision.NOT_AFFORDABLE if fits else Decision.DOES_NOT_FIT
                self.step(project.id, decision, "art. 3", self._behind(project.id, Fraction(0)))
            elif numbers[project.id] in run.excluded:
                self.step(project.id, Decision.INCOMPATIBLE, INCOMPATIBLE_ARTICLE)
            else:
                held = run.held[numbers[project.id]]
                self.step(project.id, Decision.NOT_AFFORDABLE, "art. 3", self._behind(project.id, held))

    def step(self, project_id: str, decision: Decision, article: str, basis: Basis | None = None) -> None:
        """Write down one decision; money goes only to a funded project."""
        before, cost = self.left, self.costs[project_id]
        place = None
        if decision is Decision.FUNDED:
            self.left -= cost
            self.funded.append(project_id)
            place = len(self.funded)
        number, votes = len(self.steps) + 1, self._votes[project_id]
        self.steps.append(
            Step(number, place, project_id, votes, cost, before, self.left, decision, article, basis)
        )

    def _bought(self, purchase: Purchase) -> Bought:
        project_id = self._shares.ids[purchase.project]
        return Bought(
            price_cents=purchase.price,
            rho=purchase.rho,
            supporters=self._votes[project_id],
            payers=purchase.payers,
            emptied=purchase.emptied,
            held_cents=purchase.held,
            effective_support=purchase.held / self.costs[project_id],
        )

    def _behind(self, project_id: str, held: Fraction) -> BehindThePlan:
        return BehindThePlan(self._votes[project_id], held, held / self.costs[project_id])


_COMPLETIONS = (
    Completion.ADD1,
    Completion.NONE,
    Completion.ADD1_EXHAUSTIVE,
    Completion.GREEDY,
    Completion.ADD1_GREEDY,
    Completion.ADD1_EXHAUSTIVE_GREEDY,
)


def _rule(name: str, kinds: Sequence[BallotKind], title: str, reglement: str) -> Rule:
    return Rule(
        name,
        1,
        frozenset(kinds),
        title,
        reglement,
        _count,
        completions=_COMPLETIONS,
        satisfactions=(Satisfaction.COST, Satisfaction.CARDINALITY),
        proportional=True,
    )


RULES = (
    _rule(
        "equal-shares",
        (BallotKind.APPROVAL, BallotKind.POINTS),
        "Gelijke delen: ieder stembiljet een even groot deel van het budget",
        "equal-shares.md",
    ),
    _rule(
        "equal-shares-borda",
        (BallotKind.RANKING,),
        "Gelijke delen met Borda-punten: wie hoger staat, is meer waard",
        "equal-shares-borda.md",
    ),
)
