"""The file that a counting command is given: read, or refused in one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wijkbudget.cli.terminal import refuse, say
from wijkbudget.tally import BallotKind, Election, PabulibError, read_pabulib


@dataclass(frozen=True)
class ElectionFile:
    """An election as a file holds it. `kind_line`: where the file says what kind of ballots it has (0: nowhere)."""

    name: str
    election: Election
    kind: BallotKind
    kind_line: int
    currency: str | None

    @property
    def names(self) -> dict[str, str]:
        """The name of each project, by id."""
        return {project.id: project.name for project in self.election.projects}


def read_file(file: str) -> ElectionFile:
    """The election in a file; oddities that do not stop a count are told, a fault ends the program with code 2."""
    try:
        source = read_pabulib(Path(file), name=file)
    except PabulibError as fault:
        refuse(file, fault.line, fault.fault)
    for warning in source.warnings:
        say(f"{file}:{warning}")
    return ElectionFile(
        file, source.election, source.ballot_kind, source.meta_lines["vote_type"], source.meta.get("currency")
    )
