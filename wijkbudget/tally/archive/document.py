"""What an archive file holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election
from wijkbudget.tally.file_fault import FileError
from wijkbudget.tally.outcome import LotRequired, Outcome
from wijkbudget.tally.terms import Terms

FORMAT = "wijkbudget-election"
VERSION = 1
MOST_CENTS = 10**17
MOST_TIMES = 10**12


class ArchiveError(FileError):
    """An archive that cannot be used; the fault names the place in the JSON, `$.ballots[2].times: …`."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How an election was or is to be counted: rule with its version, terms, and what came out, if it is told.

    How the count is to be made (`engine` and `progress` of the terms) is not kept.
    """

    rule: str
    rule_version: int
    terms: Terms
    result: Outcome | LotRequired | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """An election, how it was counted, and any further words about it (currency, description …) by key."""

    election: Election
    counted: Counted | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
