"""How the text of one vote becomes numbers: the kind of vote that a file holds, and its strictness."""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

from wijkbudget.tally.ballots import MOST_POINTS
from wijkbudget.tally.file_fault import first_twice, quoted
from wijkbudget.tally.profile import BallotKind

VOTE_TYPES = {
    "approval": BallotKind.APPROVAL,
    "choose-1": BallotKind.APPROVAL,
    "ordinal": BallotKind.RANKING,
    "cumulative": BallotKind.POINTS,
    "scoring": BallotKind.POINTS,
}
"""The kind of ballot behind each `vote_type`. A knapsack vote is an approval with `max_sum_cost`."""

Text = str | tuple[str, str]
"""A vote as the file has it: the field `vote`, for points with the field `points`."""

Key = bytes | tuple[bytes, tuple[int, ...]]
"""A ballot in little memory: packed places of projects, for points with the points."""

_TWICE = re.compile(rb"([^\xff])\1", re.DOTALL)
_POINTS = re.compile(r"([0-9]{1,10})(?:\.0{1,15})?")


class WrongVote(Exception):
    """What is wrong with a vote; the caller knows its line."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A ballot as numbers: `marks` are packed places of projects, `values` points.

    `twice`: an id that the vote names more than once. `zeros`: places of projects that get no points.
    """

    marks: bytes
    values: tuple[int, ...] = ()
    twice: str = ""
    zeros: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """Equal for equal ballots, and small."""
        return (self.marks, self.values) if self.values else self.marks


class VoteForm:
    """Takes votes of one `vote_type` apart; `index` gives the place of each project by id.

    >>> form = VoteForm("approval", {"a": 0, "b": 1})
    >>> form.parse("b, a").marks == form.parse("a,b").marks
    True
    """

    def __init__(self, vote_type: str, index: Mapping[str, int]) -> None:
        self.kind = VOTE_TYPES[vote_type]
        self._single = vote_type == "choose-1"
        self._index = index
        self.typecode = "B" if len(index) <= 1 << 8 else "H" if len(index) <= 1 << 16 else "L"
        self.width = array(self.typecode).itemsize
        self._pack: Callable[[Sequence[int]], bytes] = bytes if self.typecode == "B" else self._packed

    def _packed(self, marks: Sequence[int]) -> bytes:
        return array(self.typecode, marks).tobytes()

    def unpacked(self, packed: bytes) -> array[int]:
        """Places of projects from their packed form, of one ballot or of many after each other.

        >>> VoteForm("ordinal", {"a": 0, "b": 1}).unpacked(b"\\x01\\x00").tolist()
        [1, 0]
        """
        wide = bytearray(8 * (len(packed) // self.width))
        for place in range(self.width):  # byte by byte into 64-bit numbers, as the machine orders them
            wide[place if sys.byteorder == "little" else 8 - self.width + place :: 8] = packed[
                place :: self.width
            ]
        marks = array("q")
        marks.frombytes(wide)
        return marks

    def quick_keys(self, texts: list[Text]) -> Sequence[Key] | None:
        """The keys of many votes at once; None if one of them needs `parse`: something in it is odd or wrong.

        >>> VoteForm("approval", {"a": 0, "b": 1}).quick_keys(["b,a", "b"])
        [b'\\x00\\x01', b'\\x01']
        """
        if self.kind is BallotKind.POINTS:
            return None
        votes = cast(list[str], texts)
        try:
            marks = list(map(self._index.__getitem__, ",".join(votes).split(",")))
        except KeyError:
            return None
        lengths = [text.count(",") + 1 for text in votes]
        ends = list(accumulate(lengths))
        if self.kind is BallotKind.RANKING:
            packed = self._pack(marks)
            spans = zip(ends, lengths, strict=True)
            keys = [packed[(end - length) * self.width : end * self.width] for end, length in spans]
        else:
            keys = self._sorted_keys(marks, ends)
        if (self._single and len(marks) > len(votes)) or self._any_twice(keys):
            return None
        return keys

    def _sorted_keys(self, marks: list[int], ends: list[int]) -> list[bytes]:
        keys, start, pack = [], 0, self._pack
        for end in ends:
            named = marks[start:end]
            named.sort()
            keys.append(pack(named))
            start = end
        return keys

    def _any_twice(self, keys: list[bytes]) -> bool:
        """Whether one of these ballots names a project twice; on an approval ballot that stands side by side."""
        if self.kind is BallotKind.APPROVAL and len(self._index) <= 0xFF:
            return _TWICE.search(b"\xff".join(keys)) is not None
        if self.typecode == "B":
            return sum(map(len, map(frozenset, keys))) < sum(map(len, keys))
        return any(len({*marks}) < len(marks) for marks in map(self.unpacked, keys))

    def parse(self, text: Text) -> Parsed:
        """The ballot that a vote stands for; raises `WrongVote`."""
        if isinstance(text, tuple):
            return self._points(*text)
        try:
            marks = list(map(self._index.__getitem__, text.split(",")))
        except KeyError:
            marks = self._found(text)
        twice = ""
        if len({*marks}) < len(marks):
            twice = self._twice(text)
            if self.kind is BallotKind.RANKING:
                raise WrongVote(f"vote names project {quoted(twice)} twice")
            marks = [*{*marks}]
        if self._single and len(marks) > 1:
            raise WrongVote(f"vote names {len(marks)} projects, but vote_type is choose-1")
        if self.kind is BallotKind.APPROVAL:
            marks.sort()
        return Parsed(self._pack(marks), twice=twice)

    def _found(self, text: str) -> list[int]:
        """The places of the projects in a vote that may hold spaces, or nothing at all."""
        names = [part.strip() for part in text.split(",")]
        if names == [""]:
            return []
        for name in names:
            if name not in self._index:
                raise WrongVote(f"vote for project {quoted(name)}, which is not in PROJECTS")
        return [self._index[name] for name in names]

    def _twice(self, text: str) -> str:
        return first_twice([part.strip() for part in text.split(",")])

    def _points(self, vote: str, points: str) -> Parsed:
        marks = self._found(vote)
        given = [_whole_points(part.strip()) for part in points.split(",")] if points.strip() else []
        if len(given) != len(marks):
            raise WrongVote(f"vote names {len(marks)} projects, but gives {len(given)} numbers of points")
        total: dict[int, int] = {}
        for mark, number in zip(marks, given, strict=True):
            total[mark] = total.get(mark, 0) + number
        twice = self._twice(vote) if len(total) < len(marks) else ""
        if max(total.values(), default=0) > MOST_POINTS:
            raise WrongVote(f"vote gives a project more than {MOST_POINTS:,} points")
        some = sorted(mark for mark, number in total.items() if number)
        zeros = tuple(mark for mark, number in total.items() if not number)
        return Parsed(self._pack(some), tuple(total[mark] for mark in some), twice, zeros)


def _whole_points(text: str) -> int:
    match = _POINTS.fullmatch(text)
    if match is None or int(match[1]) > MOST_POINTS:
        raise WrongVote(f"points {quoted(text)} are not a whole number from 0 to {MOST_POINTS:,}")
    return int(match[1])
