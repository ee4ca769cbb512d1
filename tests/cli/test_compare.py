"""`wijkbudget compare`: one election by several rules, side by side."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wijkbudget.cli.compare import compare

EAST = str(files("wijkbudget").joinpath("data/elections/Netherlands_Amsterdam_619.pb"))
RANKED = str(Path(__file__).parents[1] / "tally" / "data" / "US_Merced_2019_rankings.pb")

TIED = """META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost
a;60
b;60
VOTES
voter_id;vote
1;a,b
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(compare, arguments)


def test_each_rule_has_a_row_with_its_winners_money_and_laws() -> None:
    result = run(EAST, "--rule", "greedy", "--rule", "greedy-stop", "--json")
    data = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, data["budget"], data["ballots"]) == (0, "", 100000, 865)
    first = data["rules"][0]
    assert (first["label"], first["spent"], first["left"], len(first["winners"])) == (
        "greedy",
        96856,
        3144,
        5,
    )
    assert first["axioms"]["exhaustive"]["met"] is True
    assert first["share_served"] == "846/865"
    assert sum(one["winners"] for one in first["cost_classes"]) == 5
    assert data["overlaps"][0]["share"] == "1"


def test_without_rules_every_rule_for_these_ballots_is_counted_and_no_other() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "wijkbudget", "compare", RANKED, "--ties", "lexicographic"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    first_words = [line.split()[0] for line in done.stdout.splitlines() if line]
    assert {"telregel", "schulze", "schulze-stop"} <= set(first_words)
    assert "greedy" not in first_words
    assert done.stderr == ""


def test_a_rule_that_needs_a_lot_gives_exit_3_and_the_others_are_still_shown(tmp_path: Path) -> None:
    path = tmp_path / "gelijk.pb"
    path.write_text(TIED, encoding="utf-8")
    result = run(str(path), "--rule", "greedy")
    assert result.exit_code == 3
    assert "greedy: loting nodig tussen a, b" in result.stdout
    assert run(str(path), "--rule", "greedy", "--ties", "lexicographic").exit_code == 0
    data = json.loads(run(str(path), "--rule", "greedy", "--json").stdout)
    assert data["rules"][0]["lot_required"] == {"tied": ["a", "b"], "stage": 1}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--rule", "lijstje"], "--rule: there is no rule lijstje"),
        (["--rule", "greedy:vrolijk"], "--rule: vrolijk is no satisfaction and no completion"),
        (["--rule", "greedy:none"], "rule greedy has no completion none"),
        (["--rule", "schulze"], f"{EAST}:"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(arguments: list[str], fault: str) -> None:
    result = run(EAST, *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(fault)
