"""Limits on a ballot: which are broken, by how much, and how a file writes them."""

from __future__ import annotations

import pytest

from wijkbudget.tally import ApprovalBallot, Ballot, BallotLimits, InvalidBallot, PointsBallot, RankingBallot

COSTS = {"a": 300_00, "b": 500_00, "c": 200_50}


@pytest.mark.parametrize(
    ("limits", "ballot", "broken"),
    [
        (BallotLimits(), ApprovalBallot(frozenset("abc")), []),
        (BallotLimits(max_length=2), ApprovalBallot(frozenset("ab")), []),
        (BallotLimits(max_length=2), ApprovalBallot(frozenset("abc")), [("max_length", 3, 2)]),
        (BallotLimits(min_length=2), RankingBallot((frozenset("a"),)), [("min_length", 1, 2)]),
        (BallotLimits(min_length=2), RankingBallot((frozenset("ab"),)), []),
        (BallotLimits(max_sum_cost=800_00), ApprovalBallot(frozenset("ab")), []),
        (
            BallotLimits(max_sum_cost=799_99),
            ApprovalBallot(frozenset("ab")),
            [("max_sum_cost", 80000, 79999)],
        ),
        (BallotLimits(min_sum_cost=1), ApprovalBallot(frozenset()), [("min_sum_cost", 0, 1)]),
        (BallotLimits(max_points=1, min_sum_points=9), ApprovalBallot(frozenset("a")), []),
        (BallotLimits(max_points=2), PointsBallot.of({"a": 3, "b": 1}), [("max_points", 3, 2)]),
        (BallotLimits(min_points=2), PointsBallot.of({"a": 3, "b": 1}), [("min_points", 1, 2)]),
        (BallotLimits(min_points=2), PointsBallot(()), []),
        (BallotLimits(min_sum_points=5), PointsBallot.of({"a": 3, "b": 1}), [("min_sum_points", 4, 5)]),
        (BallotLimits(max_sum_points=3), PointsBallot.of({"a": 3, "b": 1}), [("max_sum_points", 4, 3)]),
        (BallotLimits(min_length=1), ApprovalBallot(frozenset()), [("min_length", 0, 1)]),
        (BallotLimits(min_length=1, blank_allowed=True), ApprovalBallot(frozenset()), []),
    ],
)
def test_each_limit_that_a_ballot_breaks_is_named(
    limits: BallotLimits, ballot: Ballot, broken: list[tuple[str, int, int]]
) -> None:
    assert [(breach.limit, breach.found, breach.allowed) for breach in limits.check(ballot, COSTS)] == broken


@pytest.mark.parametrize("wrong", [-1, 1.5, True])
def test_a_limit_is_a_whole_number(wrong: int) -> None:
    with pytest.raises(InvalidBallot, match="max_length"):
        BallotLimits(max_length=wrong)
