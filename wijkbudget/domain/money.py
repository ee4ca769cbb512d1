"""Money is a whole number of euro cents, everywhere; only people see euros."""

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, format_currency, parse_decimal

from wijkbudget.domain.errors import InvalidInput

MAX_CENTS = 100_000_000_00
_AMOUNT = re.compile(r"-?[0-9.,]+")


def parse_euros(text: str) -> int:
    """Cents from an amount as a Dutch person types it: "12.500", "12500,50", "€ 3.000,-".

    Raises InvalidInput, also for "1250.50", which could mean two amounts a factor hundred apart.
    """
    typed = text.strip().removeprefix("€").strip().removesuffix(",-")
    try:
        if not _AMOUNT.fullmatch(typed):  # a Decimal can be written in more ways: 1e3, NaN, Arabic digits
            raise NumberFormatError("not digits")
        amount: Decimal = parse_decimal(typed, locale="nl", strict=True)
    except NumberFormatError:
        raise InvalidInput(f"“{text}” is geen bedrag. Schrijf het zo: 12.500 of 12.500,50.") from None
    cents = amount * 100
    if not amount.is_finite() or cents != cents.to_integral_value():
        raise InvalidInput(f"“{text}” is geen bedrag in hele centen. Schrijf het zo: 12.500 of 12.500,50.")
    if not 0 <= cents <= MAX_CENTS:
        raise InvalidInput(
            f"“{text}” kan niet. Een bedrag is 0 of meer, en hoogstens {format_euros(MAX_CENTS)}."
        )
    return int(cents)


def format_euros(cents: int) -> str:
    """An amount for people: "€ 12.500", with cents only when there are any."""
    digits = "¤ #,##0" if cents % 100 == 0 else "¤ #,##0.00"
    return str(
        format_currency(Decimal(cents) / 100, "EUR", format=digits, locale="nl", currency_digits=False)
    )


def plain_euros(cents: int) -> str:
    """An amount as it stands in an input field: "12500" or "12500,50"."""
    return f"{cents // 100}" if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"
