"""What a .pb file holds: an election, and what the file says besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wijkbudget.tally.ballot_limits import BallotLimits
from wijkbudget.tally.election import Election
from wijkbudget.tally.file_fault import Fault
from wijkbudget.tally.profile import BallotKind


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """What the file itself says about a project, as text: votes, whether it was selected, score, further columns."""

    id: str
    name: str
    line: int
    votes: str | None = None
    selected: str | None = None
    score: str | None = None
    further: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """An election with what else its file holds; `warnings` are oddities that do not stop a count."""

    meta: Mapping[str, str]
    meta_lines: Mapping[str, int]
    election: Election
    projects: tuple[ProjectRow, ...]
    warnings: tuple[Fault, ...]
    ballot_kind: BallotKind
    limits: BallotLimits = field(default_factory=BallotLimits)
