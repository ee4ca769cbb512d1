"""Elections in files of any known form, by the end of the file's name: .pb, .soc, .soi, .toc, .toi and .json."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wijkbudget.tally.archive import Archive, read_archive, write_archive
from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.file_fault import Fault, FileError
from wijkbudget.tally.pabulib import PabulibFile, read_pabulib, write_pabulib, write_pabulib_file
from wijkbudget.tally.preflib import DATA_TYPES, PreflibFile, read_preflib, write_preflib
from wijkbudget.tally.preflib.reader import UNIT_COST
from wijkbudget.tally.profile import BallotKind

SUFFIXES = (".pb", *(f".{data_type}" for data_type in DATA_TYPES), ".json")
"""The ends of file names that are known."""

Source = PabulibFile | PreflibFile | Archive


@dataclass(frozen=True, slots=True)
class StoredElection:
    """An election as a file holds it. `source` has what else that kind of file tells.

    `kind_line`: the line that says what kind of ballots there are (0: no line). `meta`: words about the election.
    `warnings`: oddities that do not stop a count.
    """

    election: Election
    kind: BallotKind
    kind_line: int = 0
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    source: Source | None = None

    @classmethod
    def of(cls, election: Election) -> StoredElection:
        """An election that comes from no file."""
        return cls(election, election.kind or BallotKind.APPROVAL)


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a file, and in words what of the election that form of file has no place for."""

    text: str
    left_out: tuple[str, ...] = ()


def read_election(
    path: os.PathLike[str],
    *,
    name: str | None = None,
    budget: int | None = None,
    costs: int | Mapping[str, int] | None = None,
) -> StoredElection:
    """Read a file by the end of its name; `name` is what errors call it.

    `budget` and `costs` (cents; of all, or by alternative) are for PrefLib only, which knows no money: without them
    each alternative costs one unit and there is one unit to give. Raises `FileError` with the line of the fault,
    and `TallyError` for money told for a file that knows its own.
    """
    shown, suffix = name or os.fspath(path), _known_suffix(path)
    if suffix in (".pb", ".json") and (budget, costs) != (None, None):
        raise TallyError(f"{shown}: budget and costs stand in a {suffix} file itself")
    if suffix == ".pb":
        pabulib = read_pabulib(path, name=shown)
        line = pabulib.meta_lines["vote_type"]
        return StoredElection(
            pabulib.election, pabulib.ballot_kind, line, pabulib.meta, pabulib.warnings, pabulib
        )
    if suffix == ".json":
        archive = read_archive(path, name=shown)
        kind = archive.election.kind or BallotKind.APPROVAL
        return StoredElection(archive.election, kind, meta=archive.meta, source=archive)
    money, price = UNIT_COST if budget is None else budget, UNIT_COST if costs is None else costs
    preflib = read_preflib(path, name=shown, budget=money, costs=price)
    warnings, line = preflib.warnings, preflib.meta_lines["DATA TYPE"]
    if suffix != f".{preflib.data_type}":
        warnings += (
            Fault(line, f"DATA TYPE is {preflib.data_type}, but the name of the file ends in {suffix}"),
        )
    return StoredElection(preflib.election, BallotKind.RANKING, line, preflib.meta, warnings, preflib)


def write_election(path: os.PathLike[str], stored: StoredElection | Election) -> tuple[str, ...]:
    """Write a file by the end of its name; in words what of the election has no place in it.

    Raises `TallyError`, and writes nothing, if the form cannot hold the ballots; `FileError` if the disk refuses.
    """
    written = election_text(stored, _known_suffix(path))
    try:
        Path(path).write_bytes(written.text.encode())
    except OSError as fault:
        raise FileError(os.fspath(path), 0, f"cannot be written: {fault.strerror}") from None
    return written.left_out


def election_text(stored: StoredElection | Election, suffix: str) -> Written:
    """What `write_election` writes to a file whose name ends so.

    >>> from wijkbudget.tally.ballots import RankingBallot
    >>> from wijkbudget.tally.election import Project
    >>> ranked = RankingBallot((frozenset({"1"}), frozenset({"2"})))
    >>> election = Election.of(100, [Project("1", 60), Project("2", 50)], [ranked])
    >>> election_text(election, ".soi").left_out
    ('the budget and the costs',)
    """
    whole = stored if isinstance(stored, StoredElection) else StoredElection.of(stored)
    if suffix == ".pb":
        return _as_pabulib(whole)
    if suffix == ".json":
        return _as_archive(whole)
    return _as_preflib(whole, suffix.removeprefix("."))


def _known_suffix(path: os.PathLike[str]) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise TallyError(f"{os.fspath(path)}: the name of the file ends in none of {', '.join(SUFFIXES)}")
    return suffix


def _as_pabulib(stored: StoredElection) -> Written:
    source = stored.source
    if isinstance(source, PabulibFile):
        return Written(
            write_pabulib_file(source), ("who cast which ballot, and all that is told about voters",)
        )
    if isinstance(source, PreflibFile):
        title = {"description": source.meta["TITLE"]} if source.meta.get("TITLE") else {}
        return Written(write_pabulib(stored.election, title), ("what the head tells besides the title",))
    return Written(write_pabulib(stored.election, stored.meta), _count_left_out(source))


def _as_archive(stored: StoredElection) -> Written:
    if isinstance(stored.source, Archive):
        return Written(write_archive(stored.source))
    left_out: tuple[str, ...] = ()
    if isinstance(stored.source, PabulibFile):
        left_out = ("who cast which ballot, and all that is told about voters",)
        if any(row.further or row.selected is not None for row in stored.source.projects):
            left_out += ("columns of projects besides id, cost and name",)
    return Written(write_archive(Archive(stored.election, meta=dict(stored.meta))), left_out)


def _as_preflib(stored: StoredElection, data_type: str) -> Written:
    """A withdrawn project would come back to life, so it is refused."""
    election, source = stored.election, stored.source
    withdrawn = [project.id for project in election.projects if project.withdrawn]
    if withdrawn:
        raise TallyError(f"a PrefLib file cannot hold that project {withdrawn[0]} is withdrawn")
    if isinstance(source, PreflibFile):
        return Written(write_preflib(election, data_type, source.meta), _money_left_out(election))
    title = {"TITLE": stored.meta["description"]} if stored.meta.get("description") else {}
    left_out = ("the budget and the costs", *_count_left_out(source))
    if {project.id for project in election.projects} != set(map(str, range(1, len(election.projects) + 1))):
        left_out += ("the ids of projects: they are numbered, and known by their names",)
    if stored.meta.keys() - {"description"}:
        left_out += ("what is told about the election besides its description",)
    return Written(write_preflib(election, data_type, title), left_out)


def _money_left_out(election: Election) -> tuple[str, ...]:
    """Nothing, if the money is what any PrefLib file is read with."""
    plain = election.budget == UNIT_COST and all(project.cost == UNIT_COST for project in election.projects)
    return () if plain else ("the budget and the costs",)


def _count_left_out(source: Source | None) -> tuple[str, ...]:
    counted = isinstance(source, Archive) and source.counted is not None
    return ("how the election was counted, and what came out",) if counted else ()
