"""Names of downloads."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.one_plan import one_plan
from wijkbudget.export.filename import file_name
from wijkbudget.export.report import Report


def test_a_file_is_named_after_its_round_and_wijk(report: Report) -> None:
    assert file_name(report, "csv") == "uitslag-zomer-2026-vijfhoek-cafe-eiland.csv"


@pytest.mark.parametrize("wijk", ["", "***", "日本"])
def test_a_name_without_letters_gets_a_plain_word(report: Report, wijk: str) -> None:
    assert file_name(replace(report, wijk=wijk), "xlsx") == "uitslag-zomer-2026-wijk.xlsx"


@given(names=st.tuples(st.text(), st.text()))
def test_any_name_gives_a_safe_file_name(names: tuple[str, str]) -> None:
    named = file_name(replace(one_plan(""), round_name=names[0], wijk=names[1]), "json")
    assert re.fullmatch(r"uitslag(-[a-z0-9]+)+\.json", named)
    assert len(named) < 150
