"""Two programs that share no code count the same: the tally, and the verifier that was written from the reglementen."""

import pytest

from tests.verifier.elections import KINDS, OPTIONS, Case, Dice, by_tally, by_verifier, draw_case
from wijkbudget.data.verifier import verify
from wijkbudget.tally import RULES

ELECTIONS = 150
ORDER_RULES = [
    "greedy",
    "greedy-stop",
    "greedy-remainder",
    "greedy-per-cost",
    "schulze",
    "schulze-stop",
    "ranked-pairs",
    "borda",
    "irv-budget",
    "max-satisfaction",
]
"""Rules in which a lot is only drawn when the tie decides; in the others also when that is not certain."""


def named(rule: str, options: dict[str, str | None]) -> str:
    return " ".join([rule, *(value for value in options.values() if value)])


def test_every_rule_of_the_register_is_counted_again() -> None:
    assert set(verify.RULES) == set(RULES)


@pytest.mark.parametrize(("rule", "options"), OPTIONS, ids=[named(*each) for each in OPTIONS])
def test_the_verifier_funds_what_the_tally_funds_in_the_same_order(
    rule: str, options: dict[str, str | None]
) -> None:
    dice = Dice(named(rule, options))
    for _ in range(ELECTIONS):
        case = draw_case(dice, KINDS[rule])
        told = by_tally(case, rule, options, dice.shuffled)
        assert by_verifier(case, rule, options, told.lots) == told, case


@pytest.mark.parametrize("rule", sorted(KINDS))
def test_many_of_these_elections_need_a_lot(rule: str) -> None:
    dice, lots = Dice("lots"), 0
    combinations = [each for name, each in OPTIONS if name == rule]
    for options in combinations:
        for _ in range(max(50, 200 // len(combinations))):
            case = draw_case(dice, KINDS[rule])
            lots += len(by_tally(case, rule, options, dice.shuffled).lots)
    assert lots >= 2


@pytest.mark.parametrize("rule", ORDER_RULES)
def test_a_count_without_the_lot_that_decides_is_a_fault(rule: str) -> None:
    dice, missed = Dice("missing"), 0
    while missed < 5:
        case = draw_case(dice, KINDS[rule])
        told = by_tally(case, rule, {"satisfaction": None, "completion": None}, dice.shuffled)
        if told.lots:
            missed += 1
            with pytest.raises(verify.Uncounted, match="er is geen lot"):
                by_verifier(case, rule, {"satisfaction": None, "completion": None}, told.lots[:-1])


@pytest.mark.parametrize("completion", ["none", "add1", "greedy"])
def test_a_lot_that_decides_may_not_be_left_out_of_equal_shares(completion: str) -> None:
    case = Case(100_00, {1: 60_00, 2: 60_00}, [(1, 2)] * 4, [], 1)
    with pytest.raises(verify.Uncounted):
        by_verifier(case, "equal-shares", {"satisfaction": "cost", "completion": completion}, [])


@pytest.mark.parametrize("rule", sorted(KINDS))
def test_a_lot_that_was_not_needed_changes_nothing(rule: str) -> None:
    case = Case(100_00, {1: 10_00, 2: 10_00, 3: 10_00}, [(1, 2)] * 4, [], 1)
    options = next(each for name, each in OPTIONS if name == rule)
    assert by_verifier(case, rule, options, [[3, 2]]) == by_verifier(case, rule, options, [])


def large_case(dice: Dice, kind: str, voters: int) -> Case:
    """A wijk: 40 projects, at most ten on a ballot, and some far more popular than others."""
    numbers = list(range(1, 41))
    choices = []
    for _ in range(voters):
        chosen = [number for number in numbers if dice.below(40) < 1 + number // 3][:10]
        choices.append(tuple(dice.shuffled(chosen) if kind == "ranking" else chosen))
    costs = {number: (5 + dice.below(300)) * 100_00 for number in numbers}
    return Case(100_000_00, costs, choices, [7], 1)


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("equal-shares", {"satisfaction": "cost", "completion": "add1"}),
        ("equal-shares-borda", {"satisfaction": "cost", "completion": "add1-exhaustive-greedy"}),
        ("schulze", {"satisfaction": None, "completion": None}),
        ("ranked-pairs", {"satisfaction": None, "completion": None}),
        ("max-satisfaction", {"satisfaction": None, "completion": None}),
        ("phragmen", {"satisfaction": None, "completion": "greedy"}),
    ],
)
def test_a_count_of_a_wijk_agrees_too(rule: str, options: dict[str, str | None]) -> None:
    dice = Dice("wijk")
    case = large_case(dice, KINDS[rule], 400)
    told = by_tally(case, rule, options, dice.shuffled)
    assert by_verifier(case, rule, options, told.lots) == told


def test_raising_by_many_thousands_of_euros_is_passed_over_in_stretches() -> None:
    """Project 1 has a single voter of ten, who needs his share to be raised tenfold; each euro is a run."""
    costs = {1: 90_000_00, 2: 9_000_00, 3: 20_000_00}
    case = Case(100_000_00, costs, [(1,), *[(2,)] * 8, (3,)], [], 1)
    told = by_tally(case, "equal-shares", {"satisfaction": "cost", "completion": "add1"}, list)
    raising = verify.Raising(
        verify.Market(verify.Election(case.budget, costs, case.choices, [], 1)), True, False, verify.Lots([])
    )
    runs: list[tuple[int, int]] = []
    counted = raising.run
    raising.run = lambda first, last: (runs.append((first, last)), counted(first, last))[1]  # type: ignore[method-assign]
    assert raising.last_run() == told.funded == [2, 3]
    assert len(runs) < 100 < max(last for _, last in runs)
