"""Amounts of money as Pabulib writes them: exact decimal text to whole cents, and back."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")


def cents(text: str) -> int:
    """Whole cents of a plain decimal text with at most two decimals; ValueError for anything else.

    Three decimals are refused even if they are zeros: "25.000" is how Dutch people write twenty-five thousand.

    >>> cents("541057.09"), cents("400000.0"), cents("12")
    (54105709, 40000000, 1200)
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError("is not an amount like 1250 or 1250.50")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def amount_text(amount: int) -> str:
    """Cents as Pabulib text: without decimals when whole, otherwise with two.

    >>> amount_text(1200), amount_text(54105709)
    ('12', '541057.09')
    """
    whole, part = divmod(amount, 100)
    return f"{whole}.{part:02}" if part else str(whole)
