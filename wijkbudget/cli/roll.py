"""`wijkbudget roll`: the electoral roll of a round."""

import csv
import sys
from pathlib import Path
from typing import TextIO

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.services.import_roll import import_roll
from wijkbudget.services.issue_letter_codes import issue_letter_codes
from wijkbudget.services.read_roll import RollReading, read_roll


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
    with file.open(encoding="utf-8-sig", newline="") as lines, click.progressbar(length=length, label="Controleren") as bar:
        seen = 0

        def read_to(number: int) -> None:
            nonlocal seen
            bar.update(number - seen)
            seen = number

        reading = read_roll(edge.session(), round_id, lines, read_to)
        read_to(length)
    _report(file, reading)
    if dry_run:
        click.echo("Alleen gecontroleerd: er is niets ingelezen.")
        return
    with click.progressbar(length=len(reading.lines), label="Inlezen") as bar, edge.transaction() as session:
        stored_before = 0

        def stored(number: int) -> None:
            nonlocal stored_before
            bar.update(number - stored_before)
            stored_before = number

        import_roll(session, edge.now(), SYSTEM, round_id, reading, stored)
    click.echo(f"Ingelezen: {len(reading.lines)} regels.")


@roll.command()
@click.argument("round_id", type=int, metavar="RONDE")
@click.option("--output", type=click.File("x", encoding="utf-8"), required=True, help="Nieuw CSV-bestand voor de brieven.")
@with_appcontext
def codes(round_id: int, output: TextIO) -> None:
    """Maak briefcodes voor wie er nog geen heeft. Ze staan alleen in dit bestand: daarna kent niemand ze meer."""
    with edge.transaction() as session:
        issued = list(issue_letter_codes(session, edge.now(), SYSTEM, round_id, key=edge.settings().secret_key))
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        writer.writerow(["nummer", "code"])
        writer.writerows(issued)
        output.flush()
    click.echo(f"{len(issued)} codes gemaakt.")


def _report(file: Path, reading: RollReading) -> None:
    """Print every fault and stop when there is one."""
    for fault in reading.faults:
        click.echo(f"{file}:{fault.line}: {fault.reason}", err=True)
    if reading.faults:
        click.echo(f"{len(reading.faults)} foute regels. Er is niets ingelezen.", err=True)
        sys.exit(2)
    click.echo(f"{len(reading.lines)} goede regels, {reading.entitled} mogen stemmen.")
