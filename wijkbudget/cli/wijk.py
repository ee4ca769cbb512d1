"""`wijkbudget wijk`: voting areas and addresses."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.register_wijk import import_addresses, register_wijk


@click.group()
def wijk() -> None:
    """Wijken (werkgebieden), hun buurten en adressen."""


@wijk.command("register")
@click.option("--code", required=True)
@click.option("--name", required=True)
@click.option("--besluit", required=True, help="Het besluit dat het gebied vaststelde.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--buurt", "buurten", type=(str, str), multiple=True, help="CBS-code en naam; mag vaker.")
@with_appcontext
def register(
    code: str, name: str, besluit: str, valid_from: date, buurten: tuple[tuple[str, str], ...]
) -> None:
    """Leg een wijk vast met de buurten die erin liggen."""
    gemeente, start = edge.settings().municipality, date(valid_from.year, valid_from.month, valid_from.day)
    with edge.transaction() as session:
        made = register_wijk(
            session,
            edge.now(),
            SYSTEM,
            code=code,
            name=name,
            gemeente=gemeente,
            besluit=besluit,
            valid_from=start,
            buurten=buurten,
        )
        click.echo(f"Wijk {made.id} is vastgelegd.")


@wijk.command("addresses")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="pc6hnr….csv")
@with_appcontext
def addresses(file: Path) -> None:
    """Lees de CBS-tabel postcode + huisnummer → buurt in (vervangt de vorige)."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines, edge.transaction() as session:
            kept = import_addresses(session, edge.now(), SYSTEM, _rows(lines))
    except UnicodeDecodeError:
        raise InvalidInput(f"{file.name} is geen tekst in UTF-8. Sla het op als “CSV UTF-8”.") from None
    click.echo(f"{kept} adressen in de wijken ingelezen.")


def _rows(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """Postcode, number and buurt of each line; year and separator differ between the yearly files."""
    heading = next(lines, "").strip()
    delimiter = ";" if ";" in heading else ","
    names = [name.strip().strip('"').lower() for name in heading.split(delimiter)]
    buurt = next((i for i, name in enumerate(names) if name.startswith("buurt")), None)
    if "pc6" not in names or "huisnummer" not in names or buurt is None:
        raise InvalidInput("De kop klopt niet. Verwacht: PC6;Huisnummer;Buurt2025;Wijk2025;Gemeente2025.")
    postcode, number = names.index("pc6"), names.index("huisnummer")
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            if cells and len(cells) != len(names):
                raise InvalidInput(
                    f"Regel {reader.line_num + 1}: {len(cells)} kolommen in plaats van {len(names)}."
                )
            if cells:
                yield cells[postcode], cells[number], cells[buurt]
    except csv.Error as error:
        raise InvalidInput(f"Regel {reader.line_num + 1} is geen CSV ({error}).") from None
