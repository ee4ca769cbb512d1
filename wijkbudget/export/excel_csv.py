"""The result as CSV that a Dutch Excel opens with a double click."""

import csv
import io
from decimal import Decimal

from wijkbudget.export.columns import COLUMNS, Column, Kind
from wijkbudget.export.reconciliation import require_reconciled
from wijkbudget.export.report import Report, ReportLine

# What makes a spreadsheet calculate, in ASCII and full width, and the control characters that hide it
# (OWASP, CSV Injection).
_STARTS_FORMULA = frozenset("=+-@\t\r\n\0＝＋－＠")
_QUOTES = "\"'"


def write_csv(report: Report) -> bytes:
    """The table of plans, one row per plan in the order of the count, under one row of Dutch headings.

    UTF-8 with BOM, semicolons, CRLF, decimal comma with two decimals; a plan without a place has an empty
    cell. Text that a spreadsheet could take for a formula gets an apostrophe in front. Raises NotReconciled.
    """
    require_reconciled(report)
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(column.heading for column in COLUMNS)
    rows.writerows([_cell(column, report, line) for column in COLUMNS] for line in report.lines)
    return text.getvalue().encode("utf-8-sig")


def safe_text(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet could take it for a formula.

    Spaces and quotes before the formula do not hide it: some spreadsheets drop them.

    >>> safe_text(' =1+1'), safe_text("'t Hofje")
    ("' =1+1", "'t Hofje")
    """
    return f"'{text}" if _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    for character in text:
        if character in _STARTS_FORMULA:
            return True
        if not (character.isspace() or character in _QUOTES or not character.isprintable()):
            return False
    return False


def _cell(column: Column, report: Report, line: ReportLine) -> str:
    value = column.value(report, line)
    if value is None:
        return ""
    if column.kind is Kind.EUROS:
        return f"{Decimal(value).scaleb(-2):.2f}".replace(".", ",")
    return safe_text(value) if isinstance(value, str) else str(value)
