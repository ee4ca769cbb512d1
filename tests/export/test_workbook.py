"""The workbook as openpyxl reads it back."""

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from tests.export.one_plan import one_plan
from wijkbudget.export.report import Report
from wijkbudget.export.workbook import write_xlsx


def sheet(report: Report, name: str) -> Worksheet:
    return load_workbook(io.BytesIO(write_xlsx(report)))[name]


def column(plans: Worksheet, heading: str, rows: int = 5) -> list[Any]:
    """The cells under a heading, for the plans only."""
    at = [cell.value for cell in plans[1]].index(heading) + 1
    return [plans.cell(row, at) for row in range(2, 2 + rows)]


def account(report: Report) -> dict[str, Any]:
    return {row[0].value: row[1].value for row in sheet(report, "Verantwoording").iter_rows()}


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert write_xlsx(report) == write_xlsx(replace(report))


def test_a_workbook_is_dated_on_the_instant_of_the_count(report: Report) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(report)))
    dates = (book.properties.created, book.properties.modified)
    assert dates == (datetime(2026, 6, 30, 22, 30),) * 2
    assert book.sheetnames == ["Uitslag", "Verantwoording"]


def test_a_title_that_looks_like_a_formula_stays_text(report: Report) -> None:
    title = column(sheet(report, "Uitslag"), "Titel")[1]
    assert (title.value, title.data_type) == ('=HYPERLINK("http://voorbeeld.nl")', "s")
    assert title.quotePrefix


def test_no_cell_of_the_workbook_is_a_formula(report: Report) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(report)))
    kinds = {cell.data_type for tab in book for row in tab.iter_rows() for cell in row}
    assert kinds == {"s", "n", "d"}


def test_amounts_and_votes_are_numbers_and_amounts_show_as_euros(report: Report) -> None:
    plans = sheet(report, "Uitslag")
    costs = column(plans, "Kosten")
    assert [cell.value for cell in costs] == [25000, 11234.56, 20000, 5, 1000]
    assert {(cell.data_type, cell.number_format) for cell in costs} == {("n", "[$€-413] #,##0.00")}
    assert [cell.value for cell in column(plans, "Stemmen")] == [120, 90, 90, 0, 40]


def test_a_withdrawn_plan_has_an_empty_place_and_its_own_outcome(report: Report) -> None:
    plans = sheet(report, "Uitslag")
    assert column(plans, "Plaats")[4].value is None
    assert column(plans, "Uitslag")[4].value == "ingetrokken"


def test_the_headings_stay_in_sight_and_only_the_plans_are_filtered(report: Report) -> None:
    plans = sheet(report, "Uitslag")
    assert plans.freeze_panes == "A2"
    assert plans.auto_filter.ref == "A1:O6"


def test_the_totals_below_the_plans_are_what_the_plans_add_up_to(report: Report) -> None:
    plans = sheet(report, "Uitslag")
    totals = {plans.cell(row, 8).value: plans.cell(row, 9).value for row in (8, 9, 10)}
    assert totals == {"Toegekend": 36234.56, "Budget": 50000, "Over": 13765.44}
    assert round(sum(cell.value for cell in column(plans, "Toegekend")), 2) == totals["Toegekend"]
    assert [cell.value for cell in plans[7]] == [None] * 15


def test_the_second_sheet_accounts_for_the_whole_count(report: Report) -> None:
    assert account(report) == {
        "Gemeente": "Voorbeeldstad",
        "Ronde": "Zomer 2026",
        "Wijk": "Vijfhoek & Café-eiland",
        "Status": "Vastgesteld",
        "Stembiljet": "Plannen aankruisen",
        "Telregel": "Meeste stemmen eerst; wat niet past, wordt overgeslagen",
        "Code van de telregel": "greedy",
        "Versie van de telregel": 1,
        "SHA-256 van de spelregels": "a" * 64,
        "SHA-256 van de invoer": "b" * 64,
        "Versie van de software": "0.1.0",
        "Nummer van de telling": 2,
        "Geteld op": datetime(2026, 7, 1, 0, 30),
        "Budget": 50000,
        "Toegekend": 36234.56,
        "Over": 13765.44,
        "Kiesgerechtigden": 800,
        "Stembiljetten": 200,
        "Waarvan blanco": 4,
        "Opkomst": 0.25,
        "Controle van de plannen": "5 plannen = 2 gekozen + 2 niet gekozen + 1 ingetrokken",
        "Controle van het geld": "€ 50.000 budget = € 36.234,56 toegekend + € 13.765,44 over",
        "Lotingen": 1,
        "Loting 1: volgorde": "plan 3, plan 5",
        "Loting 1: getuige": "=Notaris",
        "Loting 1: getrokken op": datetime(2026, 1, 5, 10, 15),
    }


def test_dates_are_dates_in_the_dutch_order(report: Report) -> None:
    cells = [row[1] for row in sheet(report, "Verantwoording").iter_rows() if row[0].value == "Geteld op"]
    assert [(cell.is_date, cell.number_format) for cell in cells] == [(True, "dd-mm-yyyy hh:mm")]


def test_without_a_roll_the_turnout_is_not_known(report: Report) -> None:
    said = account(replace(report, entitled=0))
    assert (said["Kiesgerechtigden"], said["Opkomst"]) == ("Niet bekend", "Niet bekend")


def test_a_result_that_is_not_certified_says_so(report: Report) -> None:
    assert account(replace(report, certified=False))["Status"] == "Voorlopig, nog niet vastgesteld"


def test_a_rule_that_this_version_does_not_know_is_still_named(report: Report) -> None:
    said = account(replace(report, rule="loterij", rule_version=9))
    assert (said["Code van de telregel"], said["Versie van de telregel"]) == ("loterij", 9)
    assert said["Telregel"] == "Deze versie van de software kent deze telregel niet."


@pytest.mark.parametrize(("typed", "shown"), [("a\uffffb", "a\ufffdb"), ("a\0b", "a\0b"), ("\ta", "\ta")])
def test_characters_that_xml_forbids_do_not_damage_the_file(report: Report, typed: str, shown: str) -> None:
    first = replace(report.lines[0], title=typed)
    written = sheet(replace(report, lines=(first, *report.lines[1:])), "Uitslag")
    assert unescape(column(written, "Titel")[0].value) == shown


@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=50))
def test_any_text_gives_a_workbook_without_formulas(text: str) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(one_plan(text))))
    assert not [cell for tab in book for row in tab.iter_rows() for cell in row if cell.data_type == "f"]
