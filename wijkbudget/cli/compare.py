"""`wijkbudget compare FILE`: count one election by several rules and put the results side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import click

from wijkbudget.cli.count_options import count_options
from wijkbudget.cli.count_output import Amount, aligned, as_json_text
from wijkbudget.cli.election_file import ElectionFile, read_file
from wijkbudget.cli.terminal import LOT_REQUIRED, plain, progress, refuse, refuse_option, write
from wijkbudget.tally import (
    RULES,
    Completion,
    Eligible,
    LotRequired,
    Outcome,
    RuleDoesNotFit,
    Satisfaction,
    TallyError,
    Terms,
    count_by,
)
from wijkbudget.tally.axioms import Finding
from wijkbudget.tally.comparison import Comparison, Figures, Row, compare_outcomes
from wijkbudget.tally.explanation import as_plain
from wijkbudget.tally.gains import Measure
from wijkbudget.tally.pabulib import amount_text

_MET = {True: "ja", False: "nee", None: "-"}


@click.command("compare")
@click.argument("file", metavar="BESTAND")
@click.option(
    "--rule",
    "wanted",
    metavar="TELREGEL[:KEUZE…]",
    multiple=True,
    help="Een telregel, met zo nodig keuzes erachter: equal-shares:cardinality:none. Mag vaker. "
    "Zonder deze optie: elke telregel die bij de stembiljetten past.",
)
@count_options
@click.option("--json/--table", "as_json", default=False, help="JSON of een leesbare tabel (gewoon: tabel).")
def compare(file: str, wanted: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Tel één stemming met verschillende telregels en vergelijk de uitkomsten.

    Code 3: bij een van de telregels is een loting nodig; de andere staan er wel. Met --ties lexicographic
    beslist de volgorde van de projectnummers.
    """
    source = read_file(file, budget=options.pop("budget"), cost=options.pop("cost"))
    completion = options.pop("completion")
    terms = Terms(
        satisfaction=Satisfaction(options.pop("satisfaction")),
        completion=None if completion is None else Completion(completion),
        eligible=Eligible(options.pop("eligible")),
        **options,
    )
    names = wanted or tuple(name for name in sorted(RULES) if source.kind in RULES[name].ballot_kinds)
    counted: dict[str, Outcome | LotRequired] = {}
    with progress() as told:
        for done, label in enumerate(names):
            if told:
                told("compare", done, len(names))
            counted[label] = _count(source, label, replace(terms, progress=told), asked=bool(wanted))
        table = compare_outcomes(source.election, counted, terms=terms)
    write(as_json_text(_data(table, source)) if as_json else _text(table, source))
    if any(row.figures is None for row in table.rows):
        sys.exit(LOT_REQUIRED)


def _count(source: ElectionFile, label: str, terms: Terms, *, asked: bool) -> Outcome | LotRequired:
    """Count by the rule of this label. Options for all rules are left out where a rule does not know them."""
    name, *choices = label.split(":")
    if name not in RULES:
        refuse_option(f"--rule: there is no rule {name}")
    chosen = RULES[name]
    if terms.satisfaction not in chosen.satisfactions:
        terms = replace(terms, satisfaction=Satisfaction.COST)
    if terms.completion not in chosen.completions:
        terms = replace(terms, completion=None)
    for choice in choices:
        if choice in set(Satisfaction):
            terms = replace(terms, satisfaction=Satisfaction(choice))
        elif choice in set(Completion):
            terms = replace(terms, completion=Completion(choice))
        else:
            refuse_option(f"--rule: {choice} is no satisfaction and no completion")
    try:
        chosen.check_fits(source.kind)
    except RuleDoesNotFit as fault:
        refuse(source.name, source.kind_line, str(fault))
    try:
        return count_by(chosen, source.election, terms)
    except TallyError as fault:
        refuse_option(str(fault))


def _data(table: Comparison, source: ElectionFile) -> dict[str, Any]:
    return {
        "currency": source.currency,
        "ballots": source.election.ballot_count,
        "budget": Amount(source.election.budget),
        "rules": [_row_data(row) for row in table.rows],
        "overlaps": [
            {
                "first": overlap.first,
                "second": overlap.second,
                "both": list(overlap.both),
                "both_cost": Amount(overlap.both_cents),
                "share": overlap.share,
            }
            for overlap in table.overlaps
        ],
    }


