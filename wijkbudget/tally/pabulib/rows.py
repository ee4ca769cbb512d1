"""The rows of a .pb file with their sections and line numbers, taken apart with care, one at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from wijkbudget.tally.file_fault import Unreadable
from wijkbudget.tally.file_lines import Lines

_SECTIONS = ("META", "PROJECTS", "VOTES")
_REQUIRED = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the section it is in, the number of its first line, and its fields by column name."""

    section: str
    line: int
    fields: dict[str, str]


class Rows:
    """The table in a .pb file: three sections, each with a row of column names.

    `header` and `header_line` are those of the section that was reached last.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._reader = csv.reader(lines, delimiter=";", strict=True)
        self._seen: list[str] = []
        self.header: list[str] = []
        self.header_line = 0

    def before_votes(self) -> Iterator[Row]:
        """The rows of META and PROJECTS; ends when the column names of VOTES have been read."""
        line = 0
        while (found := self._fields()) is not None:
            line = found[0]
            row = self._placed(*found)
            if row is not None:
                yield row
            elif self.header and self._seen == list(_SECTIONS):
                return
        if not self._seen:
            raise Unreadable(max(line, 1), "the file is empty")
        if self._seen[-1] != _SECTIONS[-1]:
            raise Unreadable(line, f"section {_SECTIONS[len(self._seen)]} is missing")
        raise Unreadable(line, f"section {self._seen[-1]} has no row with column names")

    def vote(self) -> Row | None:
        """The next row of VOTES, or None at the end of the file."""
        found = self._fields()
        return None if found is None else self._placed(*found)

    def _fields(self) -> tuple[int, list[str]] | None:
        """The next row that is not empty and the number of its first line: a quoted field may hold line breaks."""
        while True:
            first = self._lines.read + 1
            try:
                row = next(self._reader, None)
            except csv.Error as fault:
                lone = "a carriage return that ends no line" if "new-line" in str(fault) else fault
                raise Unreadable(first, f"is not a row of fields: {lone}") from fault
            if row is None:
                return None
            fields = [field.strip() for field in row]
            if any(fields):
                return first, fields

    def _placed(self, line: int, fields: list[str]) -> Row | None:
        """The row in its section; None for a title or for column names, which are taken in."""
        title = fields[0].upper()
        if len(fields) == 1 and title in _SECTIONS:
            self._check_turn(title, line)
            self._seen.append(title)
            self.header = []
            return None
        if not self._seen:
            raise Unreadable(line, "text before the section META")
        section = self._seen[-1]
        if not self.header:
            self.header, self.header_line = _checked_header(fields, section, line), line
            return None
        if len(fields) != len(self.header):
            fault = f"{len(fields)} fields, but section {section} has {len(self.header)} columns"
            raise Unreadable(line, fault)
        return Row(section, line, dict(zip(self.header, fields, strict=True)))

    def _check_turn(self, title: str, line: int) -> None:
        if title in self._seen:
            raise Unreadable(line, f"section {title} comes a second time")
        if title != _SECTIONS[len(self._seen)]:
            raise Unreadable(line, f"section {title} comes before section {_SECTIONS[len(self._seen)]}")


def _checked_header(fields: list[str], section: str, line: int) -> list[str]:
    for column in _REQUIRED[section]:
        if column not in fields:
            raise Unreadable(line, f"section {section} has no column {column}")
    if len(set(fields)) < len(fields):
        raise Unreadable(line, f"section {section} has two columns of the same name")
    return fields
