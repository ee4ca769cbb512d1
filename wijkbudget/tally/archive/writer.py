"""Write an election to an archive file: the same election gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

from wijkbudget.tally.archive.document import FORMAT, MOST_CENTS, MOST_TIMES, VERSION, Archive, Counted
from wijkbudget.tally.archive.values import encoded
from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.profile import BallotKind


def write_archive(archive: Archive) -> str:
    """The archive as JSON text: one line for each project and each distinct ballot, in an order of content only.

    Amounts are whole cents, fractions "p/q". Raises `TallyError` for an amount or number of ballots that is too
    large for the form, and for text with half a character in it.

    >>> election = Election.of(1000, [Project("a", 700)], [])
    >>> print(write_archive(Archive(election)).splitlines()[5])
    {"cost_cents":700,"id":"a","name":"","withdrawn":false}
    """
    election = archive.election
    _check_sizes(election)
    kind = None if election.kind is None else election.kind.value
    parts = [
        f'"format":{_json(FORMAT)}',
        f'"version":{VERSION}',
        f'"budget_cents":{election.budget}',
        f'"projects":{_lines(_project(project) for project in election.projects)}',
        f'"ballot_kind":{_json(kind)}',
        f'"ballots":{_lines(_ballots(election))}',
        f'"counted":{_json(_counted(archive.counted))}',
        f'"meta":{_json(dict(archive.meta))}',
    ]
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        raise TallyError("text with half a character cannot be written in an archive") from None
    return text


def archive_schema() -> dict[str, Any]:
    """The JSON Schema of the archive.

    >>> archive_schema()["$schema"]
    'https://json-schema.org/draft/2020-12/schema'
    """
    file = resources.files("wijkbudget.tally.archive") / f"election-{VERSION}.schema.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def _check_sizes(election: Election) -> None:
    if max([election.budget, *(project.cost for project in election.projects)]) > MOST_CENTS:
        raise TallyError(f"an amount above {MOST_CENTS} cents cannot be written in an archive")
    if max(election.profile.weights, default=0) > MOST_TIMES:
        raise TallyError(f"more than {MOST_TIMES} equal ballots cannot be written in an archive")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _lines(items: Iterator[str]) -> str:
    joined = ",\n".join(items)
    return f"[\n{joined}\n]" if joined else "[]"


def _project(project: Project) -> str:
    shown = {
        "id": project.id,
        "cost_cents": project.cost,
        "name": project.name,
        "withdrawn": project.withdrawn,
    }
    return _json(shown)


def _ballots(election: Election) -> Iterator[str]:
    ids = [_json(project.id) for project in election.projects]
    kind = election.profile.kind
    rows = [(tuple(marks), tuple(values), weight) for weight, marks, values in election.profile.rows()]
    for marks, values, weight in sorted(rows):
        named = [ids[mark] for mark in marks]
        if kind is BallotKind.APPROVAL:
            content = f'"projects":[{",".join(named)}]'
        elif kind is BallotKind.POINTS:
            pairs = (f"{name}:{given}" for name, given in zip(named, values, strict=True))
            content = f'"points":{{{",".join(pairs)}}}'
        else:
            ranks: dict[int, list[str]] = {}
            for name, rank in zip(named, values, strict=True):
                ranks.setdefault(rank, []).append(name)
            content = f'"ranks":[{",".join("[" + ",".join(equals) + "]" for equals in ranks.values())}]'
        yield f'{{{content},"times":{weight}}}'


def _counted(counted: Counted | None) -> object:
    return None if counted is None else encoded(counted)