def _row_data(row: Row) -> dict[str, Any]:
    start: dict[str, Any] = {
        "label": row.label,
        "rule": row.counted.rule,
        "rule_version": row.counted.rule_version,
    }
    if isinstance(row.counted, LotRequired):
        return start | {"lot_required": {"tied": list(row.counted.tied), "stage": row.counted.stage}}
    assert row.figures is not None
    figures = row.figures
    return start | {
        "winners": list(figures.winners),
        "spent": Amount(figures.spent),
        "left": Amount(figures.left),
        "share_served": figures.share_served,
        "satisfaction": {
            str(measure): {
                "total": _gain(measure, got.total),
                "mean": _gain(measure, got.mean),
                "gini": got.gini,
            }
            for measure, got in figures.gains.items()
        },
        "cost_classes": [
            {
                "name": one.name,
                "above": Amount(one.above),
                "up_to": None if one.up_to is None else Amount(one.up_to),
                "projects": one.projects,
                "winners": one.winners,
                "spent": Amount(one.spent),
            }
            for one in figures.classes
        ],
        "axioms": {str(finding.axiom): _finding(finding) for finding in figures.axioms},
    }


def _gain(measure: Measure, value: int | Fraction) -> Any:
    """A gain in money is shown as an amount; a mean stays exact."""
    if measure is not Measure.COST:
        return value
    return Amount(value) if isinstance(value, int) else value / 100


def _finding(finding: Finding) -> dict[str, Any]:
    return {"met": finding.met, "witness": as_plain(finding.witness), "note": finding.note}


def _text(table: Comparison, source: ElectionFile) -> str:
    heading = (
        "telregel",
        "plannen",
        "toegekend",
        "over",
        "kiezers met een plan",
        "Gini",
        "vol",
        "EJR+",
        "prijs",
    )
    rows: list[tuple[str, ...]] = [(*heading, "Condorcet")]
    for row in table.rows:
        rows.append((row.label, *(_cells(row.figures) if row.figures else ("loting nodig", *[""] * 8))))
    lines = aligned(rows, right=(1, 2, 3, 4, 5))
    for row in table.rows:
        if isinstance(row.counted, LotRequired):
            lines.append(f"{row.label}: loting nodig tussen {plain(', '.join(row.counted.tied))}")
    lines += ["", *_same(table)]
    lines += [
        "",
        "vol: er past geen plan meer bij. EJR+: geen groep kiezers krijgt minder dan haar deel. prijs: de uitkomst is",
        "met een gelijk bedrag per kiezer te betalen. Condorcet: wie elk ander verslaat en past, krijgt geld.",
        "Gini: 0 is gelijk verdeeld. -: niet te zeggen, of niet bij dit stembiljet.",
    ]
    return "\n".join(lines)


def _cells(figures: Figures) -> tuple[str, ...]:
    met = {str(finding.axiom): _MET[finding.met] for finding in figures.axioms}
    gini = figures.gains[Measure.COST].gini
    return (
        str(len(figures.winners)),
        amount_text(figures.spent),
        amount_text(figures.left),
        f"{_rounded(figures.share_served * 100, 1)} %",
        _rounded(gini, 3),
        *(met.get(axiom, "-") for axiom in ("exhaustive", "ejr-plus-up-to-any", "priceable", "condorcet")),
    )


def _rounded(number: Fraction, decimals: int) -> str:
    """A number for people, half away from zero; the exact one is in the JSON."""
    scale: int = 10**decimals
    whole = (2 * number.numerator * scale + number.denominator) // (2 * number.denominator)
    return f"{whole // scale},{whole % scale:0{decimals}d}"


def _same(table: Comparison) -> Iterator[str]:
    """What each pair of outcomes shares; only said where they differ."""
    same = [f"{one.first} = {one.second}" for one in table.overlaps if one.share == 1]
    if same:
        yield f"Gelijke uitkomst: {'; '.join(same)}"
    for one in table.overlaps:
        if one.share != 1:
            yield f"{one.first} en {one.second}: {len(one.both)} van {one.either} gekozen plannen in beide"
