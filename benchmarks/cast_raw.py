"""How many casts the database itself could store: the same writes in the same tables, and nothing else.

python -m benchmarks.cast_raw DATABASE FIRST LAST SECONDS

One process on SQLite, for the roll entries FIRST to LAST; prints how many transactions it committed in this time.
"""

import re
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEALED_BYTES, BODY, ADDRESS = (
    304,
    "Beste inwoner, uw stem is goed ontvangen. " * 15,
    "kiezer@voorbeeld.example",
)
PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=FULL",
    "secure_delete=ON",
    "recursive_triggers=ON",
)
UPSERT = "ON CONFLICT (pseudonym) DO UPDATE SET sealed = excluded.sealed, fresh = excluded.fresh"
MAIL = (
    "INSERT INTO outbox_mail (id, kind, recipient, subject, body, status, created_at, attempts, not_before, last_error,"
    " bulk) VALUES ({id}, 'ballot_cast', {address}, 'Uw stem is ontvangen', {body}, 'queued', {now}, 0, {now}, '', {no})"
)


def commits(path: str, first: int, last: int, seconds: float) -> int:
    """Store ballots in this SQLite database until the time is over."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    pots = dict(connection.execute("SELECT id, pot_id FROM roll_entry"))
    (round_id,) = connection.execute("SELECT id FROM budget_round").fetchone()
    mail = MAIL.format(id="?", address="?", body="?", now="?", no=0)
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        entry = first + done % (last - first)
        pseudonym, receipt, number = secrets.token_hex(32), secrets.token_hex(32), secrets.token_hex(16)
        sealed, now = secrets.token_bytes(SEALED_BYTES), "2026-05-10 09:00:00.000000"
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "UPDATE roll_entry SET voted = 1, votes_cast = votes_cast + 1 WHERE id = ?", (entry,)
        )
        connection.execute(
            f"INSERT INTO sealed_ballot (pseudonym, pot_id, sealed, fresh) VALUES (?, ?, ?, 1) {UPSERT}",  # noqa: S608  (a constant of this file)
            (pseudonym, pots[entry], sealed),
        )
        connection.execute(
            "INSERT INTO board_leaf (receipt, round_id, pot_id) VALUES (?, ?, ?)",
            (receipt, round_id, pots[entry]),
        )
        connection.execute(mail, (number, ADDRESS, BODY, now, now))
        connection.execute("COMMIT")
        done += 1
    return done


def sqlite_rate(
    path: Path, voters: int, seconds: float, processes: int, environment: dict[str, str]
) -> float:
    """Commits per second of so many processes together."""
    share, command = voters // processes, [sys.executable, "-m", "benchmarks.cast_raw", str(path)]
    running = [
        subprocess.Popen(
            [*command, str(1 + place * share), str(1 + (place + 1) * share), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for place in range(processes)
    ]
    answers = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError("the commits could not be measured")
    return sum(int(answer) for answer in answers) / seconds


def pgbench_rate(
    program: Path, url: str, voters: int, seconds: int, *, clients: int = 8, prepared: bool = False
) -> float:
    """Transactions per second that pgbench reaches with so many clients."""
    mail = MAIL.format(
        id="md5(random()::text || clock_timestamp()::text)",
        address=f"'{ADDRESS}'",
        body=f"'{BODY}'",
        now="'2026-05-10 09:00:00'",
        no="false",
    )
    digest = "md5(random()::text || clock_timestamp()::text) || md5(random()::text)"
    script = f"""\\set entry random(1, {voters})
BEGIN;
UPDATE roll_entry SET voted = true, votes_cast = votes_cast + 1 WHERE id = :entry;
INSERT INTO sealed_ballot (pseudonym, pot_id, sealed, fresh)
  VALUES ({digest}, 1, decode(repeat('a7', {SEALED_BYTES}), 'hex'), true) {UPSERT};
INSERT INTO board_leaf (receipt, round_id, pot_id) VALUES ({digest}, 1, 1);
{mail};
COMMIT;
"""  # noqa: S608  (constants of this file)
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        command = [str(program), "--no-vacuum", "-c", str(clients), "-j", "1", "-T", str(seconds)]
        command += ["-M", "prepared" if prepared else "simple", "-f", file.name, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])


if __name__ == "__main__":
    print(commits(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
