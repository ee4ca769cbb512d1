"""Expanding approvals for budgets: every voter has an equal share, and stands behind one rank more each round.

A project whose supporters have its cost together is bought; they pay alike, and who has less pays all it has. Any
such payment gives Inclusion PSC: a group that agrees on a set of projects gets its share of the money spent among the
projects it ranks that high. Reglement: docs/rules/expanding-approvals.md, which fixes what the paper leaves open.

Source: H. Aziz and B.E. Lee, "Proportionally representative participatory budgeting with ordinal preferences",
AAAI 2021 (arXiv 1911.00864), algorithm PB-EAR.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from wijkbudget.tally.book import Book
from wijkbudget.tally.conditions import INCOMPATIBLE_ARTICLE, rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.expanding_purses import Payment, Purses
from wijkbudget.tally.outcome import Basis, Decision, LotRequired, Outcome, Settled, Tie
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.remainder import Remainder
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import Completion, DrawnLots, Terms

MOST_ENDS = 64
"""How many ends of a tie are followed before it is taken to matter: asking for a lot in vain is safe."""


@dataclass(frozen=True, slots=True)
class BoughtAtRank(Basis):
    """A purchase, in cents: the rank that was reached, and what the project cost its supporters.

    `supporters` ranked it that high; `price_cents`: the most that anyone paid; `emptied` paid all they had, which was
    less; `held_cents`: what the supporters had together, so held_cents / cost is the effective support.
    """

    rank: int
    supporters: int
    price_cents: Fraction
    emptied: int
    held_cents: Fraction
    effective_support: Fraction


@dataclass(frozen=True, slots=True)
class NeverBought(Basis):
    """What all who rank the project have left together at the end of the ranks (cents), and that as part of its cost."""

    supporters: int
    held_cents: Fraction
    effective_support: Fraction


@dataclass(slots=True)
class _Purchases:
    """The purchases of one run, and the ties among equally supported projects that came up."""

    purses: Purses
    terms: Terms
    lots: DrawnLots
    payments: list[Payment]
    ties: list[Tie]

    def run(self) -> tuple[int, ...]:
        """Buy rank by rank; the tied projects if a lot must be drawn first, else nothing."""
        while True:
            best = self.purses.best()
            if not best:
                if not self.purses.next_rank():
                    return ()
                continue
            first = self._first(best)
            if first is None:
                return best
            self.payments.append(self.purses.buy(first))

    def _first(self, best: tuple[int, ...]) -> int | None:
        if len(best) == 1:
            return best[0]
        names = tuple(self.purses.ids[project] for project in best)
        place, left = len(self.payments) + 1, self.purses.left
        if self.terms.ties == "lexicographic":
            self.ties.append(Tie(place, names, left, True, Settled.LEXICOGRAPHIC, names))
            return best[0]
        drawn = self.lots.among(names)
        if drawn is not None:
            self.ties.append(Tie(place, drawn, left, True, Settled.LOT, drawn))
            return self.purses.ids.index(drawn[0])
        if self.purses.are_apart(best) or self._all_end_alike(best):
            self.ties.append(Tie(place, names, left, False, Settled.NOT_NEEDED))
            return best[0]
        return None

    def _all_end_alike(self, best: tuple[int, ...]) -> bool:
        """Whether every order of equals, now and later, leads to the same purchases; followed up to MOST_ENDS."""
        found: set[frozenset[int]] = set()
        for number, end in enumerate(_ends(self.purses, best), 1):
            found.add(end)
            if len(found) > 1 or number > MOST_ENDS:
                return False
        return True


def _ends(purses: Purses, best: tuple[int, ...]) -> Iterator[frozenset[int]]:
    """The sets of projects bought at the end of each way to settle this tie and all later ones."""
    for project in best[:1] if purses.are_apart(best) else best:
        branch = purses.copy()
        branch.buy(project)
        following = branch.best()
        while len(following) < 2:
            if following:
                branch.buy(following[0])
            elif not branch.next_rank():
                break
            following = branch.best()
        if following:
            yield from _ends(branch, following)
        else:
            yield frozenset(branch.bought)


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    lots, purses, book = DrawnLots(terms.lots, election), Purses(election, terms), Book(election)
    run = _Purchases(purses, terms, lots, [], [])
    tied = run.run()
    for payment in run.payments:
        book.step(purses.ids[payment.project], Decision.FUNDED, "art. 3", _basis(purses, payment))
    if tied:
        stage, names = len(book.steps) + 1, tuple(purses.ids[project] for project in tied)
        return LotRequired(chosen.name, chosen.version, names, stage, stage, book.left, tuple(book.steps))
    ties: tuple[Tie, ...] = ()
    if chosen.completion(terms) is Completion.GREEDY:
        remainder = Remainder(election, terms, lots, book)
        lot_required = remainder.run(chosen.name, chosen.version)
        ties = tuple(remainder.ties)
        if lot_required:
            return lot_required
    lots.check_all_used()
    _the_rest(book, purses, terms)
    return book.outcome(chosen, (*run.ties, *ties), purses.endowment)


def _the_rest(book: Book, purses: Purses, terms: Terms) -> None:
    """Write down the projects without money by id, each with its reason."""
    rivals = rivals_of(terms.incompatible)
    for project_id in book.others():
        number = purses.ids.index(project_id)
        held, cost = purses.held(number), purses.costs[number]
        basis = NeverBought(book.votes[project_id], held, held / cost)
        if not rivals.get(project_id, frozenset()).isdisjoint(book.funded):
            book.step(project_id, Decision.INCOMPATIBLE, INCOMPATIBLE_ARTICLE, basis)
        elif cost > book.left:
            book.step(project_id, Decision.DOES_NOT_FIT, "art. 5", basis)
        else:
            book.step(project_id, Decision.NOT_AFFORDABLE, "art. 3", basis)


def _basis(purses: Purses, payment: Payment) -> BoughtAtRank:
    return BoughtAtRank(
        payment.rank,
        payment.supporters,
        payment.price,
        payment.emptied,
        payment.held,
        payment.held / purses.costs[payment.project],
    )


_TITLE = "Gelijk aandeel per stemmer; per ronde telt een voorkeur meer mee"

RULES = (
    Rule(
        "expanding-approvals",
        1,
        frozenset({BallotKind.RANKING}),
        _TITLE,
        "expanding-approvals.md",
        _count,
        completions=(Completion.GREEDY, Completion.NONE),
        proportional=True,
    ),
)
