"""The result as an XLSX workbook: the table of plans, and a sheet that accounts for the count."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import xlsxwriter

from wijkbudget.domain.amsterdam import local
from wijkbudget.export.columns import COLUMNS, Column, Kind
from wijkbudget.export.reconciliation import money_sentence, plans_sentence, require_reconciled
from wijkbudget.export.report import Report, ReportLine, ReportLot
from wijkbudget.tally import UnknownRule, rule

_BALLOT_TYPES = {
    "approval": "Plannen aankruisen",
    "capped_approval": "Plannen aankruisen tot een hoogste bedrag",
    "ranking": "Plannen op volgorde zetten",
}
# Two code points that XML forbids and XlsxWriter lets through: Excel would call the file damaged.
_NOT_IN_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class Euros:
    """An amount in cents that the cell shows as euros."""

    cents: int


Value = str | int | Fraction | datetime | Euros | None


def write_xlsx(report: Report) -> bytes:
    """Sheet "Uitslag" (the plans and the totals) and sheet "Verantwoording" (how the count was done).

    Amounts, counts and dates are real numbers and dates, dates on the clock of Amsterdam; text is always
    text, never a formula. The same report gives the same bytes. Raises NotReconciled.
    """
    require_reconciled(report)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    created = report.counted_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": f"Uitslag {report.wijk}", "subject": report.round_name, "created": created})
    _write_plans(book.add_worksheet("Uitslag"), _Formats(book, "right"), report)
    _write_account(book.add_worksheet("Verantwoording"), _Formats(book, "left"), report)
    book.close()
    return file.getvalue()


class _Formats:
    """The cell formats of one workbook, and how each kind of value is written with them."""

    def __init__(self, book: Any, numbers: str) -> None:
        """`numbers` is how numbers and dates align: "right" in a table, "left" beside a label."""
        number = {"valign": "top", "align": numbers}
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.label = book.add_format({"bold": True, "valign": "top"})
        # The quote prefix keeps text that looks like a formula text when somebody edits the cell.
        self.text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.whole = book.add_format({"num_format": "0", **number})
        self.euros = book.add_format({"num_format": "[$€-413] #,##0.00", **number})
        self.share = book.add_format({"num_format": "0.0%", **number})
        self.instant = book.add_format({"num_format": "dd-mm-yyyy hh:mm", **number})

    def put(self, sheet: Any, row: int, column: int, value: Value) -> None:
        """Write one value by its type; None leaves the cell empty."""
        match value:
            case str():
                sheet.write_string(row, column, _NOT_IN_XML.sub("\ufffd", value), self.text)
            case Euros(cents):
                sheet.write_number(row, column, cents / 100, self.euros)
            case datetime():
                sheet.write_datetime(row, column, local(value).replace(tzinfo=None), self.instant)
            case Fraction():
                sheet.write_number(row, column, float(value), self.share)
            case int():
                sheet.write_number(row, column, value, self.whole)


def _write_plans(sheet: Any, formats: _Formats, report: Report) -> None:
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.title, formats.heading)
    for row, line in enumerate(report.lines, start=1):
        for at, column in enumerate(COLUMNS):
            formats.put(sheet, row, at, _value(column, report, line))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(report.lines), len(COLUMNS) - 1)
    _write_totals(sheet, formats, report)
    _set_page(sheet)
    sheet.repeat_rows(0)


def _write_totals(sheet: Any, formats: _Formats, report: Report) -> None:
    """Below an empty row, so that sorting and filtering leave the totals alone."""
    allocated = next(at for at, column in enumerate(COLUMNS) if column.heading == "toegekend")
    totals = {"Toegekend": report.spent_cents, "Budget": report.budget_cents, "Over": report.left_cents}
    for row, (label, cents) in enumerate(totals.items(), start=len(report.lines) + 2):
        sheet.write_string(row, allocated - 1, label, formats.label)
        formats.put(sheet, row, allocated, Euros(cents))


def _value(column: Column, report: Report, line: ReportLine) -> Value:
    value = column.value(report, line)
    return Euros(value) if column.kind is Kind.EUROS and isinstance(value, int) else value


def _write_account(sheet: Any, formats: _Formats, report: Report) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 80)
    for row, (label, value) in enumerate(_account(report)):
        sheet.write_string(row, 0, label, formats.label)
        formats.put(sheet, row, 1, value)
    _set_page(sheet)


def _account(report: Report) -> Iterator[tuple[str, Value]]:
    """What the second sheet says, line by line."""
    yield "Gemeente", report.gemeente
    yield "Ronde", report.round_name
    yield "Wijk", report.wijk
    yield "Status", "Vastgesteld" if report.certified else "Voorlopig, nog niet vastgesteld"
    yield "Stembiljet", _BALLOT_TYPES.get(report.ballot_type, report.ballot_type)
    yield "Telregel", _rule_title(report)
    yield "Code van de telregel", report.rule
    yield "Versie van de telregel", report.rule_version
    if report.satisfaction is not None:
        yield "Tevredenheid", report.satisfaction
    if report.completion is not None:
        yield "Aanvulling", report.completion
    if report.endowment_cents is not None:
        yield "Geld per stembiljet, in centen", str(report.endowment_cents)
    yield "SHA-256 van de spelregels", report.rules_sha256
    yield "SHA-256 van de invoer", report.input_sha256
    yield "Versie van de software", report.software_version
    yield "Nummer van de telling", report.count_number
    yield "Geteld op", report.counted_at
    yield "Budget", Euros(report.budget_cents)
    yield "Toegekend", Euros(report.spent_cents)
    yield "Over", Euros(report.left_cents)
    yield "Kiesgerechtigden", report.entitled or "Niet bekend"
    yield "Stembiljetten", report.ballots
    yield "Waarvan blanco", report.blank_ballots
    yield "Opkomst", report.turnout if report.turnout is not None else "Niet bekend"
    yield "Controle van de plannen", plans_sentence(report)
    yield "Controle van het geld", money_sentence(report)
    yield "Lotingen", len(report.lots)
    for number, lot in enumerate(report.lots, start=1):
        yield from _lot(number, lot)


def _lot(number: int, lot: ReportLot) -> Iterator[tuple[str, Value]]:
    yield f"Loting {number}: volgorde", ", ".join(f"plan {plan}" for plan in lot.order)
    yield f"Loting {number}: getuige", lot.witness
    yield f"Loting {number}: getrokken op", lot.drawn_at


def _rule_title(report: Report) -> str:
    try:
        return rule(report.rule, report.rule_version).title
    except UnknownRule:
        return "Deze versie van de software kent deze telregel niet."


def _set_page(sheet: Any) -> None:
    """Print on A4, landscape, as wide as the paper."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
