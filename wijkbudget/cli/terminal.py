"""What the counting commands say and where: results on standard output, all else on standard error.

Exit 0: counted. 2: the input is wrong, one line `FILE:LINE: fault`. 3: a lot must be drawn first.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from wijkbudget.tally import Progress

LOT_REQUIRED = 3
WRONG_INPUT = 2
_FIRST_AFTER = 1.0
_BETWEEN = 0.2
_ACTS = {
    "distances": "afstanden uitrekenen",
    "compare": "telregels vergelijken",
    "count": "tellen",
    "read": "inlezen",
}


def write(text: str) -> None:
    """Write the result; a reader that has gone away is no fault of ours, a full disk is."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        click.echo(text.encode(encoding, "replace").decode(encoding))
    except BrokenPipeError:
        raise  # click ends quietly
    except OSError as fault:
        say(f"result cannot be written: {fault.strerror}")
        sys.exit(1)


def say(line: str) -> None:
    """One line for people, on standard error."""
    click.echo(plain(line), err=True)


def refuse(file: str, line: int, fault: str) -> NoReturn:
    """Stop over wrong input, with the file and line (0: the file as a whole)."""
    say(f"{file}:{line}: {fault}")
    sys.exit(WRONG_INPUT)


def refuse_option(fault: str) -> NoReturn:
    """Stop over an option that cannot be; nothing in a file is wrong."""
    say(fault)
    sys.exit(WRONG_INPUT)


def plain(text: str) -> str:
    """Text from a file without characters that could steer a terminal or break the line."""
    return "".join(char if char.isprintable() else "?" for char in text)


@contextmanager
def progress() -> Iterator[Progress | None]:
    """A line that tells how far long work is, on a terminal; nothing (None) where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    line = _Line()
    try:
        yield line.tell
    finally:
        line.wipe()


class _Line:
    """The last line of the terminal, written over and over; only for work that takes a while."""

    def __init__(self) -> None:
        self._next, self._shown = time.monotonic() + _FIRST_AFTER, False

    def tell(self, act: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next, self._shown = now + _BETWEEN, True
        so_far = f"{done}" if total is None else f"{done} van {total}"
        click.echo(f"\r\x1b[K{_ACTS.get(act, plain(act))}: {so_far}", nl=False, err=True)

    def wipe(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
