"""Write rankings as a PrefLib file. PrefLib knows no money: costs and the budget are not in it."""

from __future__ import annotations

from collections.abc import Mapping

from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.preflib.orders import DATA_TYPES
from wijkbudget.tally.preflib.reader import PreflibFile
from wijkbudget.tally.profile import BallotKind

_HEAD = ("FILE NAME", "TITLE", "DESCRIPTION", "DATA TYPE", "MODIFICATION TYPE", "RELATES TO", "RELATED FILES")
_DATES = ("PUBLICATION DATE", "MODIFICATION DATE")


def write_preflib(
    election: Election, data_type: str | None = None, meta: Mapping[str, str] | None = None
) -> str:
    """The election as PrefLib text, most frequent orders first; `data_type` None: the narrowest that holds it.

    Projects whose ids are the numbers 1, 2, … keep those; others are numbered in order of id and known by their
    name, or by their id if they have none. `meta`: what the head says besides. Raises `TallyError` for what the
    type cannot hold: other ballots than rankings, blank ones, equal ranks (soc, soi), incomplete ones (soc, toc).

    >>> from wijkbudget.tally.ballots import RankingBallot
    >>> from wijkbudget.tally.election import Project
    >>> ballot = RankingBallot((frozenset({"bank"}), frozenset({"boom", "pad"})))
    >>> election = Election.of(1, [Project(name, 1) for name in ("bank", "boom", "pad")], [ballot, ballot])
    >>> print(write_preflib(election).splitlines()[-1], write_preflib(election).splitlines()[3])
    2: 1,{2,3} # DATA TYPE: toc
    """
    if election.kind not in (BallotKind.RANKING, None):
        raise TallyError(f"a PrefLib file holds rankings, not {election.kind} ballots")
    if not election.ballot_count:
        raise TallyError("a PrefLib file cannot hold an election without ballots")
    if election.blank_count:
        raise TallyError(f"a PrefLib file cannot hold blank ballots, and there are {election.blank_count}")
    numbers = _numbers(election)
    lines = _head(election, _fitting_type(election, data_type), dict(meta or {}))
    projects = sorted(election.projects, key=lambda project: numbers[project.id])
    lines += [
        f"# ALTERNATIVE NAME {numbers[project.id]}: {_plain(project.name or project.id)}"
        for project in projects
    ]
    lines += _orders(election, numbers)
    return "\n".join([*lines, ""])


def write_preflib_file(file: PreflibFile) -> str:
    """What was read from a PrefLib file, in one fixed form: written, read and written again it stays as it is."""
    return write_preflib(file.election, file.data_type, file.meta)


def _numbers(election: Election) -> dict[str, int]:
    """The number of each project; ids that are 1 … m already stay what they are."""
    size = len(election.projects)
    if {project.id for project in election.projects} == {str(number) for number in range(1, size + 1)}:
        return {project.id: int(project.id) for project in election.projects}
    return {project.id: number for number, project in enumerate(election.projects, 1)}


def _fitting_type(election: Election, wished: str | None) -> str:
    profile, size = election.profile, len(election.projects)
    strict = all(not marks or values[-1] == len(marks) for _, marks, values in profile.rows())
    complete = all(len(marks) == size for _, marks, _ in profile.rows())
    if wished is None:
        return ("s" if strict else "t") + "o" + ("c" if complete else "i")
    if wished not in DATA_TYPES:
        raise TallyError(f"data type {wished!r} is not one of {', '.join(DATA_TYPES)}")
    if wished.startswith("s") and not strict:
        raise TallyError(f"a .{wished} file cannot hold projects in one rank")
    if wished.endswith("c") and not complete:
        raise TallyError(f"a .{wished} file cannot hold a ballot that leaves projects out")
    return wished


def _head(election: Election, data_type: str, meta: dict[str, str]) -> list[str]:
    counted = {
        "NUMBER ALTERNATIVES": str(len(election.projects)),
        "NUMBER VOTERS": str(election.ballot_count),
        "NUMBER UNIQUE ORDERS": str(len(election.profile)),
    }
    meta = {key: value for key, value in meta.items() if key not in counted} | {"DATA TYPE": data_type}
    known = {key: meta.pop(key, "") for key in _HEAD + _DATES}
    return [f"# {_plain(key)}: {_plain(value)}" for key, value in (known | meta | counted).items()]


def _orders(election: Election, numbers: Mapping[str, int]) -> list[str]:
    by_place = [numbers[project.id] for project in election.projects]
    orders = []
    for weight, marks, values in election.profile.rows():
        ranks: dict[int, list[int]] = {}
        for mark, rank in zip(marks, values, strict=True):
            ranks.setdefault(rank, []).append(by_place[mark])
        orders.append((-weight, [sorted(rank) for rank in ranks.values()]))
    return [f"{-less}: {','.join(map(_rank_text, ranked))}" for less, ranked in sorted(orders)]


def _rank_text(rank: list[int]) -> str:
    text = ",".join(map(str, rank))
    return f"{{{text}}}" if len(rank) > 1 else text


def _plain(text: str) -> str:
    """A name that stays one line; lines of the format end where any reader of text sees an end."""
    if len(text.splitlines()) > 1 or "\0" in text:
        raise TallyError(f"{text!r} cannot be written in a PrefLib file: it is not one line of text")
    return text.strip()
