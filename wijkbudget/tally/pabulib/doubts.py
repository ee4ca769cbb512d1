"""Where a .pb file contradicts itself: numbers that differ from what it holds, ballots beyond its own limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import sub
from typing import Any

from wijkbudget.tally.ballot_limits import BallotLimits, Limit, Measure, measured
from wijkbudget.tally.election import Election
from wijkbudget.tally.file_fault import Fault, quoted
from wijkbudget.tally.pabulib.amount import amount_text, cents
from wijkbudget.tally.pabulib.file import ProjectRow
from wijkbudget.tally.profile import BallotKind


def limits_of(meta: Mapping[str, str], lines: Mapping[str, int]) -> tuple[BallotLimits, list[Fault]]:
    """The limits for a ballot in META; one that is no number is left out and noted.

    >>> limits_of({"max_length": "3", "max_sum_cost": "10.50"}, {})[0].given()
    [(<Limit.MAX_LENGTH: 'max_length'>, 3), (<Limit.MAX_SUM_COST: 'max_sum_cost'>, 1050)]
    """
    found: dict[str, Any] = {}
    faults = []
    for limit in Limit:
        text = meta.get(limit, "")
        if not text:
            continue
        try:
            amount = cents(text)
            if limit.measure is not Measure.COST and amount % 100:
                raise ValueError("is not a whole number")
            found[limit.value] = amount if limit.measure is Measure.COST else amount // 100
        except ValueError as fault:
            faults.append(Fault(lines[limit], f"{limit} {quoted(text)} {fault}; it is not checked"))
    return BallotLimits(**found), faults


def number_faults(
    meta: Mapping[str, str],
    lines: Mapping[str, int],
    stated: Sequence[ProjectRow],
    election: Election,
    zeros: Mapping[int, int],
) -> list[Fault]:
    """Numbers that differ from what the file holds.

    `zeros`: of projects, by place, how many ballots name them with no points; `votes` may count those or not.
    The score of a project is checked for points only: files with rankings compute it in several ways.
    """
    counts = {"num_projects": len(election.projects), "num_votes": election.ballot_count}
    faults = [
        Fault(lines[key], f"{key} is {quoted(meta[key])}, but the file holds {number}")
        for key, number in counts.items()
        if key in meta and meta[key] != str(number)
    ]
    faults += _cost_faults(meta, stated, election)
    scored = election.kind is BallotKind.POINTS and any(row.score is not None for row in stated)
    if not scored and all(row.votes is None for row in stated):
        return faults
    votes, points, index = election.votes(), election.points() if scored else {}, election.index
    for row in stated:
        counted = votes[row.id]
        if row.votes is not None and row.votes not in (
            str(counted),
            str(counted + zeros.get(index[row.id], 0)),
        ):
            text = f"project {quoted(row.id)} has votes {quoted(row.votes)}, but {counted} ballots name it"
            faults.append(Fault(row.line, text))
        if scored and row.score is not None and row.score.removesuffix(".0") != str(points[row.id]):
            text = f"project {quoted(row.id)} has score {quoted(row.score)}, but gets {points[row.id]} points"
            faults.append(Fault(row.line, text))
    return faults


def _cost_faults(meta: Mapping[str, str], stated: Sequence[ProjectRow], election: Election) -> list[Fault]:
    """Projects that cost less or more than META says a project may; a limit that is no amount says nothing."""
    faults = []
    for key, breaks in (("min_project_cost", int.__lt__), ("max_project_cost", int.__gt__)):
        try:
            allowed = cents(meta.get(key, ""))
        except ValueError:
            continue
        for row in stated:
            cost = election.project(row.id).cost
            if breaks(cost, allowed):
                text = (
                    f"project {quoted(row.id)} costs {amount_text(cost)}, but {key} is {amount_text(allowed)}"
                )
                faults.append(Fault(row.line, text))
    return faults


_BROKEN = {
    Measure.SIZE: "ballot names {} projects",
    Measure.COST: "projects on ballot cost {} together",
    Measure.SUM_POINTS: "ballot gives {} points together",
    Measure.LEAST_POINTS: "ballot gives a project {} points",
    Measure.MOST_POINTS: "ballot gives a project {} points",
}


def limit_faults(limits: BallotLimits, election: Election, first_lines: Sequence[int]) -> list[Fault]:
    """For each limit that ballots break: the first of them, and how many there are.

    `first_lines`: of each distinct ballot the line where it comes first.
    """
    faults = []
    weights = election.profile.weights
    for limit, allowed in limits.given():
        found = _measures(election, limit.measure)
        if not found or not limit.broken_by(min(found) if limit.is_least else max(found), allowed):
            continue
        broken = [k for k, number in enumerate(found) if number >= 0 and limit.broken_by(number, allowed)]
        if not broken:  # only ballots without this measure
            continue
        first, ballots = min(broken, key=first_lines.__getitem__), sum(weights[k] for k in broken)
        shown: Callable[[int], str] = amount_text if limit.measure is Measure.COST else str
        text = f"{_BROKEN[limit.measure].format(shown(found[first]))}, but {limit} is {shown(allowed)}"
        text += f"; {ballots} ballots break this limit" if ballots > 1 else ""
        faults.append(Fault(first_lines[first], text))
    return faults


def _measures(election: Election, measure: Measure) -> Sequence[int]:
    """The measure of each distinct ballot; -1 where it has none; empty if no ballot of this kind has any."""
    profile = election.profile
    if measure is Measure.SIZE:
        return list(map(sub, profile.starts[1:], profile.starts))
    spans = list(zip(profile.starts, profile.starts[1:], strict=False))
    if measure is Measure.COST:
        costs = [project.cost for project in election.projects]
        priced = list(map(costs.__getitem__, profile.marks))
        return [sum(priced[start:end]) for start, end in spans]
    if profile.kind is not BallotKind.POINTS:
        return []
    found = (measured(measure, (), profile.values[start:end]) for start, end in spans)
    return [-1 if number is None else number for number in found]
