"""`wijkbudget count FILE.pb`: count a Pabulib file, anywhere, without the web application.

Exit 0: counted. 2: the input is wrong, one line `FILE:LINE: fault`. 3: a lot must be drawn first.
Nothing is written to standard output before the count is complete.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from wijkbudget.tally import (
    RULES,
    Decision,
    Lot,
    LotDoesNotFit,
    LotRequired,
    Outcome,
    PabulibError,
    PabulibFile,
    RuleDoesNotFit,
    Step,
    Ties,
    read_pabulib,
    rule,
)
from wijkbudget.tally import count as count_election
from wijkbudget.tally.pabulib import amount_text

LOT_REQUIRED = 3
WRONG_INPUT = 2

_DECISIONS = {
    Decision.FUNDED: "toegekend",
    Decision.DOES_NOT_FIT: "past niet in wat over is",
    Decision.AFTER_STOP: "na het stoppen",
    Decision.TOO_LITTLE_SUPPORT: "te weinig steun",
    Decision.WITHDRAWN: "ingetrokken",
}


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
    _print(_json(_as_data(result, source)) if as_json else _table(result, source))


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
            _json({"rule": result.rule, "budget": budget, "lot_required": asked | {"stage": result.stage}})
        )
    tied, left = ", ".join(result.tied), amount_text(result.left)
    _say(f"{file}: a lot must be drawn between {tied} (place {result.place}, {left} left)")
    sys.exit(LOT_REQUIRED)


class Amount:
    """Cents that are shown in whole currency units when possible, otherwise exactly with two decimals."""

    def __init__(self, cents: int) -> None:
        self.text = amount_text(cents)


def _as_data(outcome: Outcome, source: PabulibFile) -> dict[str, Any]:
    names = _names(source)
    return {
        "rule": outcome.rule,
        "rule_version": outcome.rule_version,
        "currency": source.meta.get("currency"),
        "ballots": source.election.ballot_count,
        "budget": Amount(outcome.budget),
        "spent": Amount(outcome.spent),
        "winners": list(outcome.funded),
        "projects": [_step_data(step, names[step.project]) for step in outcome.steps],
        "ties": [
            {
                "place": tie.place,
                "tied": list(tie.projects),
                "left": Amount(tie.left),
                "mattered": tie.mattered,
                "settled": tie.settled,
            }
            for tie in outcome.ties
        ],
    }


def _names(source: PabulibFile) -> dict[str, str]:
    return {project.id: project.name for project in source.election.projects}


def _step_data(step: Step, name: str) -> dict[str, Any]:
    return {
        "id": step.project,
        "name": name,
        "place": step.place,
        "cost": Amount(step.cost),
        "votes": step.votes,
        "funded": step.decision is Decision.FUNDED,
        "reason": step.decision,
        "left_before": Amount(step.left_before),
        "left_after": Amount(step.left_after),
        "article": step.article,
    }


def _json(value: object, indent: str = "") -> str:
    """JSON with exact amounts, which the standard library would write as a float."""
    deeper = indent + "  "
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, dict) and value:
        items = [f"{deeper}{json.dumps(key)}: {_json(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(deeper + _json(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value)


def _table(outcome: Outcome, source: PabulibFile) -> str:
    header = ("nr", "plaats", "project", "naam", "stemmen", "kosten", "besluit", "over")
    rows, names = [header], _names(source)
    for step in outcome.steps:
        name = names[step.project]
        place = "-" if step.place is None else str(step.place)
        money = amount_text(step.cost), _DECISIONS[step.decision], amount_text(step.left_after)
        rows.append(
            (str(step.number), place, _plain(step.project), _plain(name)[:40], str(step.votes), *money)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    text = [_aligned(row, widths) for row in rows]
    currency = _plain(source.meta.get("currency", ""))
    spent, budget = amount_text(outcome.spent), amount_text(outcome.budget)
    text.append(f"Toegekend: {len(outcome.funded)} projecten, {spent} van {budget} {currency}".rstrip())
    for tie in outcome.ties:
        why = {"not-needed": "niet nodig", "lot": "lot", "lexicographic": "volgorde van de nummers"}[
            tie.settled
        ]
        text.append(f"Gelijk op plaats {tie.place}: {_plain(', '.join(tie.projects))} (beslist door: {why})")
    return "\n".join(text)


def _aligned(row: Iterable[str], widths: list[int]) -> str:
    """Numbers to the right, words to the left."""
    cells = [
        cell.rjust(width) if column in (0, 1, 4, 5, 7) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _plain(text: str) -> str:
    """Text from a file without characters that could steer a terminal or break the line."""
    return "".join(char if char.isprintable() else "?" for char in text)


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
    click.echo(_plain(line), err=True)


def _refuse(file: str, line: int, fault: str) -> NoReturn:
    _say(f"{file}:{line}: {fault}")
    sys.exit(WRONG_INPUT)


if __name__ == "__main__":
    count()
