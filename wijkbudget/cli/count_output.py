"""How `wijkbudget count` shows a result: as JSON with exact amounts, or as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from wijkbudget.cli.election_file import ElectionFile
from wijkbudget.cli.terminal import plain
from wijkbudget.tally import Decision, LotRequired, Outcome, Step
from wijkbudget.tally.pabulib import amount_text

DECISIONS = {
    Decision.FUNDED: "toegekend",
    Decision.DOES_NOT_FIT: "past niet in wat over is",
    Decision.AFTER_STOP: "na het stoppen",
    Decision.OFFERED_REMAINDER: "wat over is, is aangeboden",
    Decision.TOO_LITTLE_SUPPORT: "te weinig steun",
    Decision.NOT_ELIGIBLE: "doet niet mee",
    Decision.NO_QUORUM: "te weinig stembiljetten",
    Decision.INCOMPATIBLE: "gaat niet samen met een ander",
    Decision.NOT_AFFORDABLE: "niet genoeg geld van stemmers",
    Decision.ELIMINATED: "afgevallen",
    Decision.NOT_CHOSEN: "niet in de beste groep",
    Decision.WITHDRAWN: "ingetrokken",
    Decision.LINKED: "hoort bij een ander dat niet meedoet",
    Decision.FUNDED_ELSEWHERE: "krijgt geld uit een andere pot",
}
SETTLED = {"not-needed": "niet nodig", "lot": "lot", "lexicographic": "volgorde van de nummers"}


class Amount:
    """Cents that are shown in whole currency units when possible, otherwise exactly with two decimals."""

    def __init__(self, cents: int) -> None:
        self.text = amount_text(cents)


def as_data(outcome: Outcome, source: ElectionFile) -> dict[str, Any]:
    """The whole result as plain values, projects in the order of the count."""
    return {
        "rule": outcome.rule,
        "rule_version": outcome.rule_version,
        "currency": source.currency,
        "ballots": source.election.ballot_count,
        "budget": Amount(outcome.budget),
        "spent": Amount(outcome.spent),
        "winners": list(outcome.funded),
        "projects": [_step_data(step, source.names[step.project]) for step in outcome.steps],
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


def lot_data(result: LotRequired, source: ElectionFile) -> dict[str, Any]:
    """Which lot must be drawn, as plain values."""
    asked = {"tied": list(result.tied), "place": result.place, "left": Amount(result.left)}
    return {
        "rule": result.rule,
        "budget": Amount(source.election.budget),
        "lot_required": asked | {"stage": result.stage},
    }


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
    """JSON with exact amounts, which the standard library would write as a float; a fraction is the string "p/q"."""
    deeper = indent + "  "
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, Fraction):
        return json.dumps(str(value))
    if isinstance(value, dict) and value:
        items = [f"{deeper}{json.dumps(key)}: {as_json_text(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and any(
        isinstance(item, dict | list | tuple | Fraction) for item in value
    ):
        return "[\n" + ",\n".join(deeper + as_json_text(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value)


def as_table(outcome: Outcome, source: ElectionFile) -> str:
    """The result in Dutch for people: one line per project, then the money and the ties."""
    rows = [("nr", "plaats", "project", "naam", "stemmen", "kosten", "besluit", "over")]
    for step in outcome.steps:
        name = source.names[step.project]
        place = "-" if step.place is None else str(step.place)
        money = amount_text(step.cost), DECISIONS[step.decision], amount_text(step.left_after)
        rows.append((str(step.number), place, plain(step.project), plain(name)[:40], str(step.votes), *money))
    text = aligned(rows, right=(0, 1, 4, 5, 7))
    currency = plain(source.currency or "")
    spent, budget = amount_text(outcome.spent), amount_text(outcome.budget)
    text.append(f"Toegekend: {len(outcome.funded)} projecten, {spent} van {budget} {currency}".rstrip())
    for tie in outcome.ties:
        why = SETTLED[tie.settled]
        text.append(f"Gelijk op plaats {tie.place}: {plain(', '.join(tie.projects))} (beslist door: {why})")
    return "\n".join(text)


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    """Rows as lines of text with columns; the first row is the heading. `right`: columns of numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
