"""The CSV file of an electoral roll, record by record, each with the number of the line that it begins on."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wijkbudget.domain.errors import InvalidInput

REQUIRED = ("nummer", "leeftijd_ok")
COLUMNS = ("nummer", "wijk", "postcode", "huisnummer", "leeftijd_ok", "email")
HEADING = ";".join(COLUMNS)
MAX_LINES = 400_000
LONGEST_RECORD = 10
SAVE_AS = "Sla het bestand op als “CSV UTF-8”."
NOT_UTF8 = f"Deze regel is geen tekst in UTF-8. {SAVE_AS}"
OPEN_QUOTE = 'Het aanhalingsteken (") op deze regel wordt niet gesloten.'
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_roll(path: Path) -> Iterator[Iterable[str]]:
    """The lines of the file. Raises InvalidInput for a file that holds no text at all.

    Bytes that are not UTF-8 become lone surrogates, so that they are reported on their own line.
    """
    with path.open("rb") as raw:
        start = raw.read(4)
    if not start:
        raise InvalidInput("Het bestand is leeg. Kies het bestand met het kiesregister.")
    if start in _EXCEL:
        raise InvalidInput("Dit is een Excel-bestand. Open het in Excel en sla het op als “CSV UTF-8”.")
    if start.startswith(_UTF16):
        raise InvalidInput(f"Dit bestand is in UTF-16, niet in UTF-8. {SAVE_AS}")
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        yield lines


def read_records(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Every record under the heading: (line number, column -> text), or (line number, why it cannot be read).

    Tells `;` from `,` by the heading, which is line 1. Empty lines are passed over. Raises InvalidInput for a
    heading that is not ours, and for a file with too many lines.
    """
    source = _Source(lines)
    delimiter, names = _heading(source.next_line() or "")
    while (first := source.next_line()) is not None:
        number = source.number
        if number > MAX_LINES:
            raise InvalidInput(
                f"Het bestand heeft meer dan {MAX_LINES:_} regels. Splits het.".replace("_", ".")
            )
        cells = source.record(first, delimiter)
        if isinstance(cells, str):
            yield number, cells
        elif any(cell.strip() for cell in cells):
            if len(cells) != len(names):
                yield number, f"De regel heeft {len(cells)} kolommen in plaats van {len(names)}."
            else:
                yield number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}


class _Source:
    """Lines with their numbers, of which some may be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self.number = 0

    def next_line(self) -> str | None:
        line = self._ahead.popleft() if self._ahead else next(self._lines, None)
        self.number += line is not None
        return line

    def record(self, first: str, delimiter: str) -> list[str] | str:
        """The cells of the record that begins with this line, or what is wrong with it.

        An open quote runs on over the next lines. When that leads nowhere, only this line is lost.
        """
        taken = [first]
        while (cells := _cells(taken, delimiter)) is None:
            more = self.next_line() if len(taken) < LONGEST_RECORD else None
            if more is None:
                break
            taken.append(more)
        if isinstance(cells, list):
            return cells
        self._ahead.extendleft(reversed(taken[1:]))
        self.number -= len(taken) - 1
        return cells if cells and len(taken) == 1 else OPEN_QUOTE


def _cells(lines: list[str], delimiter: str) -> list[str] | str | None:
    """The cells of one record, what is wrong with it, or None when a quote is still open."""
    if not all(_is_utf8(line) for line in lines):
        return NOT_UTF8
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return None if "unexpected end of data" in str(error) else f"De regel is geen CSV ({error})."


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _heading(line: str) -> tuple[str, list[str]]:
    heading = line.removeprefix("\ufeff").rstrip("\r\n")
    if not _is_utf8(heading):
        raise InvalidInput(NOT_UTF8)
    delimiter = ";" if ";" in heading else ","
    names = [name.strip().strip('"').lower() for name in heading.split(delimiter)]
    missing = [name for name in REQUIRED if name not in names]
    strange = [name for name in names if name not in COLUMNS]
    double = [name for name in names if names.count(name) > 1] if not strange else []
    for wrong, names_of in (("er ontbreekt", missing), ("te veel:", strange), ("dubbel:", double)):
        if names_of:
            raise InvalidInput(
                f"De kop klopt niet, {wrong} {_short(', '.join(names_of))}. De kop is: {HEADING}."
            )
    return delimiter, names


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
