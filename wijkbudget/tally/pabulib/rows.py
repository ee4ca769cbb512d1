"""The rows of a .pb file with their line numbers, one at a time, from whatever holds the file."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from wijkbudget.tally.pabulib.fault import Unreadable

Source = os.PathLike[str] | bytes | str | Iterable[str | bytes]

_LONGEST_LINE = 1_000_000
_SECTIONS = ("META", "PROJECTS", "VOTES")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the section it is in, the number of its first line, and its fields by column name."""

    section: str
    line: int
    fields: dict[str, str]


def rows(source: Source) -> Generator[Row, None, None]:
    """The rows of all sections in file order; raises `Unreadable` for a file that is not a table.

    A path is opened; text, bytes or lines are taken as the content. Nothing is kept: the caller decides.
    """
    try:
        if isinstance(source, os.PathLike):
            with open(source, "rb") as file:
                yield from _sectioned(iter(lambda: file.readline(_LONGEST_LINE), b""))
        elif isinstance(source, bytes):
            yield from _sectioned(io.BytesIO(source))
        elif isinstance(source, str):
            yield from _sectioned(io.StringIO(source, newline=""))
        else:
            yield from _sectioned(source)
    except (OSError, ValueError) as fault:  # ValueError: a NUL character in the path
        raise Unreadable(0, f"cannot be read: {getattr(fault, 'strerror', None) or fault}") from fault


def _lines(raw: Iterable[str | bytes]) -> Iterator[str]:
    for number, given in enumerate(raw, 1):
        if len(given) >= _LONGEST_LINE:
            raise Unreadable(number, f"line is longer than {_LONGEST_LINE:,} characters")
        try:
            line = given if isinstance(given, str) else given.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise Unreadable(number, "is not UTF-8 text") from fault
        if "\0" in line:
            raise Unreadable(number, "holds a NUL character, so it is not text")
        yield line.removeprefix("\ufeff") if number == 1 else line


def _numbered(raw: Iterable[str | bytes]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of its first line (a quoted field may hold line breaks)."""
    reader = csv.reader(_lines(raw), delimiter=";", strict=True)
    before = 0
    try:
        for row in reader:
            if any(field.strip() for field in row):
                yield before + 1, [field.strip() for field in row]
            before = reader.line_num
    except csv.Error as fault:
        lone = "a carriage return that ends no line" if "new-line" in str(fault) else fault
        raise Unreadable(before + 1, f"is not a row of fields: {lone}") from fault


def _sectioned(raw: Iterable[str | bytes]) -> Iterator[Row]:
    seen: list[str] = []
    header: list[str] | None = None
    line = 0
    for line, row in _numbered(raw):
        title = row[0].upper()
        if len(row) == 1 and title in _SECTIONS:
            _check_turn(title, seen, line)
            seen.append(title)
            header = None
        elif not seen:
            raise Unreadable(line, "text before the section META")
        elif header is None:
            header = _checked_header(row, seen[-1], line)
        elif len(row) != len(header):
            raise Unreadable(line, f"{len(row)} fields, but section {seen[-1]} has {len(header)} columns")
        else:
            yield Row(seen[-1], line, dict(zip(header, row, strict=True)))
    if len(seen) < len(_SECTIONS):
        missing = _SECTIONS[len(seen)]
        raise Unreadable(max(line, 1), f"section {missing} is missing" if seen else "the file is empty")
    if header is None:
        raise Unreadable(line, f"section {seen[-1]} has no row with column names")


def _check_turn(title: str, seen: list[str], line: int) -> None:
    if title in seen:
        raise Unreadable(line, f"section {title} comes a second time")
    if title != _SECTIONS[len(seen)]:
        raise Unreadable(line, f"section {title} comes before section {_SECTIONS[len(seen)]}")


_REQUIRED = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}


def _checked_header(row: list[str], section: str, line: int) -> list[str]:
    for column in _REQUIRED[section]:
        if column not in row:
            raise Unreadable(line, f"section {section} has no column {column}")
    if len(set(row)) < len(row):
        raise Unreadable(line, f"section {section} has two columns of the same name")
    return row
