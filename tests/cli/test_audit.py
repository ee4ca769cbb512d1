"""Checking the audit log from the command line."""

import sqlite3
from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.test_account import NEW


def test_a_whole_log_passes_and_a_changed_line_does_not(wijkbudget: Command, ready: Path) -> None:
    wijkbudget(*NEW, "--password", "een lang wachtwoord")
    assert wijkbudget("audit", "verify").code == 0
    with sqlite3.connect(ready / "wijkbudget.sqlite") as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        assert database.execute("UPDATE audit_line SET actor='iemand anders'").rowcount == 1
    database.close()
    done = wijkbudget("audit", "verify")
    assert done.code == 1 and "gewijzigd" in done.err
