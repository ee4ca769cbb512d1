"""`wijkbudget roll`: the electoral roll of a round."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.services.import_roll import import_roll
from wijkbudget.services.issue_letter_codes import codes_csv, issue_letter_codes
from wijkbudget.services.read_roll import RollReading, read_roll_file


@click.group()
def roll() -> None:
    """Het kiesregister van een ronde."""


@roll.command("import")
@click.argument("round_id", type=int, metavar="RONDE")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="BESTAND.csv")
@click.option("--dry-run", is_flag=True, help="Controleer alleen; lees niets in.")
@with_appcontext
def import_(round_id: int, file: Path, dry_run: bool) -> None:
    """Lees een kiesregister in: alle regels, of bij een fout geen enkele (code 2)."""
    with file.open("rb") as raw:
        length = sum(1 for _ in raw)
    with _progress(length, "Controleren") as reached:
        reading = read_roll_file(edge.session(), round_id, file, reached)
        reached(length)
    _report(file, reading)
    if dry_run:
        click.echo("Alleen gecontroleerd: er is niets ingelezen.")
        return
    with _progress(len(reading.lines), "Inlezen") as reached, edge.transaction() as session:
        import_roll(session, edge.now(), SYSTEM, round_id, reading, reached)
    click.echo(f"Ingelezen: {len(reading.lines)} regels.")


@roll.command()
@click.argument("round_id", type=int, metavar="RONDE")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Nieuw CSV-bestand voor de brieven.",
)
@with_appcontext
def codes(round_id: int, output: Path) -> None:
    """Maak briefcodes voor wie er nog geen heeft. Ze staan alleen in dit bestand: daarna kent niemand ze meer."""
    with _new_secret_file(output) as write, edge.transaction() as session:
        issued = list(
            issue_letter_codes(session, edge.now(), SYSTEM, round_id, key=edge.settings().secret_key)
        )
        # Written before the commit: codes that are in force are in the file.
        write(codes_csv(issued))
    click.echo("1 code gemaakt." if len(issued) == 1 else f"{len(issued)} codes gemaakt.")


@contextmanager
def _progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, moved to a number of lines."""
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda reached: bar.update(reached - bar.pos)


@contextmanager
def _new_secret_file(path: Path) -> Iterator[Callable[[bytes], object]]:
    """A new file that only its owner can read; gone again when something goes wrong."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        click.echo(f"{path}: {error.strerror}. Kies een nieuw bestand.", err=True)
        sys.exit(2)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:

            def write(content: bytes) -> None:
                file.write(content)
                os.fsync(file.fileno())

            yield write
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _report(file: Path, reading: RollReading) -> None:
    """Print every fault and stop when there is one."""
    for fault in reading.faults:
        click.echo(f"{file}:{fault.line}: {fault.reason}", err=True)
    if reading.faults:
        faults = "1 foute regel" if len(reading.faults) == 1 else f"{len(reading.faults)} foute regels"
        click.echo(f"{faults}. Er is niets ingelezen.", err=True)
        sys.exit(2)
    click.echo(f"{len(reading.lines)} goede regels, {reading.entitled} mogen stemmen.")
