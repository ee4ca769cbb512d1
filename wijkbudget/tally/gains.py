"""What an outcome gives the voters: how much of what they voted for is funded, and how evenly that is spread.

A voter's gain is measured in three ways. All are whole numbers, so totals, means and the Gini coefficient are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from wijkbudget.tally.election import Election
from wijkbudget.tally.profile import BallotKind


class Measure(StrEnum):
    """How a voter's gain from the funded projects is counted.

    COST: cents of the funded projects on the ballot. CARDINALITY: how many those are. STATED: as the ballot states
    it: one per approved project, the points given, or on a ranking for each ranked project the number of projects
    that are ranked lower or not at all.
    """

    COST = "cost"
    CARDINALITY = "cardinality"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Gains:
    """The gain of every distinct ballot, in the order of `election.profile`, for each measure."""

    weights: tuple[int, ...]
    by_measure: Mapping[Measure, tuple[int, ...]]

    @property
    def voters(self) -> int:
        """Number of ballots."""
        return sum(self.weights)

    def spread(self, measure: Measure) -> dict[int, int]:
        """How many ballots have each gain, lowest gain first."""
        counted: Counter[int] = Counter()
        for gain, weight in zip(self.by_measure[measure], self.weights, strict=True):
            counted[gain] += weight
        return dict(sorted(counted.items()))

    def total(self, measure: Measure) -> int:
        """The gains of all voters together."""
        return sum(gain * weight for gain, weight in self.spread(measure).items())

    def mean(self, measure: Measure) -> Fraction:
        """The gain per ballot, blank ones included; 0 without ballots."""
        return Fraction(self.total(measure), self.voters or 1)

    def gini(self, measure: Measure) -> Fraction:
        """The Gini coefficient of the gains: see `gini`."""
        return gini(self.spread(measure))

    @property
    def share_served(self) -> Fraction:
        """The share of all ballots, blank ones included, with at least one funded project; 0 without ballots."""
        served = sum(
            weight
            for gain, weight in zip(self.by_measure[Measure.CARDINALITY], self.weights, strict=True)
            if gain
        )
        return Fraction(served, self.voters or 1)


def gains(election: Election, funded: Collection[str]) -> Gains:
    """What these funded projects give each voter.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> ballots = [ApprovalBallot(frozenset({"a"})), ApprovalBallot(frozenset())]
    >>> got = gains(Election.of(100, [Project("a", 60)], ballots), {"a"})
    >>> got.total(Measure.COST), got.mean(Measure.COST), got.share_served, got.gini(Measure.COST)
    (60, Fraction(30, 1), Fraction(1, 2), Fraction(1, 2))
    """
    won = frozenset(funded)
    paid = [project.cost if project.id in won else 0 for project in election.projects]
    cents, counts, stated = [], [], []
    profile = election.profile
    for _, marks, values in profile.rows():
        parts = [paid[mark] for mark in marks]
        cents.append(sum(parts))
        counts.append(len(parts) - parts.count(0))
        if profile.kind is BallotKind.POINTS:
            stated.append(sum(given for part, given in zip(parts, values, strict=True) if part))
        elif profile.kind is BallotKind.RANKING:
            stated.append(_below(parts, values, len(paid)))
    measured = {
        Measure.COST: tuple(cents),
        Measure.CARDINALITY: tuple(counts),
        Measure.STATED: tuple(counts if profile.kind is BallotKind.APPROVAL else stated),
    }
    return Gains(tuple(profile.weights), measured)


def _below(parts: Collection[int], ranks: Collection[int], projects: int) -> int:
    """For the funded projects of one ranking, how many projects stand lower, unranked ones included."""
    up_to: Counter[int] = Counter(ranks)
    above = 0
    lower = {}
    for rank in sorted(up_to):
        above += up_to[rank]
        lower[rank] = projects - above
    return sum(lower[rank] for part, rank in zip(parts, ranks, strict=True) if part)


def gini(spread: Mapping[int, int]) -> Fraction:
    """The Gini coefficient of gains (0 or more), given how many voters have each: 0 if all have the same.

    Half the mean difference between two voters, drawn with replacement, over the mean gain. If nobody gains anything
    it is 0.

    >>> gini({0: 1, 10: 1}), gini({5: 7}), gini({0: 3})
    (Fraction(1, 2), Fraction(0, 1), Fraction(0, 1))
    """
    voters = sum(spread.values())
    total = sum(gain * weight for gain, weight in spread.items())
    before, weighed = 0, 0
    for gain, weight in sorted(spread.items()):
        weighed += gain * weight * (2 * before + weight - voters)
        before += weight
    return Fraction(weighed, voters * total) if total else Fraction(0)
