"""The clock of the demonstration: it runs as usual, and can be moved on to the next moment of a round."""

import fcntl
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from wijkbudget.domain.errors import InvalidInput


class DemoClock:
    """System time plus an offset in whole seconds, kept in a file that all processes of the demo share."""

    def __init__(self, path: Path, system: Callable[[], datetime] | None = None) -> None:
        self._path, self._system = path, system or _system_time

    def __call__(self) -> datetime:
        """The present instant of the demonstration."""
        return self._system() + timedelta(seconds=self.offset_seconds())

    def offset_seconds(self) -> int:
        """How far the demonstration runs ahead. A file that is missing or spoilt counts as nought."""
        try:
            return max(int(self._path.read_text(encoding="ascii")), 0)
        except (OSError, ValueError):
            return 0

    def advance_to(self, instant: datetime) -> None:
        """Move on to this instant. Raises InvalidInput for one that has passed: what happened stays happened."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if instant <= self():
                raise InvalidInput("De klok gaat alleen vooruit. Kies een later moment.")
            self._write(ceil((instant - self._system()).total_seconds()))

    def _write(self, seconds: int) -> None:
        """Another process sees the old number or the new one, never half of it."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(seconds), encoding="ascii")
        os.replace(fresh, self._path)


def _system_time() -> datetime:
    return datetime.now(UTC)
