"""The public board: receipts in batches, each line fixing all lines before it. Section 6 of the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wijkbudget.protocol import merkle
from wijkbudget.protocol.canonical import NotCanonical, canonical_json, read_canonical, sha256

SMALLEST_BATCH = 5
HEX_64 = re.compile(r"[0-9a-f]{64}")
HEX_32 = re.compile(r"[0-9a-f]{32}")
BALLOT_TYPES = ("approval", "capped_approval", "ranking")


class Fault(Exception):
    """Something published is wrong: a code of section 10 of the protocol, and what and where in Dutch."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code, what)
        self.code, self.what = code, what


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project on a ballot list. The cost is in cents."""

    number: int
    title: str
    cost_cents: int


@dataclass(frozen=True, slots=True)
class BallotList:
    """The ballot list of a pot, with its code, its name and its budget in cents."""

    pot: str
    name: str
    budget_cents: int
    projects: tuple[ListedProject, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all projects, ascending."""
        return tuple(project.number for project in self.projects)


@dataclass(frozen=True, slots=True)
class Opening:
    """The first line of a board: what the vote is about, and the key to which ballots are sealed."""

    round_id: str
    round_name: str
    rules_sha256: str
    public_key: str
    ballot_type: str
    lists: tuple[BallotList, ...]

    @property
    def line(self) -> bytes:
        """The line as it is published, without the line feed."""
        pots = [
            {
                "budget_cents": one.budget_cents,
                "name": one.name,
                "pot": one.pot,
                "projects": [
                    {"cost_cents": project.cost_cents, "number": project.number, "title": project.title}
                    for project in sorted(one.projects, key=lambda project: project.number)
                ],
            }
            for one in sorted(self.lists, key=lambda one: one.pot)
        ]
        return canonical_json(
            {
                "ballot_type": self.ballot_type,
                "pots": pots,
                "public_key": self.public_key,
                "round": self.round_id,
                "round_name": self.round_name,
                "rules_sha256": self.rules_sha256,
                "type": "wijkbudget-board",
                "v": 1,
            }
        )

    @classmethod
    def read(cls, line: bytes) -> Opening:
        """The opening that a line is. Raises Fault `board-form`."""
        value = _line(line, "wijkbudget-board", "regel 1")
        try:
            lists = tuple(
                BallotList(
                    _text(pot["pot"]),
                    _text(pot["name"]),
                    _whole(pot["budget_cents"]),
                    tuple(
                        ListedProject(_whole(one["number"]), _text(one["title"]), _whole(one["cost_cents"]))
                        for one in pot["projects"]
                    ),
                )
                for pot in value["pots"]
            )
            found = cls(
                _matching(HEX_32, value["round"]),
                _text(value["round_name"]),
                _matching(HEX_64, value["rules_sha256"]),
                _matching(HEX_64, value["public_key"]),
                _text(value["ballot_type"]),
                lists,
            )
        except (KeyError, TypeError, ValueError):
            raise Fault("board-form", "regel 1 van het bord heeft niet de goede vorm") from None
        pots = [one.pot for one in lists]
        ascending = pots == sorted(set(pots)) and all(
            list(one.numbers) == sorted(set(one.numbers)) for one in lists
        )
        if found.line != line or not ascending or not lists or found.ballot_type not in BALLOT_TYPES:
            raise Fault("board-form", "regel 1 van het bord heeft niet de goede vorm")
        return found


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of receipts (64 hex digits, ascending), after the board had the head `previous`."""

    number: int
    leaves: tuple[str, ...]
    root: str
    previous: str

    @classmethod
    def of(cls, number: int, receipts: Iterable[str], previous: str) -> Batch:
        """The batch that adds these receipts (at least one) to a board with this head."""
        leaves = tuple(sorted(receipts))
        return cls(number, leaves, merkle_root(leaves), previous)

    @property
    def line(self) -> bytes:
        """The line as it is published, without the line feed."""
        return canonical_json(
            {
                "batch": self.number,
                "leaves": list(self.leaves),
                "previous": self.previous,
                "root": self.root,
                "type": "wijkbudget-batch",
                "v": 1,
            }
        )

    @classmethod
    def read(cls, line: bytes, where: str) -> Batch:
        """The batch that a line is. Raises Fault `board-form`."""
        value = _line(line, "wijkbudget-batch", where)
        try:
            found = cls(
                _whole(value["batch"]),
                tuple(_matching(HEX_64, leaf) for leaf in value["leaves"]),
                _matching(HEX_64, value["root"]),
                _matching(HEX_64, value["previous"]),
            )
        except (KeyError, TypeError, ValueError):
            raise Fault("board-form", f"{where} van het bord heeft niet de goede vorm") from None
        if found.line != line or not found.leaves:
            raise Fault("board-form", f"{where} van het bord heeft niet de goede vorm")
        return found


@dataclass(slots=True)
class Board:
    """A board as it was read and found good."""

    opening: Opening
    batches: list[Batch] = field(default_factory=list)

    @property
    def head(self) -> str:
        """SHA-256 of the last line: fixes everything on the board."""
        return sha256(self.batches[-1].line if self.batches else self.opening.line)

    @property
    def leaves(self) -> list[str]:
        """Every receipt, batch by batch."""
        return [leaf for batch in self.batches for leaf in batch.leaves]

    def text(self) -> bytes:
        """The file that is published."""
        return b"".join(line + b"\n" for line in (self.opening.line, *(batch.line for batch in self.batches)))


def read_board(text: bytes) -> Board:
    """The board in a file, with every form, order, root and link checked. Raises Fault."""
    lines = text.split(b"\n")
    if lines.pop() != b"":
        raise Fault("board-form", "het bord eindigt niet met een regeleinde")
    if not lines:
        raise Fault("board-form", "het bord is leeg")
    opening = Opening.read(lines[0])
    batches = [Batch.read(line, f"regel {place}") for place, line in enumerate(lines[1:], 2)]
    for place, batch in enumerate(batches, 1):
        if batch.number != place:
            raise Fault("board-form", f"regel {place + 1} van het bord is niet groep {place}")
    for batch in batches[:-1]:
        if len(batch.leaves) < SMALLEST_BATCH:
            raise Fault("board-form", f"groep {batch.number} heeft minder dan {SMALLEST_BATCH} bewijzen")
    seen: set[str] = set()
    for batch in batches:
        if list(batch.leaves) != sorted(set(batch.leaves)) or not seen.isdisjoint(batch.leaves):
            raise Fault("board-order", f"groep {batch.number}: bewijzen staan dubbel of niet op volgorde")
        seen.update(batch.leaves)
    for batch in batches:
        if batch.root != merkle_root(batch.leaves):
            raise Fault("board-root", f"groep {batch.number}: de wortel is niet die van haar bewijzen")
    head = sha256(lines[0])
    for batch, line in zip(batches, lines[1:], strict=True):
        if batch.previous != head:
            raise Fault("board-chain", f"groep {batch.number} sluit niet aan op wat ervoor staat")
        head = sha256(line)
    return Board(opening, batches)


def require_growth(old: bytes, new: bytes) -> int:
    """How many lines the new board has more; both must be good. Raises Fault `board-diff` unless it only grew."""
    read_board(old), read_board(new)
    before, after = old.split(b"\n")[:-1], new.split(b"\n")[:-1]
    for place, line in enumerate(before):
        name = "de opening" if place == 0 else f"groep {place}"
        if place >= len(after):
            raise Fault("board-diff", f"{name} stond op het oude bord en is weg")
        if after[place] != line:
            raise Fault("board-diff", f"{name} is anders dan op het oude bord")
    return len(after) - len(before)


def merkle_root(receipts: Sequence[str]) -> str:
    """The root over receipts in hexadecimal."""
    return merkle.root([bytes.fromhex(receipt) for receipt in receipts]).hex()


def _line(line: bytes, kind: str, where: str) -> dict[str, Any]:
    try:
        value = read_canonical(line)
    except NotCanonical:
        raise Fault("board-form", f"{where} van het bord is niet leesbaar") from None
    if value.get("type") != kind:
        raise Fault("board-form", f"{where} van het bord heeft niet de goede vorm")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value
