"""Real elections from PrefLib: the winners that py-vote-core and pref_voting find are ours (see data/README.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from wijkbudget.tally import Outcome, count, read_preflib

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("rule", ["schulze", "ranked-pairs"])
@pytest.mark.parametrize(
    ("name", "winner"),
    [
        ("PrefLib_Debian_2005.soi", "3"),
        ("PrefLib_ERS_6.soi", "10"),
        ("PrefLib_ERS_16.soi", "3"),
        ("PrefLib_Skating_1.toc", "30"),
    ],
)
def test_the_winner_that_others_find_is_first(name: str, winner: str, rule: str) -> None:
    outcome = count(read_preflib(DATA / name).election, rule)
    assert isinstance(outcome, Outcome)
    assert outcome.funded == (winner,)
    assert [step.project for step in outcome.steps if step.place == 1] == [winner]


def test_ranked_pairs_and_schulze_may_order_the_rest_differently() -> None:
    election = read_preflib(DATA / "PrefLib_ERS_6.soi").election
    orders = []
    for rule in ("schulze", "ranked-pairs"):
        outcome = count(election, rule)
        assert isinstance(outcome, Outcome)
        orders.append([step.place for step in outcome.steps])
    assert len(set(orders[0])) == 16
    assert len(set(orders[1])) == 17
