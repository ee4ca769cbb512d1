"""The command `wijkbudget` as an administrator types it, on an installation of its own."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import SqliteFactory
from wijkbudget.__main__ import main


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line of a refusal."""
        assert self.code == 2, (self.code, self.out, self.err)
        lines = self.err.strip().splitlines()
        assert len(lines) == 1 and "Traceback" not in self.err, self.err
        return lines[0]


Command = Callable[..., Done]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance folder that does not exist yet, named in the environment."""
    folder = tmp_path / "instance"
    monkeypatch.setenv("WIJKBUDGET_INSTANCE", str(folder))
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv(
        "WIJKBUDGET_DEMO", "false"
    )  # `demo` sets it for its process; here it ends with the test
    return folder


@pytest.fixture
def wijkbudget(instance: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command; without a database until `ready` or `init` makes one."""

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["wijkbudget", *words])
        capfd.readouterr()
        code: int | str | None = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out, err = capfd.readouterr()
        return Done(int(code or 0), out, err)

    return run


@pytest.fixture
def ready(instance: Path, sqlite_factory: SqliteFactory) -> Path:
    """The instance folder with a migrated, empty database."""
    instance.mkdir()
    sqlite_factory.new(instance)
    return instance
