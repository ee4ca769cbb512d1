"""How `wijkbudget count` tells a count step by step, explains one project, and shows the distances."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from wijkbudget.cli.count_output import DECISIONS, SETTLED, aligned
from wijkbudget.cli.terminal import plain
from wijkbudget.tally import Decision, Outcome
from wijkbudget.tally.distances import Distance, Distances
from wijkbudget.tally.explanation import Explanation, as_plain, story
from wijkbudget.tally.pabulib import amount_text

_FRACTION = re.compile(r"-?[0-9]+/[0-9]+")
_IN_CENTS = ("budget", "spent", "left", "cost", "left_before", "left_after", "cost_lower", "cost_higher")
_NOT_TOLD = ("kind", "number", "project", "decision", "article", "basis")


def story_data(outcome: Outcome) -> list[dict[str, Any]]:
    """What happened, in order, as plain values: `kind` and its numbers; keys in `_cents` are cents, fractions "p/q"."""
    return [_in_cents({"kind": told.kind} | as_plain(told.numbers)) for told in story(outcome)]


def distances_data(found: Mapping[str, Distances]) -> dict[str, Any]:
    """Of each project the distances as plain values: ballots, and cents in keys that end in `_cents`."""
    return {
        project: {
            name: _without_kind(value) for name, value in _in_cents(as_plain(one)).items() if name != "kind"
        }
        for project, one in found.items()
    }


def _in_cents(numbers: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}_cents" if name in _IN_CENTS else name: value for name, value in numbers.items()}


def _without_kind(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if name not in ("kind", "recounts")}
    return value


def story_text(outcome: Outcome) -> str:
    """The same story in lines for people."""
    return "\n".join(plain(line) for told in story_data(outcome) for line in _lines(told))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    kind = told["kind"]
    if kind == "begin":
        own = (
            "" if told["endowment_cents"] is None else f", {_amount(told['endowment_cents'])} per stembiljet"
        )
        yield f"Begin: {_amount(told['budget_cents'])} te verdelen{own}"
    elif kind == "end":
        yield f"Einde: {_amount(told['spent_cents'])} toegekend, {_amount(told['left_cents'])} over"
    elif kind == "tie":
        yield f"   Gelijk: {', '.join(told['projects'])} (beslist door: {SETTLED[told['settled']]})"
    elif kind in set(Decision):
        yield (
            f"{told['number']:>3} {told['project']}: {DECISIONS[Decision(kind)]} ({told['article']});"
            f" {told['votes']} stemmen, kosten {_amount(told['cost_cents'])}, over {_amount(told['left_after_cents'])}"
        )
        if told["basis"]:
            yield f"      {_numbers(told['basis'])}"
    else:
        yield f"   {kind}: {_numbers(told)}"


def _numbers(values: Mapping[str, Any]) -> str:
    """The numbers behind a step, by their own names."""
    shown = {
        name: value for name, value in values.items() if name not in _NOT_TOLD and value not in (None, [], {})
    }
    return ", ".join(f"{name.removesuffix('_cents')} {_shown(name, value)}" for name, value in shown.items())


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_shown(name, part) for part in value)
    if isinstance(value, dict):
        return f"({_numbers(value)})"
    if name.endswith("_cents"):
        return _amount(value)
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        exact = Fraction(value)
        return _percent(exact) if name == "effective_support" else _decimal(exact)
    return str(value)


def _decimal(exact: Fraction) -> str:
    """A fraction for people, in whole numbers if it is one; the exact one is in the JSON."""
    return str(exact) if exact.denominator == 1 else f"≈{float(exact):.6g}"


def _amount(cents: int | str | Fraction) -> str:
    """An amount of cents, which may be broken: then rounded down, with ≈ in front."""
    exact = Fraction(cents)
    whole = exact.numerator // exact.denominator
    return amount_text(whole) if exact == whole else f"≈{amount_text(whole)}"


def explanation_text(found: Explanation) -> str:
    """Why one project got money or not, in Dutch."""
    step = found.step
    what = "krijgt geld" if found.funded else "krijgt geen geld"
    lines = [
        f"{found.project} ({found.name}): {what}" if found.name else f"{found.project}: {what}",
        f"Besluit: {DECISIONS[step.decision]} ({step.article}), stap {step.number} van de telling",
        f"Stemmen: {step.votes} van {found.ballots} stembiljetten",
        f"Kosten: {amount_text(step.cost)}. Op dat moment over: {amount_text(step.left_before)}",
    ]
    if found.endowment is not None:
        lines.append(f"Elk stembiljet had: {_amount(found.endowment)}")
    if found.effective_support is not None:
        lines.append(f"Steun in geld: {_percent(found.effective_support)} van de kosten")
    if step.basis is not None:
        lines.append(f"Getallen: {_numbers(as_plain(step.basis))}")
    if found.tie is not None:
        lines.append(f"Gelijk met: {', '.join(p for p in found.tie.projects if p != found.project)}")
    if found.rivals:
        lines.append(f"Eerder toegekend: {', '.join(rival.project for rival in found.rivals)}")
    if found.distances is not None:
        lines += _distance_lines(found.distances)
    return "\n".join(map(plain, lines))


def _percent(share: Fraction) -> str:
    """A share as a percentage with one decimal, rounded down."""
    tenths = share.numerator * 1000 // share.denominator
    return f"{tenths // 10},{tenths % 10} %"


def _distance_lines(found: Distances) -> Iterator[str]:
    if found.supporters is not None:
        points = "" if found.points is None else f" met elk {found.points} punten"
        yield _distance(
            found.supporters, f"Met {{}} stemmers meer{points} was er wel geld geweest", "extra stemmers", str
        )
    if found.cost_lower is not None:
        yield _distance(
            found.cost_lower,
            "Was het {} goedkoper, dan was er wel geld geweest",
            "lagere kosten",
            amount_text,
        )
    if found.cost_higher is not None:
        yield _distance(
            found.cost_higher,
            "Was het {} duurder, dan was er geen geld geweest",
            "hogere kosten",
            amount_text,
        )


def _distance(distance: Distance, sentence: str, what: str, shown: Callable[[int], str]) -> str:
    if distance.enough is None:
        return f"Met {what} was het niet anders gegaan (geprobeerd tot {shown(distance.not_enough)})"
    unsure = "" if distance.smallest else " (misschien is minder ook genoeg)"
    return sentence.format(shown(distance.enough)) + unsure


def distances_table(found: Mapping[str, Distances]) -> str:
    """The distances of all projects: how many more supporters, how much less or more money."""
    rows = [("project", "geld", "stemmers meer", "goedkoper", "duurder")]
    for project, one in found.items():
        rows.append(
            (
                plain(project),
                "ja" if one.funded else "nee",
                _cell(one.supporters, str),
                _cell(one.cost_lower, amount_text),
                _cell(one.cost_higher, amount_text),
            )
        )
    return "\n".join(aligned(rows, right=(2, 3, 4)))


def _cell(distance: Distance | None, shown: Callable[[int], str]) -> str:
    if distance is None:
        return "-"
    if distance.enough is None:
        return "kan niet"
    return shown(distance.enough) + ("" if distance.smallest else "?")
