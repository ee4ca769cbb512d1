"""What is wrong, or odd, in a file, and on which line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wijkbudget.tally.errors import TallyError


@dataclass(frozen=True, slots=True)
class Fault:
    """A remark about one line of a file; line 0 stands for the file as a whole.

    >>> str(Fault(7, "cost 0 is not above zero"))
    '7: cost 0 is not above zero'
    """

    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.line}: {self.text}"


class FileError(TallyError):
    """A file that cannot be counted; its text is one line, `FILE:LINE: fault`."""

    def __init__(self, file: str, line: int, fault: str) -> None:
        self.file, self.line, self.fault = file, line, fault
        super().__init__(f"{file}:{line}: {fault}")


class PabulibError(FileError):
    """A .pb file that cannot be counted."""


class PreflibError(FileError):
    """A .soc, .soi, .toc or .toi file that cannot be counted."""


class Unreadable(Exception):
    """A fault on the way from the parts of a reader to the reader, which adds the file's name."""

    def __init__(self, line: int, text: str) -> None:
        self.line, self.text = line, text
        super().__init__(text)


def quoted(text: str, longest: int = 60) -> str:
    """A value from a file, safe and short enough for one line of a message.

    >>> quoted("two\\nlines")
    "'two\\\\nlines'"
    """
    return repr(text if len(text) <= longest else text[:longest] + "…")


def one_line(text: str, longest: int = 300) -> str:
    """A message with parts of a file in it, made safe and short enough for one line.

    >>> one_line("no rule two\\nlines")
    'no rule two\\\\nlines'
    """
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text[: longest + 1])
    return shown if len(text) <= longest else shown[:longest] + "…"


def first_twice(names: Iterable[str]) -> str:
    """The first name that came before already; empty if none did. Takes no longer than reading them.

    >>> first_twice(["a", "b", "a"])
    'a'
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
