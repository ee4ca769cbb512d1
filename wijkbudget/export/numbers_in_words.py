"""The numbers behind a decision in a Dutch sentence, for rules where supporters pay for a plan."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from wijkbudget.domain.money import format_euros
from wijkbudget.export.report import Report, ReportLine

# What the rules call the most that one supporter pays for a plan.
_PAYMENTS = ("highest_payment_cents", "payment_cents", "each_pays_cents")


def numbers_in_words(line: ReportLine) -> str:
    """What a supporter paid at most, and how much of the cost the supporters had together; empty for other rules.

    >>> from wijkbudget.export.report import ReportLine
    >>> basis = {"kind": "purchase", "payment_cents": "1000/3", "effective_support": "5/4"}
    >>> numbers_in_words(ReportLine(1, 1, 4, "Bank", "", 3, 1000, True, "funded", 1000, 0, "art. 2", basis))
    'Elke kiezer van dit plan betaalde hoogstens € 3,33 (naar beneden afgerond). Samen hadden zij 125 % van de kosten.'
    """
    if line.basis is None:
        return ""
    payment = next(
        (Fraction(line.basis[name]) for name in _PAYMENTS if line.basis.get(name) is not None), None
    )
    support = effective_support(line.basis)
    sentences = []
    if payment is not None and line.funded:
        sentences.append(f"Elke kiezer van dit plan betaalde hoogstens {euros_down(payment)}.")
    if support is not None:
        sentences.append(f"Samen hadden zij {percent_down(support)} van de kosten.")
    if support is not None and not line.funded:
        sentences[-1] = f"De kiezers van dit plan hadden samen nog {percent_down(support)} van de kosten."
    return " ".join(sentences)


def effective_support(basis: Mapping[str, Any]) -> Fraction | None:
    """The share of the cost that the supporters could pay together; None where the rule does not say."""
    found = basis.get("effective_support")
    return None if found is None else Fraction(found)


def euros_down(cents: Fraction) -> str:
    """An amount that may hold a part of a cent: never shown as more than it is."""
    whole = cents.numerator // cents.denominator
    return format_euros(whole) + ("" if whole == cents else " (naar beneden afgerond)")


def percent_down(share: Fraction) -> str:
    """A share in whole percents and tenths, rounded down, so that 100 % is only said of all of it.

    >>> percent_down(Fraction(9999, 10000)), percent_down(Fraction(5, 4))
    ('99,9 %', '125 %')
    """
    tenths = share.numerator * 1000 // share.denominator
    return f"{tenths // 10},{tenths % 10} %" if tenths % 10 else f"{tenths // 10} %"


def endowment_in_words(report: Report) -> str:
    """What each voter had to spend; empty for rules that give voters no money of their own."""
    if report.endowment_cents is None:
        return ""
    return f"Elke kiezer had {euros_down(report.endowment_cents)}."
