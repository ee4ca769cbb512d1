"""Read an election from an archive file; every fault is named with its place in the JSON."""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import Any

from wijkbudget.tally import rules
from wijkbudget.tally.archive.document import (
    FORMAT,
    MOST_CENTS,
    MOST_TIMES,
    VERSION,
    Archive,
    ArchiveError,
    Counted,
)
from wijkbudget.tally.archive.values import (
    Misfit,
    as_list,
    as_object,
    as_text,
    as_whole,
    check_keys,
    decoded,
)
from wijkbudget.tally.ballots import MOST_POINTS
from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.file_fault import Unreadable, one_line
from wijkbudget.tally.file_lines import Source, chunks
from wijkbudget.tally.profile import BallotKind, Profile

_KEYS = ("format", "version", "budget_cents", "projects", "ballot_kind", "ballots", "counted", "meta")
_CONTENT = {BallotKind.APPROVAL: "projects", BallotKind.POINTS: "points", BallotKind.RANKING: "ranks"}


def read_archive(source: Source, *, name: str | None = None) -> Archive:
    """Read an archive from a path object, or from its content as text, bytes or lines. Raises `ArchiveError`.

    A plain string is content, never a path. `name` is what errors call the file. A result in the archive is taken
    as it is told: count again to see whether it is right.

    >>> from wijkbudget.tally.archive.writer import write_archive
    >>> election = Election.of(1000, [Project("a", 700)], [])
    >>> read_archive(write_archive(Archive(election))).election == election
    True
    """
    shown = name or (os.fspath(source) if isinstance(source, os.PathLike) else "<text>")
    try:
        with closing(chunks(source)) as pieces:
            data = _json(b"".join(pieces))
        return _archive(data)
    except Unreadable as fault:
        raise ArchiveError(shown, fault.line, fault.text) from None
    except Misfit as fault:
        raise ArchiveError(shown, 0, one_line(str(fault))) from None
    except RecursionError:
        raise ArchiveError(shown, 0, "$: is nested too deep") from None


def _json(content: bytes) -> Any:
    """The JSON value; what an archive never holds (1.5, NaN, a key twice) becomes None or a tuple, fits nowhere."""
    try:
        text = content.decode("utf-8")
        return json.loads(
            text,
            parse_int=lambda digits: int(digits) if len(digits) <= 4000 else (),
            parse_float=lambda _: (),
            parse_constant=lambda _: (),
            object_pairs_hook=lambda pairs: dict(pairs) if len(dict(pairs)) == len(pairs) else (),
        )
    except UnicodeDecodeError as fault:
        raise Unreadable(content.count(b"\n", 0, fault.start) + 1, "is not UTF-8 text") from None
    except json.JSONDecodeError as fault:
        raise Unreadable(fault.lineno, f"is not JSON: {fault.msg}") from None


def _archive(data: Any) -> Archive:
    found = as_object(data, "$")
    if found.get("format") != FORMAT:
        raise Misfit(f'$.format: is not "{FORMAT}"')
    if type(found.get("version")) is not int or found["version"] != VERSION:
        raise Misfit(f"$.version: is not {VERSION}, the only one this program knows")
    check_keys(found, _KEYS, "$")
    budget = as_whole(found["budget_cents"], "$.budget_cents", 0, MOST_CENTS)
    projects = _projects(found["projects"])
    profile = _profile(found, {project.id: place for place, project in enumerate(projects)})
    election = Election(budget, projects, profile)
    meta = {
        as_text(key, "$.meta"): as_text(value, f"$.meta.{key}")
        for key, value in as_object(found["meta"], "$.meta").items()
    }
    return Archive(election, _counted(found["counted"], election), meta)


def _projects(data: Any) -> tuple[Project, ...]:
    projects: dict[str, Project] = {}
    for place, item in enumerate(as_list(data, "$.projects")):
        path = f"$.projects[{place}]"
        found = as_object(item, path)
        check_keys(found, ("id", "cost_cents", "name", "withdrawn"), path)
        project_id = as_text(found["id"], f"{path}.id")
        if not project_id:
            raise Misfit(f"{path}.id: is empty")
        if project_id in projects:
            raise Misfit(f"{path}.id: comes a second time")
        cost = as_whole(found["cost_cents"], f"{path}.cost_cents", 1, MOST_CENTS)
        withdrawn = decoded(bool, found["withdrawn"], f"{path}.withdrawn")
        name = as_text(found["name"], f"{path}.name")
        projects[project_id] = Project(project_id, cost, name, withdrawn)
    return tuple(sorted(projects.values(), key=lambda project: project.id))


def _profile(found: dict[str, Any], index: dict[str, int]) -> Profile:
    ballots = as_list(found["ballots"], "$.ballots")
    kind = decoded(BallotKind | None, found["ballot_kind"], "$.ballot_kind")
    if (kind is None) != (not ballots):
        raise Misfit("$.ballot_kind: is null if there are no ballots, and else tells their kind")
    profile, seen = Profile(kind or BallotKind.APPROVAL), set()
    for place, item in enumerate(ballots):
        path = f"$.ballots[{place}]"
        ballot = as_object(item, path)
        check_keys(ballot, (_CONTENT[kind], "times"), path)
        marks, values = _numbers(kind, ballot[_CONTENT[kind]], index, f"{path}.{_CONTENT[kind]}")
        key = tuple(marks), tuple(values)
        if key in seen:
            raise Misfit(f"{path}: is the same ballot as one before it")
        seen.add(key)
        profile.add(marks, values, as_whole(ballot["times"], f"{path}.times", 1, MOST_TIMES))
    return profile


def _numbers(kind: BallotKind, data: Any, index: dict[str, int], path: str) -> tuple[list[int], list[int]]:
    """Places of projects, and their points or ranks, in the order in which a profile keeps them."""
    if kind is BallotKind.POINTS:
        given = {
            _place(name, index, path): as_whole(points, f"{path}.{name}", 1, MOST_POINTS)
            for name, points in as_object(data, path).items()
        }
        return sorted(given), [given[mark] for mark in sorted(given)]
    marks: list[int] = []
    values: list[int] = []
    items = as_list(data, path)
    if kind is BallotKind.APPROVAL:
        marks = sorted(_place(name, index, f"{path}[{k}]") for k, name in enumerate(items))
    for rank, equals in enumerate(items if kind is BallotKind.RANKING else ()):
        here = f"{path}[{rank}]"
        named = as_list(equals, here)
        if not named:
            raise Misfit(f"{here}: is an empty rank")
        marks += sorted(_place(name, index, f"{here}[{k}]") for k, name in enumerate(named))
        values += [rank + 1] * len(named)
    if len({*marks}) < len(marks):
        raise Misfit(f"{path}: names a project twice")
    return marks, values


def _place(name: Any, index: dict[str, int], path: str) -> int:
    if not isinstance(name, str) or name not in index:
        raise Misfit(f"{path}: names {str(name)[:60]!r}, which is not a project of this election")
    return index[name]


def _counted(data: Any, election: Election) -> Counted | None:
    """How it was counted, with a rule that this program knows, so that it can be counted again."""
    counted = decoded(Counted | None, data, "$.counted")
    if not isinstance(counted, Counted):
        return None
    try:
        rules.rule(counted.rule, counted.rule_version).check_fits(election.kind)
    except TallyError as fault:
        raise Misfit(f"$.counted: {fault}") from None
    named = {step.project for step in getattr(counted.result, "steps", ())}
    if not named <= election.index.keys():
        raise Misfit(
            f"$.counted.result: tells of {min(named - election.index.keys())[:60]!r}, which is no project"
        )
    return counted
