"""The file of a SQLite database while it is in use."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, text

from wijkbudget.db import prepare_engine


def test_another_process_that_looks_and_leaves_does_not_take_the_log_away(tmp_path: Path) -> None:
    path = tmp_path / "wijkbudget.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    with engine.connect() as first:
        first.execute(text("CREATE TABLE vote (id INTEGER)"))
        first.commit()
        with engine.connect() as second:  # a new one, beside the first
            second.execute(text("SELECT * FROM vote")).all()
        look = (
            f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('SELECT * FROM vote'); c.close()"
        )
        subprocess.run([sys.executable, "-c", look], check=True)
        first.execute(text("INSERT INTO vote VALUES (1)"))
        first.commit()
        other = sqlite3.connect(path)
        assert other.execute("SELECT id FROM vote").fetchall() == [(1,)]
        other.close()
    engine.dispose()
