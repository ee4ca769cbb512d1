"""The register of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Election,
    Outcome,
    Project,
    RankingBallot,
    RuleDoesNotFit,
    TallyError,
    UnknownRule,
    count,
    rule,
)

REGLEMENTS = Path(__file__).parents[2] / "docs" / "rules"
RANKING = Election.of(1, [Project("a", 1)], [RankingBallot((frozenset({"a"}),))])
APPROVAL = Election.of(1, [Project("a", 1)], [ApprovalBallot(frozenset({"a"}))])


def test_the_register_holds_the_rules_of_this_version() -> None:
    assert sorted(RULES) == [
        "borda",
        "bos",
        "equal-shares",
        "equal-shares-borda",
        "expanding-approvals",
        "greedy",
        "greedy-per-cost",
        "greedy-remainder",
        "greedy-stop",
        "irv-budget",
        "max-satisfaction",
        "phragmen",
        "ranked-pairs",
        "schulze",
        "schulze-stop",
    ]


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_has_a_reglement_and_a_title(name: str) -> None:
    assert (REGLEMENTS / rule(name).reglement).is_file()
    assert rule(name).title


def test_an_old_result_can_name_its_version() -> None:
    assert rule("greedy", 1).name == "greedy"
    assert isinstance(count(APPROVAL, "greedy", rule_version=1), Outcome)


@pytest.mark.parametrize(("name", "version"), [("toeval", None), ("greedy", 99)])
def test_an_unknown_rule_or_version_is_refused(name: str, version: int | None) -> None:
    with pytest.raises(UnknownRule, match=name):
        rule(name, version)


@pytest.mark.parametrize(("name", "election"), [("greedy", RANKING), ("schulze-stop", APPROVAL)])
def test_a_rule_refuses_ballots_it_cannot_count(name: str, election: Election) -> None:
    with pytest.raises(RuleDoesNotFit, match=f"rule {name} counts"):
        count(election, name)


@pytest.mark.parametrize(
    ("option", "fault"),
    [
        ({"satisfaction": "x"}, "there is no satisfaction 'x'; choose cost, cardinality"),
        ({"completion": "x"}, "there is no completion 'x'; choose none, add1"),
        ({"eligible": "x"}, "there is no eligible 'x'; choose all, votes-per-cost"),
        ({"engine": "quick"}, "engine 'quick' is not 'auto', 'exact' or 'fast'"),
    ],
)
def test_an_option_that_does_not_exist_is_refused_with_those_that_do(
    option: dict[str, Any], fault: str
) -> None:
    with pytest.raises(TallyError, match=fault):
        count(Election.of(1, [], []), "equal-shares", **option)
