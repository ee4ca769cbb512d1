"""The numbers behind a decision in a Dutch sentence, for rules where supporters pay for a plan."""

from fractions import Fraction

from wijkbudget.domain.money import format_euros
from wijkbudget.export.report import Report, ReportLine

PRICE_PER_POINT = ("equal-shares-borda",)
"""Rules under which a voter pays for each point that the own ballot gives, instead of one amount."""


def numbers_in_words(line: ReportLine, rule: str) -> str:
    """What a supporter paid at most, and how much of the cost the supporters had together; empty for other rules.

    >>> from wijkbudget.export.report import ReportLine
    >>> basis = {"kind": "bought", "price_cents": "1000/3", "payers": 3, "effective_support": "5/4"}
    >>> line = ReportLine(1, 1, 4, "Bank", "", 3, 1000, True, "funded", 1000, 0, "art. 2", basis)
    >>> numbers_in_words(line, "equal-shares")
    '3 kiezers betaalden mee, ieder hoogstens € 3,33 (naar beneden afgerond). Samen hadden zij 125 % van de kosten.'
    """
    if line.basis is None:
        return ""
    price, payers, support = (line.basis.get(name) for name in ("price_cents", "payers", "effective_support"))
    most, least = line.basis.get("most_cents"), line.basis.get("least_cents")
    sentences = []
    if most is not None and least is not None:
        paid = euros_down(Fraction(most))
        from_least = "" if most == least else f", en ten minste {euros_down(Fraction(least))}"
        sentences.append(f"Elke kiezer van dit plan betaalde hoogstens {paid}{from_least}.")
    if line.basis.get("kind") == "borda-points":
        sentences.append(f"Dit plan kreeg {decimal_down(Fraction(line.basis['points']))} punten.")
    if line.basis.get("kind") == "first-places":
        when = f"Toen het afviel, in ronde {line.basis['round']}," if line.basis["round"] else "Aan het eind"
        voters = decimal_down(Fraction(line.basis["first_places"]))
        sentences.append(f"{when} stond dit plan op {voters} stembiljetten bovenaan.")
    if price is not None and payers is not None:
        who = "1 kiezer betaalde" if payers == 1 else f"{payers} kiezers betaalden mee, ieder"
        per = " per punt" if rule in PRICE_PER_POINT else ""
        sentences.append(f"{who} hoogstens {euros_down(Fraction(price))}{per}.")
    if support is not None:
        had = "Samen hadden zij" if sentences else "De kiezers hadden samen nog"
        sentences.append(f"{had} {percent_down(Fraction(support))} van de kosten.")
    return " ".join(sentences)


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
