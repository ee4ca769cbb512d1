"""The options that the counting commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from wijkbudget.tally import Completion, Eligible, Satisfaction
from wijkbudget.tally.pabulib.amount import cents


def money(text: str) -> int:
    """The type of an option with an amount like 1250 or 1250.50: whole cents."""
    try:
        return cents(text)
    except ValueError as fault:
        raise click.BadParameter(f"{text!r} {fault}") from None


Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--satisfaction",
        type=click.Choice([str(value) for value in Satisfaction]),
        default=Satisfaction.COST.value,
        show_default=True,
        help="Hoe zwaar een project telt voor wie het steunt: naar de kosten, of elk even zwaar.",
    ),
    click.option(
        "--completion",
        type=click.Choice([str(value) for value in Completion]),
        help="Wat er gebeurt met geld dat overblijft. Zonder deze optie: wat het reglement zegt.",
    ),
    click.option(
        "--eligible",
        type=click.Choice([str(value) for value in Eligible]),
        default=Eligible.ALL.value,
        show_default=True,
        help="Welke projecten meedoen: alle, of die met genoeg stemmen voor hun kosten (als in Świecie).",
    ),
    click.option(
        "--min-support",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Minste aantal stemmen voor geld.",
    ),
    click.option(
        "--quorum",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Minste aantal stembiljetten, ook lege; met minder krijgt geen project geld.",
    ),
    click.option(
        "--ties",
        type=click.Choice(["lot", "lexicographic"]),
        default="lot",
        show_default=True,
        help="Wat beslist bij een gelijke stand: het lot, of de volgorde van de projectnummers als tekst.",
    ),
    click.option(
        "--budget",
        type=money,
        metavar="BEDRAG",
        help="Het budget, bij een PrefLib-bestand: daarin staat geen geld.",
    ),
    click.option(
        "--cost", type=money, metavar="BEDRAG", help="De kosten van elk project, bij een PrefLib-bestand."
    ),
    click.option(
        "--engine",
        type=click.Choice(["auto", "exact", "fast"]),
        default="auto",
        show_default=True,
        help="Hoe er wordt gerekend. De uitkomst is dezelfde. fast: gecompileerd, met wijkbudget[fast].",
    ),
)


def count_options(command: Command) -> Command:
    """Give a command the options with which an election may be counted; they are those of `tally.count`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
