"""Amounts as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.money import MAX_CENTS, format_euros, parse_euros, plain_euros


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12500", 12_500_00),
        ("12.500", 12_500_00),
        ("12500,50", 12_500_50),
        ("12.500,50", 12_500_50),
        ("€ 3.000,-", 3_000_00),
        ("€3000", 3_000_00),
        (" 0 ", 0),
        ("0,05", 5),
        ("7,5", 7_50),
        ("1.000.000", 1_000_000_00),
    ],
)
def test_a_dutch_amount_becomes_cents(typed: str, cents: int) -> None:
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    "typed",
    [
        "1250.50",
        "12,50,00",
        "12.50",
        "1.25",
        "duizend",
        "",
        "€",
        "-5",
        "12,345",
        "1e3",
        "NaN",
        "Infinity",
        "1.0000",
    ],
)
def test_an_amount_that_is_no_amount_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse_euros(typed)


def test_more_money_than_a_city_has_is_a_typing_error() -> None:
    assert parse_euros(plain_euros(MAX_CENTS)) == MAX_CENTS
    with pytest.raises(InvalidInput, match="hoogstens € 100.000.000"):
        parse_euros("100000000,01")


@pytest.mark.parametrize(
    ("cents", "shown"), [(0, "€ 0"), (12_500_00, "€ 12.500"), (12_500_50, "€ 12.500,50"), (5, "€ 0,05")]
)
def test_people_see_cents_only_when_there_are_any(cents: int, shown: str) -> None:
    assert format_euros(cents).replace("\xa0", " ") == shown


@given(st.integers(0, MAX_CENTS))
def test_what_we_write_we_read_back(cents: int) -> None:
    assert parse_euros(plain_euros(cents)) == cents
    assert parse_euros(format_euros(cents)) == cents
