"""`wijkbudget count FILE.pb`: count a Pabulib file, anywhere, without the web application.

Exit 0: counted. 2: the input is wrong, one line `FILE:LINE: fault`. 3: a lot must be drawn first.
Nothing is written to standard output before the count is complete.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from wijkbudget.cli.count_output import Amount, as_data, as_json_text, as_table, plain
from wijkbudget.tally import (
    RULES,
    Lot,
    LotDoesNotFit,
    LotRequired,
    PabulibError,
    PabulibFile,
    RuleDoesNotFit,
    Ties,
    read_pabulib,
    rule,
)
from wijkbudget.tally import count as count_election
from wijkbudget.tally.pabulib import amount_text

LOT_REQUIRED = 3
WRONG_INPUT = 2


@click.command("count")
@click.argument("file", metavar="BESTAND.pb")
@click.option("--rule", "rule_name", type=click.Choice(sorted(RULES)), required=True, help="De telregel.")
@click.option("--lots", "lots_file", metavar="BESTAND", help="Gelote volgordes: JSON, een lijst van lijsten.")
@click.option(
    "--ties",
    type=click.Choice(["lot", "lexicographic"]),
    default="lot",
    show_default=True,
    help="Wat beslist bij een gelijke stand: het lot, of de volgorde van de projectnummers als tekst.",
)
@click.option("--min-support", type=click.IntRange(min=0), default=0, help="Minste aantal stemmen voor geld.")
@click.option("--json/--table", "as_json", default=False, help="JSON of een leesbare tabel (gewoon: tabel).")
def count(
    file: str, rule_name: str, lots_file: str | None, ties: Ties, min_support: int, as_json: bool
) -> None:
    """Tel de stemmen in een Pabulib-bestand.

    Bij een gelijke stand die beslist over het geld stopt de telling met code 3. Loot dan tussen de genoemde
    projecten. Zet de volgorde in een bestand en tel opnieuw met --lots.
    """
    source = _read(file)
    for warning in source.warnings:
        _say(f"{file}:{warning}")
    lots = _read_lots(lots_file) if lots_file is not None else ()
    try:
        rule(rule_name).check_fits(source.ballot_kind)
        result = count_election(source.election, rule_name, lots=lots, min_support=min_support, ties=ties)
    except RuleDoesNotFit as fault:
        _refuse(file, source.meta_lines["vote_type"], str(fault))
    except LotDoesNotFit as fault:
        _refuse(lots_file or file, 0, str(fault))
    if isinstance(result, LotRequired):
        _ask_for_lot(result, source, file, as_json)
    _print(as_json_text(as_data(result, source)) if as_json else as_table(result, source))


def _read(file: str) -> PabulibFile:
    try:
        return read_pabulib(Path(file), name=file)
    except PabulibError as fault:
        _refuse(file, fault.line, fault.fault)


def _read_lots(file: str) -> tuple[Lot, ...]:
    try:
        drawn = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as fault:
        _refuse(file, fault.lineno, f"is not JSON: {fault.msg}")
    except OSError as fault:
        _refuse(file, 0, f"cannot be read: {fault.strerror}")
    except (ValueError, RecursionError):
        _refuse(file, 0, "is not UTF-8 text with JSON")
    lists = isinstance(drawn, list) and all(isinstance(order, list) for order in drawn)
    if not lists or not all(isinstance(project, str) for order in drawn for project in order):
        _refuse(file, 0, "is not a list of lists of project ids")
    return tuple(Lot(tuple(order)) for order in drawn)


def _ask_for_lot(result: LotRequired, source: PabulibFile, file: str, as_json: bool) -> NoReturn:
    if as_json:
        asked = {"tied": list(result.tied), "place": result.place, "left": Amount(result.left)}
        budget = Amount(source.election.budget)
        _print(
            as_json_text(
                {"rule": result.rule, "budget": budget, "lot_required": asked | {"stage": result.stage}}
            )
        )
    tied, left = ", ".join(result.tied), amount_text(result.left)
    _say(f"{file}: a lot must be drawn between {tied} (place {result.place}, {left} left)")
    sys.exit(LOT_REQUIRED)


def _print(text: str) -> None:
    """Write the result; a reader that has gone away is no fault of ours, a full disk is."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        click.echo(text.encode(encoding, "replace").decode(encoding))
    except BrokenPipeError:
        raise  # click ends quietly
    except OSError as fault:
        _say(f"result cannot be written: {fault.strerror}")
        sys.exit(1)


def _say(line: str) -> None:
    click.echo(plain(line), err=True)


def _refuse(file: str, line: int, fault: str) -> NoReturn:
    _say(f"{file}:{line}: {fault}")
    sys.exit(WRONG_INPUT)


if __name__ == "__main__":
    count()
