"""A result whose sums are wrong does not leave the house."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from wijkbudget.export.excel_csv import write_csv
from wijkbudget.export.reconciliation import NotReconciled, plans_sentence, require_reconciled
from wijkbudget.export.report import Report
from wijkbudget.export.result_json import write_json
from wijkbudget.export.workbook import write_xlsx


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_json])
def test_no_file_is_made_of_a_count_that_stopped_for_a_lot(
    report: Report, write: Callable[[Report], object]
) -> None:
    with pytest.raises(NotReconciled, match="niet af"):
        write(replace(report, spent_cents=0, lines=report.lines[:2]))


def test_a_step_that_loses_a_cent_is_named(report: Report) -> None:
    second = replace(report.lines[1], left_after_cents=report.lines[1].left_after_cents - 1)
    with pytest.raises(NotReconciled, match=r"stap 2, plan 3\."):
        require_reconciled(replace(report, lines=(report.lines[0], second, *report.lines[2:])))


def test_a_step_that_starts_with_the_wrong_amount_is_named(report: Report) -> None:
    with pytest.raises(NotReconciled, match=r"stap 2, plan 3\."):
        require_reconciled(replace(report, lines=report.lines[1:]))


def test_a_withdrawn_plan_cannot_get_money(report: Report) -> None:
    first = replace(report.lines[0], reason="withdrawn")
    with pytest.raises(NotReconciled, match=r"stap 1, plan 7\."):
        require_reconciled(replace(report, lines=(first, *report.lines[1:])))


def test_a_wijk_without_plans_keeps_its_whole_budget(report: Report) -> None:
    empty = replace(report, lines=(), lots=(), spent_cents=0)
    require_reconciled(empty)
    assert plans_sentence(empty) == "0 plannen = 0 gekozen + 0 niet gekozen + 0 ingetrokken"
    assert write_csv(empty).count(b"\r\n") == 1
    assert write_xlsx(empty)


def test_a_withdrawn_plan_is_counted_once_and_not_as_not_chosen(report: Report) -> None:
    assert plans_sentence(report) == "5 plannen = 2 gekozen + 2 niet gekozen + 1 ingetrokken"


def test_one_plan_is_not_plural(report: Report) -> None:
    assert plans_sentence(replace(report, lines=report.lines[:1])).startswith("1 plan = 1 gekozen")
