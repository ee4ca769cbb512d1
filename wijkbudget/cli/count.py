"""`wijkbudget count FILE`: count an election from a file, anywhere, without the web application.

Exit 0: counted. 2: the input is wrong, one line `FILE:LINE: fault`. 3: a lot must be drawn first.
Nothing is written to standard output before the count is complete.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from wijkbudget.cli.count_options import count_options
from wijkbudget.cli.count_output import as_data, as_json_text, as_table, lot_data
from wijkbudget.cli.election_file import ElectionFile, read_file
from wijkbudget.cli.terminal import LOT_REQUIRED, progress, refuse, refuse_option, say, write
from wijkbudget.tally import (
    RULES,
    Completion,
    Eligible,
    Lot,
    LotDoesNotFit,
    LotRequired,
    Outcome,
    RuleDoesNotFit,
    Satisfaction,
    TallyError,
    Terms,
    count_by,
)
from wijkbudget.tally.pabulib import amount_text


@click.command("count")
@click.argument("file", metavar="BESTAND")
@click.option("--rule", "rule_name", type=click.Choice(sorted(RULES)), required=True, help="De telregel.")
@count_options
@click.option("--lots", "lots_file", metavar="BESTAND", help="Gelote volgordes: JSON, een lijst van lijsten.")
@click.option("--json/--table", "as_json", default=False, help="JSON of een leesbare tabel (gewoon: tabel).")
@click.option(
    "--explain", metavar="PROJECT", help="Leg van één project uit waarom het wel of geen geld krijgt."
)
@click.option("--steps", is_flag=True, help="Vertel ook elke stap van de telling, met de getallen erachter.")
@click.option(
    "--distances",
    is_flag=True,
    help="Reken ook uit met hoeveel stemmers meer of geld minder het anders was gegaan.",
)
def count(
    file: str,
    rule_name: str,
    lots_file: str | None,
    as_json: bool,
    explain: str | None,
    steps: bool,
    distances: bool,
    **options: Any,
) -> None:
    """Tel de stemmen in een bestand: Pabulib (.pb), PrefLib of het archief van een ronde (JSON).

    Bij een gelijke stand die beslist over het geld stopt de telling met code 3. Loot dan tussen de genoemde
    projecten. Zet de volgorde in een bestand en tel opnieuw met --lots.
    """
    source = read_file(file, budget=options.pop("budget"), cost=options.pop("cost"))
    terms = _terms(lots_file, options)
    if explain is not None and explain not in source.election.index:
        refuse_option(f"--explain: project {explain} is not in {file}")
    with progress() as told:
        terms = _with(terms, told)
        result = _count(source, rule_name, terms, lots_file)
        if isinstance(result, LotRequired):
            _ask_for_lot(result, source, as_json)
        if explain is not None:
            text = _explanation(source, rule_name, terms, result, explain, as_json)
        elif as_json:
            text = as_json_text(_all_data(source, rule_name, terms, result, steps=steps, distances=distances))
        else:
            text = _all_text(source, rule_name, terms, result, steps=steps, distances=distances)
    write(text)


def _terms(lots_file: str | None, options: dict[str, Any]) -> Terms:
    completion = options.pop("completion")
    return Terms(
        lots=_read_lots(lots_file) if lots_file is not None else (),
        satisfaction=Satisfaction(options.pop("satisfaction")),
        completion=None if completion is None else Completion(completion),
        eligible=Eligible(options.pop("eligible")),
        **options,
    )


def _with(terms: Terms, told: Any) -> Terms:
    from dataclasses import replace

    return replace(terms, progress=told)


def _count(
    source: ElectionFile, rule_name: str, terms: Terms, lots_file: str | None
) -> Outcome | LotRequired:
    chosen = RULES[rule_name]
    try:
        chosen.check_fits(source.kind)
    except RuleDoesNotFit as fault:
        refuse(source.name, source.kind_line, str(fault))
    try:
        return count_by(chosen, source.election, terms)
    except LotDoesNotFit as fault:
        refuse(lots_file or source.name, 0, str(fault))
    except TallyError as fault:
        refuse_option(str(fault))


def _read_lots(file: str) -> tuple[Lot, ...]:
    try:
        drawn = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as fault:
        refuse(file, fault.lineno, f"is not JSON: {fault.msg}")
    except OSError as fault:
        refuse(file, 0, f"cannot be read: {fault.strerror}")
    except (ValueError, RecursionError):
        refuse(file, 0, "is not UTF-8 text with JSON")
    lists = isinstance(drawn, list) and all(isinstance(order, list) for order in drawn)
    if not lists or not all(isinstance(project, str) for order in drawn for project in order):
        refuse(file, 0, "is not a list of lists of project ids")
    return tuple(Lot(tuple(order)) for order in drawn)


def _ask_for_lot(result: LotRequired, source: ElectionFile, as_json: bool) -> NoReturn:
    if as_json:
        write(as_json_text(lot_data(result, source)))
    place = "" if result.place is None else f"place {result.place}, "
    tied = ", ".join(result.tied)
    say(f"{source.name}: a lot must be drawn between {tied} ({place}{amount_text(result.left)} left)")
    sys.exit(LOT_REQUIRED)


def _all_data(
    source: ElectionFile, rule_name: str, terms: Terms, outcome: Outcome, *, steps: bool, distances: bool
) -> dict[str, Any]:
    data = as_data(outcome, source)
    if steps:
        from wijkbudget.cli.story_output import story_data

        data["steps"] = story_data(outcome)
    if distances:
        from wijkbudget.cli.story_output import distances_data
        from wijkbudget.tally.distances import distances as find

        data["distances"] = distances_data(find(source.election, rule_name, outcome, terms))
    return data


def _all_text(
    source: ElectionFile, rule_name: str, terms: Terms, outcome: Outcome, *, steps: bool, distances: bool
) -> str:
    parts = [as_table(outcome, source)]
    if steps:
        from wijkbudget.cli.story_output import story_text

        parts.append(story_text(outcome))
    if distances:
        from wijkbudget.cli.story_output import distances_table
        from wijkbudget.tally.distances import distances as find

        parts.append(distances_table(find(source.election, rule_name, outcome, terms)))
    return "\n\n".join(parts)


def _explanation(
    source: ElectionFile, rule_name: str, terms: Terms, outcome: Outcome, project: str, as_json: bool
) -> str:
    from wijkbudget.cli.story_output import explanation_text
    from wijkbudget.tally.explanation import as_plain, explain

    found = explain(source.election, rule_name, terms, outcome, project)
    return as_json_text(as_plain(found)) if as_json else explanation_text(found)


if __name__ == "__main__":
    count()
