"""The register of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Election,
    Outcome,
    Project,
    RankingBallot,
    RuleDoesNotFit,
    UnknownRule,
    count,
    rule,
)

REGLEMENTS = Path(__file__).parents[2] / "docs" / "rules"
RANKING = Election.of(1, [Project("a", 1)], [RankingBallot((frozenset({"a"}),))])
APPROVAL = Election.of(1, [Project("a", 1)], [ApprovalBallot(frozenset({"a"}))])


def test_the_register_holds_the_four_rules_of_this_version() -> None:
    assert set(RULES) >= {"greedy", "greedy-stop", "schulze", "schulze-stop"}


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
