"""Rules that put the projects in an order and then hand out the money in that order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from wijkbudget.tally.allocation import Allocation, Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Decision, LotRequired, Outcome
from wijkbudget.tally.pairwise import Pairwise
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import Terms

Places = Sequence[Sequence[str]]
Order = Callable[[Election], tuple[Places, Pairwise | None]]
"""Groups of equal projects, best first, without the withdrawn ones; and the pairwise comparison if there was one."""


def order_rule(
    name: str, title: str, reglement: str, kinds: frozenset[BallotKind], order: Order, misfit: Misfit
) -> Rule:
    """Version 1 of a rule that orders first and then funds in that order."""
    return Rule(name, 1, kinds, title, reglement, partial(_order_then_fund, order, misfit))


def _order_then_fund(
    order: Order, misfit: Misfit, chosen: Rule, election: Election, terms: Terms
) -> Outcome | LotRequired:
    places, pairwise = order(election)
    purse = Allocation(election, election.votes(), misfit, terms)
    lot_required = purse.run(places, chosen.name, chosen.version)
    if lot_required:
        return lot_required
    funded = tuple(step.project for step in purse.steps if step.decision is Decision.FUNDED)
    return Outcome(
        rule=chosen.name,
        rule_version=chosen.version,
        budget=election.budget,
        spent=election.budget - purse.left,
        funded=funded,
        steps=tuple(purse.steps),
        ties=tuple(purse.ties),
        pairwise=pairwise,
    )
