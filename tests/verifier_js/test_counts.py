"""The counts in the browser and those of the tally are two programs with one outcome."""

from typing import Any

import pytest

from tests.verifier_js.elections import OPTIONS, Dice, count_by_tally, draw_election
from tests.verifier_js.node import run

ELECTIONS = 160
# These ask for a lot only when the order of a tie decides. The rules that share money also do when it is not certain.
ALWAYS_DECIDES = {
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
}


@pytest.mark.parametrize("rule", sorted(OPTIONS))
def test_browser_and_tally_fund_the_same_projects_in_the_same_order(rule: str) -> None:
    dice = Dice(rule)
    cases: list[dict[str, Any]] = []
    expected = []
    for number in range(max(ELECTIONS, 12 * len(OPTIONS[rule]))):
        completion, satisfaction = OPTIONS[rule][number % len(OPTIONS[rule])]
        case = draw_election(dice, rule, completion, satisfaction)
        outcome, lots = count_by_tally(case, dice)
        cases.append({**case, "lots": lots, "told": outcome["funded"]})
        expected.append(outcome)
    assert sum(bool(case["lots"]) for case in cases) >= 3
    found = run("counts.mjs", cases)
    for case, outcome, own in zip(cases, expected, found, strict=True):
        assert own == {**outcome, "unused": None}, case


@pytest.mark.parametrize("rule", sorted(OPTIONS))
def test_a_missing_lot_and_a_lot_too_many_are_noticed(rule: str) -> None:
    dice = Dice(f"lots of {rule}")
    completion, satisfaction = OPTIONS[rule][0]
    short, long, outcomes = [], [], []
    while len(short) < 5:
        case = draw_election(dice, rule, completion, satisfaction)
        outcome, lots = count_by_tally(case, dice)
        long.append({**case, "lots": [*lots, [997, 998]]})
        if lots:
            short.append({**case, "lots": lots[:-1]})
            outcomes.append((outcome, sorted(lots[-1])))
    for own, (outcome, tied) in zip(run("counts.mjs", short), outcomes, strict=True):
        if rule in ALWAYS_DECIDES:
            assert own == {"tied": tied}
        elif "tied" in own:
            assert set(own["tied"]) <= set(tied)
        else:
            # The tally also asks for a lot when it cannot be sure; then no order changes what gets money.
            assert sorted(own["funded"]) == sorted(outcome["funded"])
    assert all(own["unused"] == [997, 998] for own in run("counts.mjs", long))


@pytest.mark.parametrize(
    "options",
    [
        {"rule": "loterij"},
        {"rule": "greedy", "version": 2},
        {"rule": "schulze"},
        {"rule": "phragmen", "completion": "add1"},
        {"rule": "bos", "satisfaction": "genoegen"},
        {"rule": "constructor"},
    ],
    ids=str,
)
def test_a_rule_that_is_not_known_is_said_and_not_guessed(options: dict[str, Any]) -> None:
    case = {
        "budget": 100,
        "costs": {1: 60},
        "withdrawn": [],
        "ballots": [[1]],
        "ranked": False,
        "completion": None,
        "satisfaction": None,
        "minSupport": 1,
        "lots": [],
    }
    (own,) = run("counts.mjs", [{**case, **options}])
    assert "hier onbekend" in own["unknown"] or "andere stembiljetten" in own["unknown"]


def test_money_beyond_what_a_float_can_hold_is_still_counted_exactly() -> None:
    cents = 2**53 - 1
    case = {
        "rule": "equal-shares",
        "completion": "none",
        "satisfaction": "cost",
        "budget": cents,
        "costs": {1: cents - 7, 2: 3, 3: 1},
        "withdrawn": [],
        "ballots": [[1, 2]] * 3 + [[1]] * 4,
        "ranked": False,
        "minSupport": 1,
        "lots": [],
    }
    (own,) = run("counts.mjs", [case])
    outcome, _ = count_by_tally(case, Dice("groot"))
    assert own["funded"] == outcome["funded"] == [1, 2]


def shares(**own: Any) -> dict[str, Any]:
    return {
        "rule": "equal-shares",
        "completion": "none",
        "satisfaction": "cost",
        "withdrawn": [],
        "ranked": False,
        "minSupport": 0,
        "lots": [],
        **own,
    }


def test_a_lot_also_holds_between_some_projects_of_a_later_tie() -> None:
    case = shares(
        budget=6000,
        costs={1: 1800, 2: 700, 3: 100, 4: 900, 5: 300, 6: 300, 7: 2500, 8: 800},
        ballots=[[5], [1, 2, 3, 4, 6, 7, 8], [6, 7], [3, 4, 7], [2, 8], [2, 3, 4, 5, 6, 7, 8]],
        lots=[[3, 4, 8, 2, 6]],
    )
    other = {**case, "lots": [[3, 4, 2, 8, 6]]}
    first, second = run("counts.mjs", [case, other])
    assert first["funded"] == [7, 3, 4, 6, 5, 8]
    assert set(second["funded"]) == {2, 3, 4, 5, 6, 7}


def test_where_a_tie_decides_about_no_money_any_order_of_it_holds_and_no_other_set() -> None:
    # A lot was needed in an earlier round; in the last one both are bought whoever goes first.
    case = shares(
        budget=2248,
        completion="add1",
        costs={1: 1250, 3: 600},
        ballots=[[1, 3], [3], [], [], [], [], [1], [3], [], [], [1], [1, 3]],
        lots=[[3, 1]],
    )
    told = [{**case, "told": numbers} for numbers in ([3, 1], [1, 3], [1], [])]
    assert [own["funded"] for own in run("counts.mjs", told)] == [[3, 1], [1, 3], [3, 1], [3, 1]]
