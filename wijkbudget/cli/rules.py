"""`wijkbudget rules`: the counting rules, with what they count and where they are written."""

from __future__ import annotations

import json

import click

from wijkbudget.cli.count_output import aligned
from wijkbudget.cli.terminal import write
from wijkbudget.tally import RULES, Rule

BALLOTS = {"approval": "kruisjes", "points": "punten", "ranking": "volgorde"}


@click.command("rules")
@click.option("--json/--table", "as_json", default=False, help="JSON of een leesbare tabel (gewoon: tabel).")
def rules(as_json: bool) -> None:
    """Toon alle telregels: naam, versie, stembiljetten, keuzes en reglement.

    Bij de keuzes staat de gewone als eerste.
    """
    known = [RULES[name] for name in sorted(RULES)]
    write(
        json.dumps([_data(rule) for rule in known], ensure_ascii=False, indent=2)
        if as_json
        else _table(known)
    )


def _data(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "version": rule.version,
        "ballots": sorted(rule.ballot_kinds),
        "title": rule.title,
        "satisfactions": list(rule.satisfactions),
        "completions": list(rule.completions),
        "proportional": rule.proportional,
        "reglement": f"docs/rules/{rule.reglement}",
    }


def _table(known: list[Rule]) -> str:
    rows = [("naam", "versie", "biljet", "reglement", "wat de regel doet")]
    for rule in known:
        ballots = ", ".join(BALLOTS[kind] for kind in sorted(rule.ballot_kinds))
        rows.append((rule.name, str(rule.version), ballots, f"docs/rules/{rule.reglement}", rule.title))
    text = aligned(rows, right=(1,))
    for rule in known:
        choices = []
        if len(rule.satisfactions) > 1:
            choices.append(f"--satisfaction {'|'.join(rule.satisfactions)}")
        if len(rule.completions) > 1:
            choices.append(f"--completion {'|'.join(rule.completions)}")
        if choices:
            text.append(f"{rule.name}: {' '.join(choices)}")
    return "\n".join(text)
