"""The pages about security name files and tests that exist, and go through the whole standard."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASVS, THREATS = ROOT / "docs" / "asvs.md", ROOT / "docs" / "threats.md"
VERDICTS = ("met", "not applicable", "installation", "deviation", "not met")
# Of ASVS 5.0.0: its requirements of level 1 and of level 2.
LEVELS = {"1": 70, "2": 183}
CELLS = r"\| ([^|]+) " * 5 + r"\|$"
REQUIREMENT = re.compile(r"^\| (\d+\.\d+\.\d+) \|")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|md|html|js|toml|txt|lock)")
A_TEST = re.compile(r"`(test_\w+)`")
TEST_IN_FILE = re.compile(r"`(test_\w+)` in `(tests/[\w/]+\.py)`")


def rows() -> list[tuple[str, ...]]:
    """The rows of all chapters: number, level, in short, verdict, where or why."""
    lines = ASVS.read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(CELLS, line) for line in lines if REQUIREMENT.match(line)]
    assert all(found), "a row has not five cells"
    return [match.groups() for match in found if match]


def files_named(text: str) -> set[str]:
    """The files that a text names between backquotes."""
    return {name for name in CODE.findall(text) if FILE.fullmatch(name)}


def test_every_requirement_of_levels_1_and_2_has_one_row() -> None:
    numbers = [tuple(int(part) for part in row[0].split(".")) for row in rows()]
    assert numbers == sorted(set(numbers))
    assert {chapter for chapter, _, _ in numbers} == set(range(1, 18))
    assert Counter(row[1] for row in rows()) == LEVELS
    assert len(numbers) == 253


def test_every_row_has_a_verdict_and_a_reason() -> None:
    assert [row[0] for row in rows() if row[3] not in VERDICTS] == []
    assert [row[0] for row in rows() if not row[2].strip() or not row[4].strip()] == []


def test_what_is_met_says_where() -> None:
    unproven = [
        row[0] for row in rows() if row[3] == "met" and "](" not in row[4] and not files_named(row[4])
    ]
    assert unproven == []


def test_the_summary_counts_the_rows() -> None:
    text = ASVS.read_text(encoding="utf-8")
    counted = Counter((row[0].split(".")[0], row[3]) for row in rows())
    summary = re.findall(r"^\| V(\d+) [^|]+ \| ((?:\d+ \| ?)+)$", text, re.MULTILINE)
    assert len(summary) == 17
    for chapter, cells in summary:
        numbers = [int(number) for number in re.findall(r"\d+", cells)]
        shown = [counted[chapter, verdict] for verdict in VERDICTS]
        assert numbers == [*shown, sum(shown)], f"V{chapter}"
    total = Counter(row[3] for row in rows())
    shown = " | ".join(str(total[verdict]) for verdict in VERDICTS)
    assert f"| **All** | {shown} | {len(rows())} |" in text


@pytest.mark.parametrize("page", [ASVS, THREATS], ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = files_named(page.read_text(encoding="utf-8"))
    assert len(named) > 10
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


@pytest.mark.parametrize("page", [ASVS, THREATS], ids=lambda page: page.name)
def test_every_test_that_is_named_is_in_the_file_that_is_named(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = [(name, ROOT / file) for name, file in TEST_IN_FILE.findall(text)]
    assert len(named) == len(A_TEST.findall(text)) > 10, "a test without its file"
    assert [
        name
        for name, file in named
        if not re.search(rf"^def {name}\(", file.read_text("utf-8"), re.MULTILINE)
    ] == []
