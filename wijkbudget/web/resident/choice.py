"""A choice as a form sends it: which plans, in which order, and a move of one of them."""

import re
from collections.abc import Iterable, Mapping

from wijkbudget.domain.errors import InvalidInput

FORM_NUMBER = re.compile(r"[0-9a-f]{32}")
UNREADABLE = "We kunnen uw keuze niet lezen. Laad de pagina opnieuw en kies uw plannen nog eens."


def parse_choice(texts: Iterable[str]) -> list[int]:
    """The ids of the plans, in the order sent. Raises InvalidInput.

    >>> parse_choice(["3", "1"])
    [3, 1]
    """
    return [_plan_id(text) for text in texts]


def moved(ranking: list[int], move: str) -> list[int]:
    """The ranking after a move "<id>:up", ":down", ":out" or ":in"; one that cannot be made changes nothing.

    Raises InvalidInput for a move that does not exist.

    >>> moved([3, 1, 2], "1:up"), moved([3, 1], "3:up"), moved([3, 1], "3:out"), moved([3], "1:in")
    ([1, 3, 2], [3, 1], [1], [3, 1])
    """
    text, _, kind = move.partition(":")
    plan = _plan_id(text)
    rest = [other for other in ranking if other != plan]
    if kind == "out":
        return rest
    if kind == "in":
        return ranking if plan in ranking else [*ranking, plan]
    if kind not in ("up", "down"):
        raise InvalidInput(UNREADABLE)
    if plan not in ranking:
        return ranking
    place = max(0, ranking.index(plan) + (-1 if kind == "up" else 1))
    return [*rest[:place], plan, *rest[place:]]


def parse_form(fields: Mapping[str, str]) -> tuple[int, str]:
    """How often the voter had voted when the form was shown, and the number of the form. Raises InvalidInput."""
    votes, number = fields.get("votes_before", ""), fields.get("form", "")
    if not FORM_NUMBER.fullmatch(number):
        raise InvalidInput(UNREADABLE)
    return _plan_id(votes), number


def _plan_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidInput(UNREADABLE)
    return int(text)
