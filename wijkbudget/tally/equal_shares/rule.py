"""The rules `equal-shares` and `equal-shares-borda`: from an election to an outcome that explains each payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.book import Book
from wijkbudget.tally.branches import OpenTie, Settler, settled_ties
from wijkbudget.tally.conditions import INCOMPATIBLE_ARTICLE
from wijkbudget.tally.election import Election
from wijkbudget.tally.equal_shares.engine import search
from wijkbudget.tally.equal_shares.run import Purchase, Shares
from wijkbudget.tally.equal_shares.search import Found
from wijkbudget.tally.equal_shares.worth import shares_of
from wijkbudget.tally.outcome import Basis, Decision, Event, LotRequired, Outcome, Tie
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.remainder import Remainder
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
    shares = shares_of(election, terms.satisfaction, terms.incompatible, terms.engine)
    lots = DrawnLots(terms.lots, election)
    settler = Settler.of(shares.ids, terms, lots)
    completion = chosen.completion(terms)
    found = search(shares, completion, settler, terms)
    if isinstance(found, OpenTie):
        return found.lot_required(chosen, shares.ids, election.budget)
    book = Book(election)
    for purchase in found.run.purchases:
        project_id = shares.ids[purchase.project]
        book.step(
            project_id,
            Decision.FUNDED,
            "art. 2",
            _bought(purchase, election, book.votes[project_id], project_id),
        )
    ties: tuple[Tie, ...] = ()
    if completion.value.endswith("greedy"):
        remainder = Remainder(election, terms, lots, book)
        lot_required = remainder.run(chosen.name, chosen.version)
        ties = tuple(remainder.ties)
        if lot_required:
            return lot_required
    lots.check_all_used()
    _write_others(book, shares, found)
    settled = settled_ties(settler, found.run.funded, election.budget, shares.costs)
    endowments = Endowments(shares.start, found.run.endowment, found.steps, found.next_cost)
    return book.outcome(chosen, (*settled, *ties), found.run.endowment, [endowments])


def _bought(purchase: Purchase, election: Election, supporters: int, project_id: str) -> Bought:
    return Bought(
        price_cents=purchase.price,
        rho=purchase.rho,
        supporters=supporters,
        payers=purchase.payers,
        emptied=purchase.emptied,
        held_cents=purchase.held,
        effective_support=purchase.held / election.project(project_id).cost,
    )


def _write_others(book: Book, shares: Shares, found: Found) -> None:
    """The projects that were not bought, by id, each with its reason."""
    numbers = {project_id: number for number, project_id in enumerate(shares.ids)}
    for project_id in book.others():
        cost, number = book.election.project(project_id).cost, numbers.get(project_id)
        if number in found.run.excluded:
            book.step(project_id, Decision.INCOMPATIBLE, INCOMPATIBLE_ARTICLE)
            continue
        held = Fraction(0) if number is None else found.run.held[number]
        fits = number is not None or cost <= shares.budget
        basis = BehindThePlan(book.votes[project_id], held, held / cost)
        book.step(project_id, Decision.NOT_AFFORDABLE if fits else Decision.DOES_NOT_FIT, "art. 3", basis)


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
