"""Random small elections, and what the tally of the product makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wijkbudget.data.verifier import verify
from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    Outcome,
    Project,
    RankingBallot,
    count,
)

KINDS = {rule: kinds[0] for rule, (_, kinds, _, _) in verify.RULES.items()}
OPTIONS: list[tuple[str, dict[str, str | None]]] = [
    (rule, {"satisfaction": satisfaction, "completion": completion})
    for rule, (_, _, worths, completions) in verify.RULES.items()
    for satisfaction in worths or (None,)
    for completion in completions or (None,)
]
"""Every rule with every combination of its options."""


@dataclass
class Case:
    """One election, in the terms of the protocol."""

    budget: int
    costs: dict[int, int]
    choices: list[tuple[int, ...]]
    withdrawn: list[int]
    min_support: int


@dataclass
class Counted:
    """Who got money or an offer, after these lots."""

    funded: list[int]
    offered: list[tuple[int, int]]
    lots: list[list[int]] = field(default_factory=list)


class Dice:
    """Numbers that look drawn and are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0

    def below(self, limit: int) -> int:
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed} {self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def shuffled(self, values: list[int]) -> list[int]:
        rest = list(values)
        return [rest.pop(self.below(len(rest))) for _ in values]


def draw_case(dice: Dice, kind: str) -> Case:
    """Few projects, few ballots and round amounts, so that ties are common."""
    unit = [1, 50, 100, 1000][dice.below(4)]
    numbers = sorted(dice.shuffled(list(range(1, 31)))[: 1 + dice.below(6)])
    choices: list[tuple[int, ...]] = []
    for _ in range(dice.below(9)):
        chosen = dice.shuffled(numbers)[: dice.below(len(numbers) + 1)]
        if kind != "ranking":
            chosen.sort()
        choices += [tuple(chosen)] * (1 + dice.below(3))
    return Case(
        dice.below(25) * unit,
        {number: (1 + dice.below(9)) * unit for number in numbers},
        choices,
        [number for number in numbers if dice.below(10) == 0],
        dice.below(3),
    )


def by_tally(
    case: Case, rule: str, options: dict[str, str | None], draw: Callable[[list[int]], list[int]]
) -> Counted:
    """The count of the product; every lot that it asks for is drawn."""

    def name(number: int) -> str:
        return f"{number:04}"  # the tally orders names as texts, the reglementen order by number

    ballots = [
        RankingBallot(tuple(frozenset({name(n)}) for n in choice))
        if KINDS[rule] == "ranking"
        else ApprovalBallot(frozenset(map(name, choice)))
        for choice in case.choices
    ]
    projects = [Project(name(n), cost, "", n in case.withdrawn) for n, cost in case.costs.items()]
    election = Election.of(case.budget, projects, ballots)
    given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    lots: list[list[int]] = []
    while len(lots) < 20:
        drawn = [Lot(tuple(map(name, lot))) for lot in lots]
        outcome = count(election, rule, lots=drawn, min_support=case.min_support, **given)
        if isinstance(outcome, Outcome):
            offered = [
                (int(step.project), step.left_before)
                for step in outcome.steps
                if step.decision == Decision.OFFERED_REMAINDER
            ]
            return Counted([int(project) for project in outcome.funded], offered, lots)
        lots.append(draw([int(project) for project in outcome.tied]))
    raise AssertionError("the count keeps asking for lots")


def by_verifier(case: Case, rule: str, options: dict[str, str | None], lots: list[list[int]]) -> Counted:
    """The count of the verifier with these lots, and which of them it needed."""
    election = verify.Election(case.budget, case.costs, case.choices, case.withdrawn, case.min_support)
    pot = {"rule": rule, "rule_version": 1, **options}
    known = verify.Lots(lots)
    counted = verify.count(election, pot, KINDS[rule], known)
    needed = [lot for lot in lots if lot not in known.not_met()]
    return Counted(counted.funded, counted.offered, needed)
