"""The CSV file as a Dutch spreadsheet reads it."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.export.one_plan import one_plan
from wijkbudget.export.excel_csv import safe_text, write_csv
from wijkbudget.export.report import Report

GOLDEN = Path(__file__).parents[1] / "golden" / "uitslag-zomer-2026-vijfhoek-cafe-eiland.csv"
HEADINGS = (
    "ronde;wijk;plaats;plannummer;titel;indiener;stemmen;kosten;toegekend;uitslag;reden;"
    "over_voor;over_na;telstap;artikel"
)

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def read(file: bytes) -> list[dict[str, str]]:
    """The rows as a spreadsheet sees them, by heading."""
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def euros(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def test_the_file_is_the_golden_file_to_the_byte(report: Report) -> None:
    assert write_csv(report) == GOLDEN.read_bytes()


def test_the_file_starts_with_a_byte_order_mark_and_the_dutch_headings(report: Report) -> None:
    assert write_csv(report).startswith(b"\xef\xbb\xbf" + HEADINGS.encode() + b"\r\n")


def test_every_row_has_a_cell_for_every_heading(report: Report) -> None:
    rows = list(csv.reader(io.StringIO(write_csv(report).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [len(row) for row in rows] == [15] * 6


def test_amounts_have_a_decimal_comma_two_decimals_and_nothing_else(report: Report) -> None:
    rows = read(write_csv(report))
    assert [row["kosten"] for row in rows] == ["25000,00", "11234,56", "20000,00", "5,00", "1000,00"]
    assert [row["toegekend"] for row in rows] == ["25000,00", "11234,56", "0,00", "0,00", "0,00"]


@pytest.mark.parametrize(("cents", "written"), [(0, "0,00"), (5, "0,05"), (10_000_000_000, "100000000,00")])
def test_a_cost_is_exact_to_the_cent(report: Report, cents: int, written: str) -> None:
    withdrawn = replace(report.lines[-1], cost_cents=cents)
    assert read(write_csv(replace(report, lines=(*report.lines[:-1], withdrawn))))[-1]["kosten"] == written


def test_every_plan_is_chosen_not_chosen_or_withdrawn(report: Report) -> None:
    outcomes = [row["uitslag"] for row in read(write_csv(report))]
    assert outcomes == ["gekozen", "gekozen", "niet gekozen", "niet gekozen", "ingetrokken"]


def test_a_withdrawn_plan_has_no_place(report: Report) -> None:
    assert [row["plaats"] for row in read(write_csv(report))] == ["1", "2", "2", "4", ""]


def test_a_plan_carries_its_reason_in_words(report: Report) -> None:
    assert read(write_csv(report))[3]["reden"] == "Dit plan kreeg te weinig stemmen."


def test_the_amounts_in_the_file_add_up_to_the_total(report: Report) -> None:
    rows = read(write_csv(report))
    allocated = sum(euros(row["toegekend"]) for row in rows)
    assert allocated * 100 == report.spent_cents
    assert euros(rows[0]["over_voor"]) - allocated == euros(rows[-1]["over_na"])


def test_semicolons_quotes_and_new_lines_in_a_title_stay_in_their_cell(report: Report) -> None:
    titles = [row["titel"] for row in read(write_csv(report))]
    assert titles[0] == "Groene gevels; ook “klein”"
    assert titles[1] == '\'=HYPERLINK("http://voorbeeld.nl")'
    assert titles[2] == "'t Bankje\nbij de brug"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+31 6",
        "-5",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "  =1",
        '"=1',
        " '=1",
        "\ufeff=1",
        "＝1",
    ],
)
def test_text_that_a_spreadsheet_could_calculate_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", ["'t Hofje", "Kas + tuin", "“Samen”", "", " ", "2=3", "'", "Ærø"])
def test_ordinary_text_stays_as_it_was_typed(text: str) -> None:
    assert safe_text(text) == text


@given(text=st.text())
@example(text="=1")
@example(text=' "\t=1')
def test_no_cell_of_any_text_starts_with_a_formula(text: str) -> None:
    row = read(write_csv(one_plan(text)))[0]
    for cell in row.values():
        hidden = cell.lstrip(" \"'").startswith(FORMULA)
        assert not cell.startswith(FORMULA)
        assert not hidden or cell.startswith("'")
    for heading in ("ronde", "wijk", "titel", "indiener", "artikel"):
        assert row[heading] in (text, "'" + text)
