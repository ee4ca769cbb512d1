"""How `wijkbudget count` shows a result: as JSON with exact amounts, or as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from wijkbudget.tally import Decision, Outcome, PabulibFile, Step
from wijkbudget.tally.pabulib import amount_text

_DECISIONS = {
    Decision.FUNDED: "toegekend",
    Decision.DOES_NOT_FIT: "past niet in wat over is",
    Decision.AFTER_STOP: "na het stoppen",
    Decision.TOO_LITTLE_SUPPORT: "te weinig steun",
    Decision.WITHDRAWN: "ingetrokken",
}


class Amount:
    """Cents that are shown in whole currency units when possible, otherwise exactly with two decimals."""

    def __init__(self, cents: int) -> None:
        self.text = amount_text(cents)


def as_data(outcome: Outcome, source: PabulibFile) -> dict[str, Any]:
    """The whole result as plain values, projects in the order of the count."""
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


def as_json_text(value: object, indent: str = "") -> str:
    """JSON with exact amounts, which the standard library would write as a float."""
    deeper = indent + "  "
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, dict) and value:
        items = [f"{deeper}{json.dumps(key)}: {as_json_text(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(deeper + as_json_text(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value)


def as_table(outcome: Outcome, source: PabulibFile) -> str:
    """The result in Dutch for people: one line per project, then the money and the ties."""
    header = ("nr", "plaats", "project", "naam", "stemmen", "kosten", "besluit", "over")
    rows, names = [header], _names(source)
    for step in outcome.steps:
        name = names[step.project]
        place = "-" if step.place is None else str(step.place)
        money = amount_text(step.cost), _DECISIONS[step.decision], amount_text(step.left_after)
        rows.append((str(step.number), place, plain(step.project), plain(name)[:40], str(step.votes), *money))
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    text = [_aligned(row, widths) for row in rows]
    currency = plain(source.meta.get("currency", ""))
    spent, budget = amount_text(outcome.spent), amount_text(outcome.budget)
    text.append(f"Toegekend: {len(outcome.funded)} projecten, {spent} van {budget} {currency}".rstrip())
    for tie in outcome.ties:
        why = {"not-needed": "niet nodig", "lot": "lot", "lexicographic": "volgorde van de nummers"}[
            tie.settled
        ]
        text.append(f"Gelijk op plaats {tie.place}: {plain(', '.join(tie.projects))} (beslist door: {why})")
    return "\n".join(text)


def _aligned(row: Iterable[str], widths: list[int]) -> str:
    """Numbers to the right, words to the left."""
    cells = [
        cell.rjust(width) if column in (0, 1, 4, 5, 7) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def plain(text: str) -> str:
    """Text from a file without characters that could steer a terminal or break the line."""
    return "".join(char if char.isprintable() else "?" for char in text)
