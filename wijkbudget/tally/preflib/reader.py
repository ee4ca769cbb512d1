"""Read rankings from a PrefLib file (format: preflib.org/format). Only distinct orders are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.file_fault import Fault, PreflibError, Unreadable, quoted
from wijkbudget.tally.file_lines import Lines, Source, chunks
from wijkbudget.tally.preflib.orders import DATA_TYPES, Order, parse_order
from wijkbudget.tally.profile import BallotKind, Profile

UNIT_COST = 100
_MOST_ALTERNATIVES = 100_000
_NAME = re.compile(r"ALTERNATIVE NAME ([1-9][0-9]{0,5})")
_COUNTED = ("NUMBER ALTERNATIVES", "NUMBER VOTERS", "NUMBER UNIQUE ORDERS")


@dataclass(frozen=True, slots=True)
class PreflibFile:
    """An election with what else its file holds: `meta` without the names and numbers of alternatives.

    `warnings` are oddities that do not stop a count.
    """

    meta: Mapping[str, str]
    meta_lines: Mapping[str, int]
    data_type: str
    election: Election
    warnings: tuple[Fault, ...]


def read_preflib(
    source: Source,
    *,
    name: str | None = None,
    budget: int = UNIT_COST,
    costs: int | Mapping[str, int] = UNIT_COST,
) -> PreflibFile:
    """Read a .soc, .soi, .toc or .toi file from a path object, or from its content as text, bytes or lines.

    PrefLib knows no money: `budget` and `costs` (of all, or by number of the alternative as text) are in cents; as
    they are, each alternative costs one unit and there is one unit to give. Ids of projects are the numbers of
    alternatives as text. Raises `PreflibError`, or `TallyError` for a cost that is missing.

    >>> text = "# DATA TYPE: soi\\n# NUMBER ALTERNATIVES: 2\\n# ALTERNATIVE NAME 1: Bank\\n"
    >>> text += "# ALTERNATIVE NAME 2: Boom\\n3: 2,1\\n1: 1\\n"
    >>> read_preflib(text).election.votes()
    {'1': 4, '2': 3}
    """
    parts = _Parts()
    try:
        with closing(chunks(source)) as pieces:
            lines = Lines(pieces)
            for line in lines:
                parts.take(lines.read, line.strip())
        parts.check_complete(lines.read)
    except Unreadable as fault:
        shown = name or (os.fspath(source) if isinstance(source, os.PathLike) else "<text>")
        raise PreflibError(shown, fault.line, fault.text) from None
    return parts.file(budget, costs)


@dataclass(slots=True)
class _Parts:
    """The file as far as it has been read."""

    meta: dict[str, str] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    weights: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = field(default_factory=dict)
    order_lines: int = 0
    doubts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, number: int, line: str) -> None:
        if not line:
            return
        if line.startswith("#"):
            self._meta(number, line[1:].strip())
            return
        if not self.order_lines:
            self._check_head(number)
        self._order(number, parse_order(line, number, self.index))

    def _meta(self, number: int, text: str) -> None:
        if self.order_lines:
            raise Unreadable(number, "metadata after the first order")
        key, colon, value = (part.strip() for part in text.partition(":"))
        if not colon or not key:
            raise Unreadable(number, f"{quoted(text)} is not a key, a colon and a value")
        if key in self.meta_lines:
            raise Unreadable(number, f"{quoted(key)} comes a second time")
        self.meta_lines[key] = number
        match = _NAME.fullmatch(key)
        if match is not None:
            self.names[match[1]] = value
            return
        self.meta[key] = value
        if key == "DATA TYPE" and value not in DATA_TYPES:
            raise Unreadable(number, f"data type {quoted(value)} is not one of {', '.join(DATA_TYPES)}")

    def _check_head(self, number: int) -> None:
        for key in ("DATA TYPE", "NUMBER ALTERNATIVES"):
            if key not in self.meta:
                raise Unreadable(number, f"there is no line with {key} before the orders")
        stated, line = self.meta["NUMBER ALTERNATIVES"], self.meta_lines["NUMBER ALTERNATIVES"]
        whole = re.fullmatch(r"[1-9][0-9]{0,5}", stated)
        if whole is None or int(stated) > _MOST_ALTERNATIVES:
            raise Unreadable(
                line, f"NUMBER ALTERNATIVES {quoted(stated)} is not from 1 to {_MOST_ALTERNATIVES}"
            )
        self.ids = sorted(map(str, range(1, int(stated) + 1)))
        for project_id in self.ids:
            if project_id not in self.names:
                raise Unreadable(
                    line, f"there are {stated} alternatives, but number {project_id} has no name"
                )
        for extra in self.names:
            if int(extra) > int(stated):
                where = self.meta_lines[f"ALTERNATIVE NAME {extra}"]
                raise Unreadable(where, f"alternative {extra} is named, but there are {stated}")
        self.index = {project_id: place for place, project_id in enumerate(self.ids)}

    def _order(self, number: int, order: Order) -> None:
        self.order_lines += 1
        key = order.marks, order.ranks
        if key in self.weights:
            self._doubt(number, "the same order comes a second time; its counts are added up")
        self.weights[key] = self.weights.get(key, 0) + order.count
        data_type = self.meta["DATA TYPE"]
        if data_type.startswith("s") and not order.is_strict:
            self._doubt(number, f"order has equal alternatives, but DATA TYPE is {data_type}")
        if data_type.endswith("c") and len(order.marks) < len(self.ids):
            self._doubt(number, f"order leaves alternatives out, but DATA TYPE is {data_type}")

    def _doubt(self, number: int, text: str) -> None:
        first, times = self.doubts.get(text, (number, 0))
        self.doubts[text] = first, times + 1

    def check_complete(self, line: int) -> None:
        if not self.order_lines:
            if not self.meta:
                raise Unreadable(max(line, 1), "the file is empty")
            self._check_head(line)
            raise Unreadable(line, "there is no order")

    def file(self, budget: int, costs: int | Mapping[str, int]) -> PreflibFile:
        projects = []
        for project_id in self.ids:
            cost = costs if isinstance(costs, int) else costs.get(project_id)
            if cost is None:
                raise TallyError(f"alternative {project_id} has no cost")
            projects.append(Project(project_id, cost, self.names[project_id]))
        profile = Profile(BallotKind.RANKING)
        for (marks, ranks), weight in self.weights.items():
            profile.add(marks, ranks, weight)
        election = Election(budget, tuple(projects), profile)
        meta = {key: value for key, value in self.meta.items() if key not in _COUNTED}
        return PreflibFile(meta, self.meta_lines, meta["DATA TYPE"], election, self._warnings(election))

    def _warnings(self, election: Election) -> tuple[Fault, ...]:
        counts = {"NUMBER VOTERS": election.ballot_count, "NUMBER UNIQUE ORDERS": self.order_lines}
        faults = [
            Fault(self.meta_lines[key], f"{key} is {quoted(self.meta[key])}, but the file holds {number}")
            for key, number in counts.items()
            if key in self.meta and self.meta[key] != str(number)
        ]
        for text, (line, times) in self.doubts.items():
            faults.append(Fault(line, text + (f"; {times} orders in all" if times > 1 else "")))
        return tuple(faults)
