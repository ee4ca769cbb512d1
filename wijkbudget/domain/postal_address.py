"""Postcode and house number as people type them."""

import re

from wijkbudget.domain.errors import InvalidInput

_POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([A-Z]{2})")
_HOUSE_NUMBER = re.compile(r"([1-9][0-9]{0,4})(?:(?:[ -][A-Za-z0-9]|[A-Za-z])[A-Za-z0-9 -]{0,8})?")


def parse_postcode(text: str) -> str:
    """A Dutch postcode as stored: "2011 ab" becomes "2011AB". Raises InvalidInput."""
    match = _POSTCODE.fullmatch(text.strip().upper())
    if not match:
        raise InvalidInput(f"“{text}” is geen postcode. Schrijf vier cijfers en twee letters, zoals 2011 AB.")
    return match[1] + match[2]


def parse_house_number(text: str) -> int:
    """The number of a house number; an addition ("12A", "12-2") is read over. Raises InvalidInput."""
    match = _HOUSE_NUMBER.fullmatch(text.strip())
    if not match:
        raise InvalidInput(f"“{text}” is geen huisnummer. Schrijf het nummer, zoals 12 of 12A.")
    return int(match[1])
