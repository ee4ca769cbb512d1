"""`wijkbudget rules`: which rules there are."""

import json
from pathlib import Path

from click.testing import CliRunner

from wijkbudget.cli.rules import rules
from wijkbudget.tally import RULES

ROOT = Path(__file__).parents[2]


def test_every_rule_is_listed_with_what_it_counts_and_its_title() -> None:
    lines = CliRunner().invoke(rules, []).stdout.splitlines()
    assert [line.split()[0] for line in lines[1 : len(RULES) + 1]] == sorted(RULES)
    assert "kruisjes, punten" in next(line for line in lines if line.startswith("greedy "))
    assert RULES["schulze"].title in "\n".join(lines)


def test_programs_read_the_same_as_json_and_every_reglement_is_there() -> None:
    data = json.loads(CliRunner().invoke(rules, ["--json"]).stdout)
    assert [rule["name"] for rule in data] == sorted(RULES)
    assert all((ROOT / rule["reglement"]).is_file() for rule in data)
