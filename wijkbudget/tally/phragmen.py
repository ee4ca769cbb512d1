"""Sequential Phragmén: supporters earn money all the time, and buy a project together as soon as they have its cost.

Sources: M. Los, Z. Christoff and D. Grossi, "Proportional Budget Allocations: Towards a Systematization", IJCAI 2022; after
L. E. Phragmén, 1894-1899 (M. Brill, R. Freeman, S. Janson and M. Lackner, "Phragmén's voting methods and justified
representation", AAAI 2017). Reglement: docs/rules/phragmen.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from wijkbudget.tally.book import Book
from wijkbudget.tally.branches import Settler, ends, settled_ties
from wijkbudget.tally.conditions import INCOMPATIBLE_ARTICLE, rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.last_paid import last_paid
from wijkbudget.tally.outcome import Basis, Decision, LotRequired, Outcome, Tie
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.remainder import Remainder
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import Completion, DrawnLots, Terms


@dataclass(frozen=True, slots=True)
class Earned(Basis):
    """When the supporters of a project had its cost: what each voter earned by then, in cents.

    `most_cents` and `least_cents`: what one supporter paid at most and at least, namely all that was earned since the
    last purchase this supporter took part in.
    """

    time_cents: Fraction
    supporters: int
    most_cents: Fraction
    least_cents: Fraction


@dataclass(frozen=True, slots=True)
class Waiting(Basis):
    """When the supporters of a project that was not bought would have had its cost.

    None if nobody supports it, or if it costs more than the whole budget and so does not take part.
    """

    time_cents: Fraction | None
    supporters: int


class Earning:
    """The purses as time goes by, exact; a `branches.Course` that ends at itself.

    What a voter has is the time since the last purchase that this voter took part in. So the money behind a project is
    a sum over the few moments of purchase: how many supporters last paid then, times how long ago that was. Times are
    whole numbers over `unit`, in cents that each voter earned.
    """

    def __init__(self, election: Election, terms: Terms) -> None:
        self._projects = election.projects
        self.left = election.budget
        projects = len(election.projects)
        self.paid = last_paid(election.profile, projects, terms.engine)
        votes = list(election.votes().values())
        self._votes, self.unit, self.moments = votes, 1, [0]
        able = [p for p in range(projects) if votes[p] and self._projects[p].cost <= election.budget]
        self.waiting = {p: Fraction(self._projects[p].cost, votes[p]) for p in able}
        self.bought: list[int] = []
        self.bases: dict[int, Earned] = {}
        rivals = rivals_of(terms.incompatible)
        self._rivals = {
            election.index[one]: {election.index[other] for other in others} for one, others in rivals.items()
        }
        self.excluded: set[int] = set()

    def copy(self) -> Self:
        """The same state, to go on with in another way."""
        other = type(self).__new__(type(self))
        other.__dict__ |= self.__dict__
        other.paid, other.moments, other.waiting = self.paid.copy(), self.moments.copy(), self.waiting.copy()
        other.bought, other.bases, other.excluded = (
            self.bought.copy(),
            self.bases.copy(),
            self.excluded.copy(),
        )
        return other

    def equals(self) -> tuple[int, ...]:
        """The projects whose supporters have the cost first; none if one of those costs more than what is left.

        A purchase takes money away from supporters, so a moment computed earlier is a lower bound now.
        """
        known: set[int] = set()
        while self.waiting:
            least = min(self.waiting.values())
            first = tuple(sorted(p for p, moment in self.waiting.items() if moment == least))
            if known.issuperset(first):
                return () if any(self._projects[p].cost > self.left for p in first) else first
            for project in set(first) - known:
                self.waiting[project] = self._moment(project)
                known.add(project)
        return ()

    def _moment(self, project: int) -> Fraction:
        """When the supporters have the cost together: the cost and all that they had earned when they last paid."""
        counts = self.paid.voters_by_moment(project, len(self.bought))
        before = sum(count * moment for count, moment in zip(counts, self.moments, strict=True) if count)
        return Fraction(self._projects[project].cost * self.unit + before, self._votes[project] * self.unit)

    def is_harmless(self, tied: tuple[int, ...]) -> bool:
        """Whether these are all bought at this moment, in any order: no shared supporters, and money for all."""
        if sum(self._projects[p].cost for p in tied) > self.left:
            return False
        if any(self._rivals.get(p, set()) & set(tied) for p in tied):
            return False
        return not self.paid.share_a_voter(tied, -1)

    def take(self, project: int) -> None:
        """Let the supporters pay all they have."""
        moment = self.waiting.pop(project)
        counts = self.paid.voters_by_moment(project, len(self.bought))
        times = [time for time, count in zip(self.moments, counts, strict=True) if count]
        least, most = (moment - Fraction(time, self.unit) for time in (max(times), min(times)))
        self.bases[project] = Earned(moment, self._votes[project], most, least)
        factor = Fraction(moment.denominator, self.unit).numerator
        self.unit *= factor
        self.moments = [time * factor for time in self.moments] + [int(moment * self.unit)]
        self.bought.append(project)
        self.paid.pay(project, len(self.bought))
        self.left -= self._projects[project].cost
        for rival in self._rivals.get(project, set()) & self.waiting.keys():
            del self.waiting[rival]
            self.excluded.add(rival)

    def spent(self) -> int:
        """What the projects bought cost together."""
        return sum(self._projects[project].cost for project in self.bought)

    def taken(self) -> tuple[int, ...]:
        """The projects bought, in order."""
        return tuple(self.bought)

    def end(self) -> Self:
        """The state itself, with the true moment of each project that is still waiting."""
        self.waiting = {project: self._moment(project) for project in self.waiting}
        return self


def _count(chosen: Rule, election: Election, terms: Terms) -> Outcome | LotRequired:
    ids = [project.id for project in election.projects]
    lots = DrawnLots(terms.lots, election)
    settler = Settler.of(ids, terms, lots)
    found = ends(Earning(election, terms), settler)
    if found.tie:
        return found.tie.lot_required(chosen, ids, election.budget)
    (end,) = found.by_funded.values()
    book = Book(election)
    for project in end.bought:
        book.step(ids[project], Decision.FUNDED, "art. 2", end.bases[project])
    ties: tuple[Tie, ...] = ()
    if chosen.completion(terms) is Completion.GREEDY:
        remainder = Remainder(election, terms, lots, book)
        lot_required = remainder.run(chosen.name, chosen.version)
        ties = tuple(remainder.ties)
        if lot_required:
            return lot_required
    lots.check_all_used()
    for project_id in book.others():
        project = election.index[project_id]
        waiting = Waiting(end.waiting.get(project), book.votes[project_id])
        if project in end.excluded:
            book.step(project_id, Decision.INCOMPATIBLE, INCOMPATIBLE_ARTICLE)
        elif election.projects[project].cost > book.left and book.votes[project_id]:
            book.step(project_id, Decision.DOES_NOT_FIT, "art. 3", waiting)
        elif not book.votes[project_id]:
            book.step(project_id, Decision.NOT_AFFORDABLE, "art. 3", waiting)
        else:
            book.step(project_id, Decision.AFTER_STOP, "art. 3", waiting)
    costs = [project.cost for project in election.projects]
    settled = settled_ties(settler, end.taken(), election.budget, costs)
    return book.outcome(chosen, (*settled, *ties))


RULES = (
    Rule(
        "phragmen",
        1,
        frozenset({BallotKind.APPROVAL}),
        "Phragmén: kiezers sparen, en kopen samen wat zij steunen",
        "phragmen.md",
        _count,
        completions=(Completion.NONE, Completion.GREEDY),
        proportional=True,
    ),
)
