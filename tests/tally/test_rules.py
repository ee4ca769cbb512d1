"""The register of rules, and the real elections that come with the program."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare
from pabutools.tiebreaking import lexico_tie_breaking

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
    read_pabulib,
    rule,
)

SHIPPED = files("wijkbudget").joinpath("data/elections")
REGLEMENTS = Path(__file__).parents[2] / "docs" / "rules"
RANKING = Election.of(1, [Project("a", 1)], [RankingBallot((frozenset({"a"}),))])
APPROVAL = Election.of(1, [Project("a", 1)], [ApprovalBallot(frozenset({"a"}))])


def counted(name: str, rule_name: str = "greedy") -> Outcome:
    with as_file(SHIPPED.joinpath(name)) as path:
        result = count(read_pabulib(path).election, rule_name)
    assert isinstance(result, Outcome)
    return result


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


@pytest.mark.parametrize("name", sorted(file.name for file in SHIPPED.iterdir() if file.name.endswith(".pb")))
def test_pabutools_funds_the_same_projects_in_the_same_order(name: str) -> None:
    with as_file(SHIPPED.joinpath(name)) as path:
        instance, profile = parse_pabulib(str(path))
        ours = count(read_pabulib(path).election, "greedy", ties="lexicographic")
    theirs = greedy_utilitarian_welfare(
        instance, profile.as_multiprofile(), sat_class=Cost_Sat, tie_breaking=lexico_tie_breaking
    )
    assert isinstance(ours, Outcome)
    assert ours.funded == tuple(project.name for project in theirs)
    assert Fraction(ours.spent, 100) == sum(Fraction(project.cost) for project in theirs)


def test_west_begroot_2022_differs_from_the_official_outcome_in_its_last_project() -> None:
    # META says the city paid part of the first project that did not fit: 44497, with the 1,927 euro left after
    # 24 projects. We never pay part of a project: skipping reaches 44520 instead, stopping funds neither.
    skipping = counted("Netherlands_Amsterdam_631.pb")
    stopping = counted("Netherlands_Amsterdam_631.pb", "greedy-stop")
    assert (len(stopping.funded), stopping.left) == (24, 1_927_00)
    assert stopping.step("44497").decision == "does-not-fit"
    assert skipping.funded == (*stopping.funded, "44520")
    assert skipping.spent == 299_873_00


def test_buitenveldert_oost_2022_is_the_official_rule() -> None:
    # META: "Fund additional projects that fit within leftover budget ordered by score", which is skipping.
    outcome = counted("Netherlands_Amsterdam_619.pb")
    assert outcome.funded == ("43738", "43739", "43740", "43735", "43733")
    assert outcome.spent == 96_856_00
