"""What is signed: the seal at the close and the result after the count. Sections 7 and 9 of the protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wijkbudget.protocol.board import Board


@dataclass(frozen=True, slots=True)
class Turnout:
    """Of a pot: entries of the roll, those that may vote, and those that did."""

    pot: str
    roll: int
    entitled: int
    voted: int


@dataclass(frozen=True, slots=True)
class Granted:
    """Money for a project, in cents."""

    number: int
    cents: int


@dataclass(frozen=True, slots=True)
class PotResult:
    """The result of a pot, with all that is needed to count it again. Amounts are cents."""

    pot: str
    rule: str
    rule_version: int
    satisfaction: str | None
    completion: str | None
    min_support: int
    lots: tuple[tuple[int, ...], ...]
    withdrawn: tuple[int, ...]
    budget_cents: int
    ballots: int
    blank: int
    funded: tuple[Granted, ...]
    offered: tuple[Granted, ...]
    withheld: bool

    @property
    def spent_cents(self) -> int:
        """All that is granted and offered."""
        return sum(grant.cents for grant in (*self.funded, *self.offered))

    def as_object(self) -> dict[str, Any]:
        """As it stands in the result."""
        value = asdict(self)
        value["funded"] = [{"cost_cents": one.cents, "number": one.number} for one in self.funded]
        value["offered"] = [{"cents": one.cents, "number": one.number} for one in self.offered]
        value["lots"] = [list(lot) for lot in self.lots]
        value["withdrawn"] = list(self.withdrawn)
        return value | {"spent_cents": self.spent_cents}


def seal_statement(
    board: Board, turnouts: Sequence[Turnout], *, closes_at: str, software: str, sealed: Iterable[bytes]
) -> dict[str, Any]:
    """The seal: what there is at the close, before anything is opened. `sealed` are all sealed ballots."""
    hashes = sorted(hashlib.sha256(one).digest() for one in sealed)
    return {
        "ballots": len(hashes),
        "batches": len(board.batches),
        "closes_at": closes_at,
        "head": board.head,
        "leaves": sum(len(batch.leaves) for batch in board.batches),
        "pots": [asdict(one) for one in sorted(turnouts, key=lambda one: one.pot)],
        "round": board.opening.round_id,
        "rules_sha256": board.opening.rules_sha256,
        "sealed_sha256": hashlib.sha256(b"".join(hashes)).hexdigest(),
        "software": software,
        "type": "wijkbudget-sealed",
        "v": 1,
    }


def result_statement(
    round_id: str, results: Sequence[PotResult], files: dict[str, str], seal_sha256: str
) -> dict[str, Any]:
    """The result, over the SHA-256 of every other file of the archive."""
    return {
        "files": files,
        "pots": [one.as_object() for one in sorted(results, key=lambda one: one.pot)],
        "round": round_id,
        "seal_sha256": seal_sha256,
        "type": "wijkbudget-result",
        "v": 1,
    }
