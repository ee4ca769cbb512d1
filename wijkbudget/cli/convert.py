"""`wijkbudget convert A B`: write an election in another form of file."""

from __future__ import annotations

from pathlib import Path

import click

from wijkbudget.cli.count_options import money
from wijkbudget.cli.election_file import read_file
from wijkbudget.cli.terminal import refuse, refuse_option, say
from wijkbudget.tally import FileError, TallyError, write_election


@click.command("convert")
@click.argument("file", metavar="VAN")
@click.argument("target", metavar="NAAR")
@click.option(
    "--budget",
    type=money,
    metavar="BEDRAG",
    help="Het budget, bij een PrefLib-bestand: daarin staat geen geld.",
)
@click.option(
    "--cost", type=money, metavar="BEDRAG", help="De kosten van elk project, bij een PrefLib-bestand."
)
@click.option("--force", is_flag=True, help="Overschrijf een bestand dat er al is.")
def convert(file: str, target: str, budget: int | None, cost: int | None, force: bool) -> None:
    """Zet een stemming om in een andere vorm. Het einde van de naam zegt welke.

    Pabulib: .pb. PrefLib: .soc, .soi, .toc of .toi. Ons archief: .json. Wat niet in de nieuwe vorm past, wordt
    gemeld.
    """
    source = read_file(file, budget=budget, cost=cost)
    if Path(target).exists() and not force:
        refuse(target, 0, "is there already; --force writes over it")
    try:
        left_out = write_election(Path(target), source.stored)
    except FileError as fault:
        refuse(target, fault.line, fault.fault)
    except TallyError as fault:
        refuse_option(str(fault))
    for part in left_out:
        say(f"{target}: left out: {part}")
