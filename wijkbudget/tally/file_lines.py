"""The lines of a file, one at a time with their numbers, or as many at once as were read from the disk."""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterable, Iterator
from typing import BinaryIO

from wijkbudget.tally.file_fault import Unreadable

Source = os.PathLike[str] | bytes | str | Iterable[str | bytes]

LONGEST_LINE = 1_000_000
_CHUNK = 1 << 16


def chunks(source: Source) -> Generator[bytes, None, None]:
    """The content in pieces of whole lines; a path is opened, anything else is the content itself.

    Raises `Unreadable` if it cannot be read.

    >>> list(chunks(["a", "b\\n"]))
    [b'a\\nb\\n']
    """
    try:
        if isinstance(source, os.PathLike):
            with open(source, "rb") as file:
                yield from _read(file)
        elif isinstance(source, bytes):
            yield from _read(io.BytesIO(source))
        elif isinstance(source, str):
            yield from _read(io.BytesIO(_encoded(source)))
        else:
            yield from _joined(source)
    except (OSError, ValueError) as fault:  # ValueError: a NUL character in the path
        raise Unreadable(0, f"cannot be read: {getattr(fault, 'strerror', None) or fault}") from fault


def _encoded(text: str) -> bytes:
    """Half a surrogate pair is passed on, so that the line that holds it is refused as no UTF-8 text."""
    return text.encode("utf-8", "surrogatepass")


def _read(file: BinaryIO) -> Iterator[bytes]:
    while data := file.read(_CHUNK):
        yield data if data.endswith(b"\n") else data + file.readline(LONGEST_LINE)


def _joined(lines: Iterable[str | bytes]) -> Iterator[bytes]:
    held, size = [], 0
    for given in lines:
        line = _encoded(given) if isinstance(given, str) else given
        held.append(line if line.endswith(b"\n") else line + b"\n")
        size += len(line)
        if size >= _CHUNK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


class Lines:
    """An iterator over the lines of a file, which can also hand over all that is left of the current piece.

    `read` is the number of lines handed over so far. A line that is too long, not UTF-8, or holds a NUL character
    raises `Unreadable`; a byte order mark before the first line is left out.

    >>> lines = Lines(iter([b"a\\nb\\nc\\n"]))
    >>> next(lines), lines.rest(), lines.read
    ('a\\n', b'b\\nc\\n', 1)
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._at = 0
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at_end_of_piece and not self._next_piece():
            raise StopIteration
        end = self._piece.find(b"\n", self._at) + 1 or len(self._piece)
        raw, self._at = self._piece[self._at : end], end
        self.read += 1
        return _checked(raw, self.read)

    @property
    def at_end_of_piece(self) -> bool:
        """Whether the next line comes from a new piece, if there is one."""
        return self._at == len(self._piece)

    def rest(self) -> bytes:
        """The lines of this piece that were not handed over yet, else those of the next; empty at the end."""
        if self.at_end_of_piece and not self._next_piece():
            return b""
        return self._piece[self._at :]

    def skip_rest(self, count: int) -> None:
        """Count what `rest` gave as handed over: so many lines."""
        self._at = len(self._piece)
        self.read += count

    def _next_piece(self) -> bool:
        self._piece, self._at = next(self._pieces, b""), 0
        return bool(self._piece)


def _checked(raw: bytes, number: int) -> str:
    if len(raw) >= LONGEST_LINE:
        raise Unreadable(number, f"line is longer than {LONGEST_LINE:,} characters")
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Unreadable(number, "is not UTF-8 text") from fault
    if "\0" in line:
        raise Unreadable(number, "holds a NUL character, so it is not text")
    return line.removeprefix("\ufeff") if number == 1 else line
