"""The JSON file as other software reads it."""

import json
from dataclasses import fields, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.export.one_plan import one_plan
from wijkbudget.domain.amsterdam import local
from wijkbudget.export.report import Report, ReportLine, ReportLot, ReportTie
from wijkbudget.export.result_json import write_json


def names(of: type) -> list[str]:
    return [field.name for field in fields(of)]


def as_report(data: dict[str, Any]) -> Report:
    """The report again, from the documented keys."""
    lines = tuple(ReportLine(**{name: item[name] for name in names(ReportLine)}) for item in data["lines"])
    lots = tuple(
        ReportLot(tuple(item["order"]), item["witness"], datetime.fromisoformat(item["drawn_at"]))
        for item in data["lots"]
    )
    header = {name: data[name] for name in names(Report)}
    counted_at = datetime.fromisoformat(data["counted_at"])
    ties = data["ties"] and tuple(
        ReportTie(tie["place"], tuple(tie["numbers"]), tie["mattered"]) for tie in data["ties"]
    )
    endowment = data["endowment_cents"] and Fraction(data["endowment_cents"])
    read = {"lines": lines, "lots": lots, "counted_at": counted_at, "ties": ties}
    return Report(**header | read | {"endowment_cents": endowment})


def test_nothing_of_the_report_is_lost(report: Report) -> None:
    assert as_report(json.loads(write_json(report))) == report


def test_nothing_is_lost_of_a_rule_with_options_and_numbers_of_its_own(report: Report) -> None:
    basis = {"kind": "purchase", "payment_cents": "1000/3", "effective_support": "5/4"}
    told = replace(
        report,
        lines=(replace(report.lines[0], basis=basis), *report.lines[1:]),
        satisfaction="cost",
        completion="add1",
        endowment_cents=Fraction(50_000_00, 3),
        ties=(ReportTie(None, (5, 3), mattered=True),),
    )
    assert as_report(json.loads(write_json(told))) == told


def test_the_first_key_names_the_schema_and_the_file_ends_with_a_newline(report: Report) -> None:
    text = write_json(report)
    assert next(iter(json.loads(text).items())) == ("schema", "wijkbudget-result/1")
    assert text.endswith("}\n")


def test_the_keys_are_these_and_stay_these(report: Report) -> None:
    data = json.loads(write_json(report))
    assert " ".join(data) == (
        "schema gemeente round_name wijk certified ballot_type rule rule_version rules_sha256 input_sha256"
        " software_version count_number counted_at budget_cents spent_cents left_cents entitled ballots"
        " blank_ballots plans lines lots satisfaction completion endowment_cents ties"
    )
    assert " ".join(data["lines"][0]) == (
        "step place number title submitter votes cost_cents allocated_cents funded reason"
        " left_before_cents left_after_cents article basis"
    )
    assert list(data["lots"][0]) == ["order", "witness", "drawn_at"]


def test_an_instant_is_in_utc_whatever_zone_it_came_in(report: Report) -> None:
    data = json.loads(write_json(replace(report, counted_at=local(report.counted_at))))
    assert data["counted_at"] == "2026-06-30T22:30:00Z"


def test_amounts_are_whole_cents_that_reconcile(report: Report) -> None:
    data = json.loads(write_json(report))
    assert sum(item["allocated_cents"] for item in data["lines"]) == data["spent_cents"] == 3_623_456
    assert data["budget_cents"] == data["spent_cents"] + data["left_cents"]
    assert all(type(item["cost_cents"]) is int for item in data["lines"])


def test_the_numbers_of_plans_reconcile(report: Report) -> None:
    plans = json.loads(write_json(report))["plans"]
    assert plans == {"total": 5, "funded": 2, "not_funded": 2, "withdrawn": 1}
    assert plans["total"] == plans["funded"] + plans["not_funded"] + plans["withdrawn"]


def test_a_roll_that_is_not_known_is_null_and_not_nought(report: Report) -> None:
    assert json.loads(write_json(replace(report, entitled=0)))["entitled"] is None


@given(text=st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    report = one_plan(text)
    assert as_report(json.loads(write_json(report))) == report
