"""Rounds from the command line: each step refuses in one line what the phase does not allow."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("ready")
EXAMPLE = Path(__file__).parents[2] / "docs" / "ronde.toml"


@pytest.fixture
def draft(wijkbudget: Command) -> Command:
    """The round of docs/ronde.toml, as a draft with number 1."""
    for code in ("WK039208", "WK039209"):
        words = ("--code", code, "--name", f"Wijk {code}", "--besluit", "B", "--valid-from", "2025-01-01")
        assert wijkbudget("wijk", "register", *words).code == 0
    assert wijkbudget("round", "create", str(EXAMPLE)).code == 0
    return wijkbudget


def test_the_example_in_the_documentation_makes_a_round(draft: Command) -> None:
    assert "concept" in draft("round", "list").out


def test_opening_prints_the_hash_of_the_rules_and_happens_once(draft: Command) -> None:
    opened = draft("round", "open", "1")
    assert opened.code == 0 and "SHA-256" in opened.out
    assert "concept" in draft("round", "open", "1").refusal


@pytest.mark.parametrize(
    "words",
    [
        ("fix-ballot", "1"),
        ("count", "1"),
        ("certify", "1"),
        ("lot", "1", "WK039208", "1", "2", "--witness", "G. Getuige"),
        ("open", "99"),
    ],
)
def test_an_act_at_the_wrong_moment_is_refused(draft: Command, words: tuple[str, ...]) -> None:
    assert draft("round", *words).refusal.startswith("wijkbudget: ")


def test_a_result_that_is_not_there_cannot_be_exported(draft: Command) -> None:
    assert "nog niet geteld" in draft("export", "1", "WK039208").refusal
    assert "WK039208, WK039209" in draft("export", "1", "elders").refusal


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('name = "Oost 2027"', 'nmae = "Oost 2027"', "nmae"),
        ("WK039209 = 25000", "WK999999 = 25000", "WK999999"),
        ("2027-03-01T09:00:00", "2027-03-01", "submission_opens_at"),
        ("minimum_age = 16", "", "minimum_age"),
        ("minimum_age = 16", 'minimum_age = "16"', "minimum_age: "),
        ('name = "Oost 2027"', "name = 2027", "name: schrijf tekst"),
        (
            'name = "Oost 2027"',
            'name = "Oost\\r\\nBcc: x@voorbeeld.example"',
            "name: Schrijf dit op één regel",
        ),
        ("2027-03-01T09:00:00", "0001-01-01T00:00:00", "submission_opens_at: Het jaar 1 kan niet kloppen"),
        ("WK039209 = 25000", "WK039209 = 0", "budgets_euro: "),
        (
            "minimum_age = 16",
            'minimum_age = 16\ntie_rule = "oldest"',
            "tie_rule: deze instelling bestaat niet",
        ),
        ("minimum_age = 16", 'minimum_age = 16\nsatisfaction = "kosten"', "Kies uit: cost, cardinality"),
        ("minimum_age = 16", "minimum_age = 16\ncompletion = [1]", "completion: “[1]” bestaat niet"),
    ],
)
def test_a_fault_in_the_file_is_named(draft: Command, tmp_path: Path, old: str, new: str, named: str) -> None:
    text = EXAMPLE.read_text()
    assert old in text
    faulty = tmp_path / "ronde.toml"
    faulty.write_text(text.replace(old, new))
    assert named in draft("round", "create", str(faulty)).refusal
