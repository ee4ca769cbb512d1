"""Hand out the budget place by place, and find the ties that decide who gets money.

Every rule that first puts the projects in an order ends here. Article numbers are those of docs/rules/:
2 what fits, 3 what does not fit, 4 ties and lots, 5 withdrawn, 6 minimum support. Rivals are in conditions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from wijkbudget.tally.conditions import INCOMPATIBLE_ARTICLE, rivals_of
from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Decision, LotRequired, Settled, Step, Tie
from wijkbudget.tally.terms import DrawnLots, Terms


class Misfit(Enum):
    """What happens at a project that costs more than is left: pass over it, stop, or offer it what is left and stop."""

    SKIP = "skip"
    STOP = "stop"
    OFFER = "offer"


@dataclass(slots=True)
class Allocation:
    """The purse during a count; amounts in cents. Run it once with `run`."""

    election: Election
    votes: dict[str, int]
    misfit: Misfit
    terms: Terms
    left: int = field(init=False)
    stopped: bool = field(init=False, default=False)
    steps: list[Step] = field(init=False, default_factory=list)
    ties: list[Tie] = field(init=False, default_factory=list)
    costs: dict[str, int] = field(init=False)
    rivals: dict[str, frozenset[str]] = field(init=False)
    funded: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.left = self.election.budget
        self.costs = {project.id: project.cost for project in self.election.projects}
        self.rivals = rivals_of(self.terms.incompatible)

    def run(
        self, places: Iterable[Sequence[str]], rule: str, rule_version: int, standing: DrawnLots | None = None
    ) -> LotRequired | None:
        """Treat each place (equal projects, best first); a tie that matters and has no lot ends the run.

        Fills `steps`, `ties` and `left`; raises `LotDoesNotFit` for a lot that no tie asked for.
            `standing`: lots that may have settled earlier ties of this count, and hold for later ones.
        """
        lots = standing or DrawnLots(self.terms.lots, self.election)
        place = 1
        for group in places:
            if not self._treat(sorted(group), place, lots, again=standing is not None):
                tied = self._contested(self._eligible(group))
                stage = len(self.steps) + 1
                return LotRequired(rule, rule_version, tied, stage, place, self.left, tuple(self.steps))
            place += len(group)
        lots.check_all_used()
        for project in self.election.projects:
            if project.withdrawn:
                self._step(None, project.id, Decision.WITHDRAWN, "art. 5")
        return None

    def _treat(self, group: list[str], place: int, lots: DrawnLots, *, again: bool) -> bool:
        """Decide on all projects of one place; False if a lot must be drawn first."""
        tied = self._eligible(group)
        contested = self._contested(tied)
        among = frozenset(contested)
        by_lot = self.terms.ties == "lot"
        drawn = None
        if by_lot and len(tied) > 1:
            drawn = lots.among(contested or tied) if again else lots.take(tied, contested or tied)
        settled = Settled.NOT_NEEDED
        if contested:
            settled = Settled.LOT if by_lot else Settled.LEXICOGRAPHIC
            if by_lot and drawn is None:
                return False
            contested = tuple(project_id for project_id in drawn or contested if project_id in among)
        order = contested + tuple(project_id for project_id in tied if project_id not in among)
        if len(tied) > 1:
            self.ties.append(Tie(place, order, self.left, bool(contested), settled, contested))
        self._fund(order, place, contested, settled)
        eligible = frozenset(tied)
        for project_id in group:
            if project_id not in eligible:
                self._step(place, project_id, Decision.TOO_LITTLE_SUPPORT, "art. 6")
        return True

    def _eligible(self, group: Iterable[str]) -> tuple[str, ...]:
        """The projects of a place with enough support to be funded, by id."""
        return tuple(sorted(p for p in group if self.votes[p] >= self.terms.min_support))

    def _contested(self, tied: tuple[str, ...]) -> tuple[str, ...]:
        """The tied projects among which the order decides who gets money; none if the tie does not matter.

        Passing over: those that fit alone, if they do not fit together; else those that exclude each other. Stopping:
        all of them, if one fits alone and they do not fit together: then the one that goes first, or the one that
        stops the funding, depends on the order. Offering: the same, and also if none fits and something is left.
        """
        free = tuple(p for p in tied if not self._is_blocked(p))
        fitting = tuple(p for p in free if self.costs[p] <= self.left)
        offering = self.misfit is Misfit.OFFER and self.left > 0
        if self.stopped or not (fitting or offering):
            return ()
        among = fitting if self.misfit is Misfit.SKIP else free
        if sum(self.costs[p] for p in among) <= self.left:
            among = tuple(p for p in among if not self._rivals(p).isdisjoint(among))
        return among if len(among) > 1 else ()

    def _rivals(self, project_id: str) -> frozenset[str]:
        return self.rivals.get(project_id, frozenset())

    def _is_blocked(self, project_id: str) -> bool:
        """Whether a funded project excludes this one."""
        return not self._rivals(project_id).isdisjoint(self.funded)

    def _fund(self, order: Sequence[str], place: int, contested: tuple[str, ...], settled: Settled) -> None:
        """Fund the projects of one place in this order, as far as they fit."""
        stopped, free = self.stopped, [p for p in order if not self._is_blocked(p)]
        none_fits = bool(free) and all(self.costs[p] > self.left for p in free)
        decisive = frozenset(contested)
        for project_id in order:
            by_tie = "" if settled is Settled.NOT_NEEDED or project_id not in decisive else " en 4"
            if self._is_blocked(project_id) and not self.stopped:
                self._step(place, project_id, Decision.INCOMPATIBLE, INCOMPATIBLE_ARTICLE)
            elif self.stopped:
                self._step(place, project_id, Decision.AFTER_STOP, "art. 3")
            elif self.costs[project_id] <= self.left:
                self._step(place, project_id, Decision.FUNDED, "art. 2" + by_tie)
            elif self.misfit is Misfit.OFFER and self.left > 0:
                self._step(place, project_id, Decision.OFFERED_REMAINDER, "art. 3" + by_tie)
                self.stopped = True
            else:
                self._step(place, project_id, Decision.DOES_NOT_FIT, "art. 3" + by_tie)
                # Equal projects of which none fits get one and the same reason; the stop comes after them.
                self.stopped = self.misfit is not Misfit.SKIP and not none_fits
        if self.misfit is not Misfit.SKIP and order and none_fits and not stopped:
            self.stopped = True

    def _step(self, place: int | None, project_id: str, decision: Decision, article: str) -> None:
        before, cost = self.left, self.costs[project_id]
        if decision is Decision.FUNDED:
            self.left -= cost
            self.funded.add(project_id)
        elif decision is Decision.OFFERED_REMAINDER:
            self.left = 0
        number, votes = len(self.steps) + 1, self.votes[project_id]
        self.steps.append(Step(number, place, project_id, votes, cost, before, self.left, decision, article))
