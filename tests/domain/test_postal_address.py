"""Postcode and house number as people type them."""

import pytest

from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.postal_address import parse_house_number, parse_postcode


@pytest.mark.parametrize("typed", ["2011AB", "2011 AB", "2011ab", " 2011 ab "])
def test_a_postcode_has_one_spelling(typed: str) -> None:
    assert parse_postcode(typed) == "2011AB"


@pytest.mark.parametrize(
    "typed", ["0111AB", "201 1AB", "2011A", "2011ABC", "2011", "AB2011", "", "٢٠١١AB", "2011  AB"]
)
def test_what_is_no_postcode_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match="zoals 2011 AB"):
        parse_postcode(typed)


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), ("12A", 12), ("12 a", 12), ("12-2", 12), ("99999", 99999), (" 7 ", 7)]
)
def test_an_addition_to_the_house_number_is_read_over(typed: str, number: int) -> None:
    assert parse_house_number(typed) == number


@pytest.mark.parametrize("typed", ["0", "-1", "A12", "", "100000", "12,5", "١٢", "12 bis achterhuis"])
def test_what_is_no_house_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match="zoals 12 of 12A"):
        parse_house_number(typed)
