"""The file that a counting command is given: read, or refused in one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wijkbudget.cli.terminal import refuse, refuse_option, say
from wijkbudget.tally import (
    BallotKind,
    Election,
    FileError,
    StoredElection,
    TallyError,
    read_election,
    read_pabulib,
)
from wijkbudget.tally.formats import SUFFIXES


@dataclass(frozen=True)
class ElectionFile:
    """An election as a file holds it. `kind_line`: where the file says what kind of ballots it has (0: nowhere)."""

    name: str
    stored: StoredElection

    @property
    def election(self) -> Election:
        """What is to be counted."""
        return self.stored.election

    @property
    def kind(self) -> BallotKind:
        """What its ballots say, also when there are none."""
        return self.stored.kind

    @property
    def kind_line(self) -> int:
        """Where the file says so; 0: nowhere."""
        return self.stored.kind_line

    @property
    def currency(self) -> str | None:
        """The currency of the amounts, where the file names it."""
        return self.stored.meta.get("currency")

    @property
    def names(self) -> dict[str, str]:
        """The name of each project, by id."""
        return {project.id: project.name for project in self.election.projects}


def read_file(file: str, *, budget: int | None = None, cost: int | None = None) -> ElectionFile:
    """The election in a file; oddities that do not stop a count are told, a fault ends the program with code 2.

    A name that ends in nothing known is taken for a Pabulib file. `budget` and `cost` (cents, of every project) are
    for rankings of PrefLib, which know no money.
    """
    try:
        if Path(file).suffix.lower() in SUFFIXES:
            stored = read_election(Path(file), name=file, budget=budget, costs=cost)
        else:
            stored = _as_pabulib(file)
    except FileError as fault:
        refuse(file, fault.line, fault.fault)
    except TallyError as fault:
        refuse_option(str(fault))
    for warning in stored.warnings:
        say(f"{file}:{warning}")
    return ElectionFile(file, stored)


def _as_pabulib(file: str) -> StoredElection:
    """A pipe or a file with a name of its own."""
    source = read_pabulib(Path(file), name=file)
    line = source.meta_lines["vote_type"]
    return StoredElection(source.election, source.ballot_kind, line, source.meta, source.warnings, source)
