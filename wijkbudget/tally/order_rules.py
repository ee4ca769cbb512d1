"""Rules that put the projects in an order and then hand out the money in that order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from wijkbudget.tally.allocation import Allocation, Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Basis, Decision, Event, LotRequired, Outcome, Step
from wijkbudget.tally.pairwise import Pairwise
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import DrawnLots, Terms


@dataclass(frozen=True, slots=True)
class Ordering:
    """Groups of equal projects, best first, without the withdrawn ones, and what the order was based on.

    `bases`: of each project the numbers behind its place; `events`: how the order came about.
    """

    places: Sequence[Sequence[str]]
    pairwise: Pairwise | None = None
    bases: Mapping[str, Basis] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


Order = Callable[[Election, Terms], Ordering]


def order_rule(
    name: str, title: str, reglement: str, kinds: frozenset[BallotKind], order: Order, misfit: Misfit
) -> Rule:
    """Version 1 of a rule that orders first and then funds in that order."""
    run = partial(_order_then_fund, order, misfit)
    return Rule(name, 1, kinds, title, reglement, run, shows_everything=True)


def _order_then_fund(
    order: Order, misfit: Misfit, chosen: Rule, election: Election, terms: Terms
) -> Outcome | LotRequired:
    return fund_in_order(order(election, terms), misfit, chosen, election, terms)


def fund_in_order(
    ordering: Ordering,
    misfit: Misfit,
    chosen: Rule,
    election: Election,
    terms: Terms,
    standing: DrawnLots | None = None,
) -> Outcome | LotRequired:
    """Hand out the money along an order; a tie that decides who gets it asks for a lot."""
    purse = Allocation(election, election.votes(), misfit, terms)
    lot_required = purse.run(ordering.places, chosen.name, chosen.version, standing)
    if lot_required:
        return replace(lot_required, steps_so_far=_with_bases(lot_required.steps_so_far, ordering))
    funded = tuple(step.project for step in purse.steps if step.decision is Decision.FUNDED)
    return Outcome(
        rule=chosen.name,
        rule_version=chosen.version,
        budget=election.budget,
        spent=election.budget - purse.left,
        funded=funded,
        steps=_with_bases(purse.steps, ordering),
        ties=tuple(purse.ties),
        pairwise=ordering.pairwise,
        events=ordering.events,
    )


def _with_bases(steps: Iterable[Step], ordering: Ordering) -> tuple[Step, ...]:
    return tuple(replace(step, basis=ordering.bases.get(step.project)) for step in steps)
