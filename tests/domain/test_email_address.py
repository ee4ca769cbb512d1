"""One spelling per mailbox."""

import pytest

from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("kiezer@voorbeeld.example", "kiezer@voorbeeld.example"),
        ("  Kiezer@Voorbeeld.Example ", "kiezer@voorbeeld.example"),
        ("kiezer+wijk@voorbeeld.example", "kiezer+wijk@voorbeeld.example"),
        ("kiezer@xn--caf-dma.example", "kiezer@café.example"),
    ],
)
def test_an_address_has_one_spelling(typed: str, stored: str) -> None:
    assert parse_email(typed) == stored
    assert parse_email(stored) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "kiezer", "kiezer@", "@voorbeeld.example", "a b@voorbeeld.example", "a@b@c.example", "a@voorbeeld.example\nBcc: x@y.z",
     "kiezer@voorbeeld.example\x00", f"{'a' * 300}@voorbeeld.example", "Naam <kiezer@voorbeeld.example>"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match="naam@voorbeeld.nl"):
        parse_email(typed)
