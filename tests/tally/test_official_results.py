"""Real elections of which the file states the official winners, by the rule that the city used.

The whole comparison, also of files that are too large to come along, is `benchmarks/official_results.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from wijkbudget.tally import Decision, Outcome, PabulibFile, count, read_pabulib

DATA = Path(__file__).parent / "data"
WARSZAWA = "Poland_Warszawa_2017_Marysin_Polnocny.pb"
POZNAN = "Poland_Poznan_2026_4_large.pb"


def official(file: PabulibFile, mark: str = "1") -> set[str]:
    return {row.id for row in file.projects if row.selected == mark}


def counted(file: PabulibFile, rule: str) -> Outcome:
    """By lot: a tie that decides anything fails the test."""
    outcome = count(file.election, rule)
    assert isinstance(outcome, Outcome), outcome
    return outcome


@pytest.mark.parametrize(
    ("name", "stated", "rule"),
    [
        ("Poland_Czestochowa_2024_Mirow.pb", "greedy", "greedy"),
        (WARSZAWA, "greedy", "greedy"),
        (POZNAN, "greedy-custom", "greedy-remainder"),
    ],
)
def test_the_official_winners_come_out(name: str, stated: str, rule: str) -> None:
    file = read_pabulib(DATA / name)
    assert file.meta["rule"] == stated
    assert set(counted(file, rule).funded) == official(file) != set()


def test_warszawa_passed_over_what_did_not_fit() -> None:
    file = read_pabulib(DATA / WARSZAWA)
    assert len(official(file) - set(counted(file, "greedy-stop").funded)) == 2


def test_poznan_paid_from_its_reserve_the_project_that_is_offered_the_rest() -> None:
    file = read_pabulib(DATA / POZNAN)
    steps = counted(file, "greedy-remainder").steps
    offered = [step for step in steps if step.decision is Decision.OFFERED_REMAINDER]
    assert {step.project for step in offered} == official(file, "2") == {"RD-IV.6"}
    # Its rule: if at least 80 % of the cost is left.
    assert (offered[0].left_before, offered[0].cost) == (421_000_00, 440_000_00)
    assert 100 * offered[0].left_before >= 80 * offered[0].cost
