"""The numbers behind a decision in Dutch sentences, by the kind of numbers that a rule keeps; other kinds say nothing."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from wijkbudget.domain.money import format_euros
from wijkbudget.export.report import Report, ReportLine

PRICE_PER_POINT = ("equal-shares-borda",)
"""Rules under which a voter pays for each point that the own ballot gives, instead of one amount."""

Numbers = Mapping[str, Any]


def numbers_in_words(line: ReportLine, rule: str) -> str:
    """What the decision on a plan turned on, such as what a supporter paid; empty for rules with votes and money alone.

    >>> from wijkbudget.export.report import ReportLine
    >>> basis = {"kind": "bought", "price_cents": "1000/3", "payers": 3, "effective_support": "5/4"}
    >>> line = ReportLine(1, 1, 4, "Bank", "", 3, 1000, True, "funded", 1000, 0, "art. 2", basis)
    >>> numbers_in_words(line, "equal-shares")
    '3 kiezers betaalden mee, ieder hoogstens € 3,33 (naar beneden afgerond). Samen hadden zij 125 % van de kosten.'
    """
    if line.basis is None or line.basis["kind"] not in _SENTENCES:
        return ""
    return _SENTENCES[line.basis["kind"]](line.basis, rule)


def _bought(numbers: Numbers, rule: str) -> str:
    price, payers = euros_down(Fraction(numbers["price_cents"])), numbers.get("payers")
    who = "Elke kiezer van dit plan betaalde"
    if payers is not None:
        who = "1 kiezer betaalde" if payers == 1 else f"{payers} kiezers betaalden mee, ieder"
    per = " per punt" if rule in PRICE_PER_POINT else ""
    support = percent_down(Fraction(numbers["effective_support"]))
    return f"{who} hoogstens {price}{per}. Samen hadden zij {support} van de kosten."


def _not_bought(numbers: Numbers, _rule: str) -> str:
    return (
        f"De kiezers hadden samen nog {percent_down(Fraction(numbers['effective_support']))} van de kosten."
    )


def _earned(numbers: Numbers, _rule: str) -> str:
    most, least = Fraction(numbers["most_cents"]), Fraction(numbers["least_cents"])
    from_least = "" if most == least else f", en ten minste {euros_down(least)}"
    return f"Elke kiezer van dit plan betaalde hoogstens {euros_down(most)}{from_least}."


def _overspent(numbers: Numbers, _rule: str) -> str:
    price, paid = euros_down(Fraction(numbers["price_cents"])), euros_down(Fraction(numbers["paid_cents"]))
    return f"Elke kiezer van dit plan betaalde hoogstens {price}. Samen betaalden zij {paid}."


def _points(numbers: Numbers, _rule: str) -> str:
    return f"Dit plan kreeg {decimal_down(Fraction(numbers['points']))} punten."


def _cost_per_vote(numbers: Numbers, _rule: str) -> str:
    if numbers["per_vote_cents"] is None:
        return ""
    return f"Dit plan kost {euros_down(Fraction(numbers['per_vote_cents']))} per stem."


def _first_places(numbers: Numbers, _rule: str) -> str:
    when = f"Toen het afviel, in ronde {numbers['round']}," if numbers["round"] else "Aan het eind"
    ballots = decimal_down(Fraction(numbers["first_places"]))
    return f"{when} stond dit plan op {ballots} stembiljetten bovenaan."


def _in_best_set(numbers: Numbers, _rule: str) -> str:
    return _best(numbers, f"zonder dit plan heeft er {numbers['without']}")


def _not_in_best_set(numbers: Numbers, _rule: str) -> str:
    return _best(numbers, f"met dit plan erbij heeft er {numbers['with_it']}")


def _best(numbers: Numbers, other: str) -> str:
    return f"De plannen met geld hebben samen {numbers['best']} stemmen. De beste groep {other}."


_SENTENCES: dict[str, Callable[[Numbers, str], str]] = {
    "bought": _bought,
    "bought-at-rank": _bought,
    "behind-the-plan": _not_bought,
    "never-bought": _not_bought,
    "earned": _earned,
    "overspent": _overspent,
    "borda-points": _points,
    "points-given": _points,
    "cost-per-vote": _cost_per_vote,
    "first-places": _first_places,
    "in-best-set": _in_best_set,
    "not-in-best-set": _not_in_best_set,
}


def euros_down(cents: Fraction) -> str:
    """An amount that may hold a part of a cent: never shown as more than it is."""
    whole = cents.numerator // cents.denominator
    return format_euros(whole) + ("" if whole == cents else " (naar beneden afgerond)")


def percent_down(share: Fraction) -> str:
    """A share in whole percents and tenths, rounded down, so that 100 % is only said of all of it.

    >>> percent_down(Fraction(9999, 10000)), percent_down(Fraction(5, 4))
    ('99,9 %', '125 %')
    """
    return f"{decimal_down(share * 100)} %"


def decimal_down(number: Fraction) -> str:
    """A number with at most one decimal, rounded down: "3,5"."""
    tenths = number.numerator * 10 // number.denominator
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else f"{tenths // 10}"


def endowment_in_words(report: Report) -> str:
    """What each voter had to spend; empty for rules that give voters no money of their own."""
    if report.endowment_cents is None:
        return ""
    after = report.completion is not None and report.completion.startswith("add1")
    who = "Na het ophogen had elke kiezer" if after else "Elke kiezer had"
    return f"{who} {euros_down(report.endowment_cents)}."
