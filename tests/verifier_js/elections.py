"""Elections by chance, the same at every run, and how the tally counts them."""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

from wijkbudget.tally import ApprovalBallot, Election, Lot, LotRequired, Project, RankingBallot, count

T = TypeVar("T")

COMPLETIONS = ("none", "add1", "add1-exhaustive", "greedy", "add1-greedy", "add1-exhaustive-greedy", None)
VALUES = ("cost", "cardinality")
APPROVAL = {
    "greedy": [(None, None)],
    "greedy-stop": [(None, None)],
    "greedy-remainder": [(None, None)],
    "greedy-per-cost": [(None, None)],
    "equal-shares": [(completion, value) for completion in COMPLETIONS for value in VALUES],
    "phragmen": [("none", None), ("greedy", None)],
    "max-satisfaction": [(None, None)],
    "bos": [(None, value) for value in VALUES],
}
RANKING = {
    "equal-shares-borda": [(completion, value) for completion in COMPLETIONS for value in VALUES],
    "schulze": [(None, None)],
    "schulze-stop": [(None, None)],
    "ranked-pairs": [(None, None)],
    "borda": [(None, None)],
    "irv-budget": [(None, None)],
    "expanding-approvals": [("greedy", None), ("none", None)],
}
OPTIONS: dict[str, list[tuple[str | None, str | None]]] = {**APPROVAL, **RANKING}


class Dice:
    """Numbers that look like chance and follow from a word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.thrown = 0

    def upto(self, most: int) -> int:
        """A whole number from 0 to `most`."""
        self.thrown += 1
        digest = hashlib.sha256(f"{self.word} {self.thrown}".encode()).digest()
        return int.from_bytes(digest[:8]) % (most + 1)

    def one_in(self, many: int) -> bool:
        return self.upto(many - 1) == 0

    def pick(self, values: Sequence[T]) -> T:
        return values[self.upto(len(values) - 1)]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        left = list(values)
        return [left.pop(self.upto(len(left) - 1)) for _ in range(len(left))]


def draw_election(dice: Dice, rule: str, completion: str | None, satisfaction: str | None) -> dict[str, Any]:
    """A small election with many equal costs and ballots, so that ties are common."""
    many = 1 + dice.upto(11 if dice.one_in(5) else 5)
    unit = dice.pick([1, 50, 100, 1000])
    costs = {
        number: unit * (1 + dice.upto(dice.pick([2, 8, 29]))) for number in dice.shuffled(range(1, many + 1))
    }
    together = sum(costs.values())
    budget = dice.upto(together + unit) if dice.one_in(2) else unit * (1 + dice.upto(together // unit))
    ranked = rule in RANKING
    ballots = []
    for _ in range(dice.upto(13)):
        length = dice.upto(many) if dice.one_in(2) else min(many, dice.upto(3))
        choice = dice.shuffled(range(1, many + 1))[:length]
        ballots.append(choice if ranked else sorted(choice))
    if ballots and dice.one_in(3):
        ballots = [dice.pick(ballots) for _ in ballots]
    return {
        "rule": rule,
        "completion": completion,
        "satisfaction": satisfaction,
        "budget": budget,
        "costs": costs,
        "ballots": ballots,
        "ranked": ranked,
        "withdrawn": [number for number in costs if dice.one_in(12)],
        "minSupport": dice.pick([0, 0, 1, 1, 1, 2, 3]),
    }


def _name(number: int) -> str:
    # The tally orders projects by their id as text, the reglementen by their number.
    return f"{number:03d}"


def count_by_tally(case: dict[str, Any], dice: Dice) -> tuple[dict[str, Any], list[list[int]]]:
    """What the tally makes of an election, with a lot drawn whenever it asks for one: outcome and lots."""
    costs: dict[int, int] = case["costs"]
    projects = [
        Project(_name(number), cost, withdrawn=number in case["withdrawn"]) for number, cost in costs.items()
    ]
    ballots: list[ApprovalBallot | RankingBallot] = []
    for choice in case["ballots"]:
        names = [_name(number) for number in choice]
        if case["ranked"]:
            ballots.append(RankingBallot(tuple(frozenset({name}) for name in names)))
        else:
            ballots.append(ApprovalBallot(frozenset(names)))
    election = Election.of(case["budget"], projects, ballots)
    options = {key: case[key] for key in ("completion", "satisfaction") if case[key] is not None}
    lots: list[list[str]] = []
    while True:
        drawn = [Lot(tuple(lot)) for lot in lots]
        outcome = count(election, case["rule"], lots=drawn, min_support=case["minSupport"], **options)
        if not isinstance(outcome, LotRequired):
            break
        lots.append(dice.shuffled(outcome.tied))
    funded = [int(name) for name in outcome.funded]
    left = case["budget"] - sum(costs[number] for number in funded)
    offered = [
        [int(step.project), left] for step in outcome.steps if step.decision.value == "offered-remainder"
    ]
    return {"funded": funded, "offered": offered}, [[int(name) for name in lot] for lot in lots]
