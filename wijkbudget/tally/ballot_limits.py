"""What a round or a file allows on one ballot: how many projects, how much money, how many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wijkbudget.tally.ballots import Ballot, PointsBallot
from wijkbudget.tally.errors import InvalidBallot


class Measure(StrEnum):
    """What is measured on a ballot: projects named, what they cost together, points together, least, most."""

    SIZE = "size"
    COST = "cost"
    SUM_POINTS = "sum-points"
    LEAST_POINTS = "least-points"
    MOST_POINTS = "most-points"


class Limit(StrEnum):
    """The limits by the names that Pabulib gives them."""

    MIN_LENGTH = "min_length"
    MAX_LENGTH = "max_length"
    MIN_SUM_COST = "min_sum_cost"
    MAX_SUM_COST = "max_sum_cost"
    MIN_POINTS = "min_points"
    MAX_POINTS = "max_points"
    MIN_SUM_POINTS = "min_sum_points"
    MAX_SUM_POINTS = "max_sum_points"

    @property
    def measure(self) -> Measure:
        """What this limit is about."""
        return _MEASURES[self]

    @property
    def is_least(self) -> bool:
        """Whether it is a lower limit."""
        return self.value.startswith("min")

    def broken_by(self, found: int, allowed: int) -> bool:
        """Whether a ballot on which so much is found breaks this limit.

        >>> Limit.MAX_LENGTH.broken_by(6, 5), Limit.MIN_LENGTH.broken_by(6, 5)
        (True, False)
        """
        return found < allowed if self.is_least else found > allowed


_MEASURES = {
    Limit.MIN_LENGTH: Measure.SIZE,
    Limit.MAX_LENGTH: Measure.SIZE,
    Limit.MIN_SUM_COST: Measure.COST,
    Limit.MAX_SUM_COST: Measure.COST,
    Limit.MIN_POINTS: Measure.LEAST_POINTS,
    Limit.MAX_POINTS: Measure.MOST_POINTS,
    Limit.MIN_SUM_POINTS: Measure.SUM_POINTS,
    Limit.MAX_SUM_POINTS: Measure.SUM_POINTS,
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit that a ballot breaks: what was found on it and what was allowed (money in cents)."""

    limit: Limit
    found: int
    allowed: int


@dataclass(frozen=True, slots=True)
class BallotLimits:
    """Limits for one ballot; None: no limit. Money in cents; `min_points` and `max_points` are per named project.

    A knapsack ballot is an approval ballot with `max_sum_cost` set to the budget. `blank_allowed`: a ballot that
    names nothing breaks no limit.

    >>> limits = BallotLimits(max_length=1, max_sum_cost=500)
    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> [breach.limit.value for breach in limits.check(ApprovalBallot(frozenset({"a", "b"})), {"a": 300, "b": 400})]
    ['max_length', 'max_sum_cost']
    """

    min_length: int | None = None
    max_length: int | None = None
    min_sum_cost: int | None = None
    max_sum_cost: int | None = None
    min_points: int | None = None
    max_points: int | None = None
    min_sum_points: int | None = None
    max_sum_points: int | None = None
    blank_allowed: bool = False

    def __post_init__(self) -> None:
        for limit, allowed in self.given():
            if type(allowed) is not int or allowed < 0:
                raise InvalidBallot(f"limit {limit} {allowed!r} is not a whole number, 0 or more")

    def given(self) -> list[tuple[Limit, int]]:
        """The limits that there are.

        >>> BallotLimits(max_length=3).given()
        [(<Limit.MAX_LENGTH: 'max_length'>, 3)]
        """
        limits: list[tuple[Limit, int | None]] = [
            (Limit.MIN_LENGTH, self.min_length),
            (Limit.MAX_LENGTH, self.max_length),
            (Limit.MIN_SUM_COST, self.min_sum_cost),
            (Limit.MAX_SUM_COST, self.max_sum_cost),
            (Limit.MIN_POINTS, self.min_points),
            (Limit.MAX_POINTS, self.max_points),
            (Limit.MIN_SUM_POINTS, self.min_sum_points),
            (Limit.MAX_SUM_POINTS, self.max_sum_points),
        ]
        return [(limit, allowed) for limit, allowed in limits if allowed is not None]

    def check(self, ballot: Ballot, costs: Mapping[str, int]) -> tuple[Breach, ...]:
        """The limits that this ballot breaks; `costs` in cents by project id.

        Limits on points hold for points ballots only. Raises KeyError for a project without a cost.
        """
        named = ballot.named
        if self.blank_allowed and not named:
            return ()
        points = [given for _, given in ballot.points] if isinstance(ballot, PointsBallot) else None
        breaches = []
        for limit, allowed in self.given():
            found = measured(limit.measure, [costs[project_id] for project_id in named], points)
            if found is not None and limit.broken_by(found, allowed):
                breaches.append(Breach(limit, found, allowed))
        return tuple(breaches)


def measured(measure: Measure, costs: Sequence[int], points: Sequence[int] | None) -> int | None:
    """One measure of a ballot with these costs and points of its projects; None where it does not apply.

    >>> measured(Measure.SUM_POINTS, [100, 200], [3, 1])
    4
    """
    if measure is Measure.SIZE:
        return len(costs)
    if measure is Measure.COST:
        return sum(costs)
    if points is None:
        return None
    if measure is Measure.SUM_POINTS:
        return sum(points)
    if not points:
        return None
    return min(points) if measure is Measure.LEAST_POINTS else max(points)
