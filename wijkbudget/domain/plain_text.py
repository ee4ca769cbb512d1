"""What somebody typed, without what a reader cannot see: names and titles on one line, and longer texts."""

import re
import unicodedata

from wijkbudget.domain.errors import InvalidInput

_LINE_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
# Embeddings, overrides and isolates: they turn the reading order of whatever comes after them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Fillers that count as letter or symbol, yet print as nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def parse_line(text: str, *, limit: int, field: str, empty: str | None = None) -> str:
    """A name or title as it is kept: one line, spaces around it gone.

    Raises InvalidInput at `field` for a line break or another control character, for characters that turn
    the reading order, for more than `limit` characters, and (with the message `empty`, unless the line may
    stay empty) for text in which there is nothing to see.
    """
    line = text.strip()
    if _holds_control(line) or "\u2028" in line or "\u2029" in line:
        raise InvalidInput(
            "Schrijf dit op één regel, zonder regeleinde, tab of ander stuurteken. Typ de tekst opnieuw.",
            field=field,
        )
    return _checked(line, limit, field, empty)


def parse_text(text: str, *, limit: int, field: str, empty: str | None = None) -> str:
    """A text of more lines as it is kept: every line break is a newline. Refuses what `parse_line` does."""
    lines = _LINE_BREAKS.sub("\n", text).strip()
    if _holds_control(lines, allowed="\n\t"):
        raise InvalidInput(
            "In deze tekst staat een onzichtbaar stuurteken. Haal het weg of typ de tekst opnieuw.",
            field=field,
        )
    return _checked(lines, limit, field, empty)


def _holds_control(text: str, allowed: str = "") -> bool:
    """Control characters, halves of a character, and code points that are no character at all."""
    return any(
        (unicodedata.category(character) in ("Cc", "Cs") and character not in allowed)
        or ord(character) & 0xFFFE == 0xFFFE
        for character in text
    )


def _checked(text: str, limit: int, field: str, empty: str | None) -> str:
    if not _TURNING.isdisjoint(text):
        raise InvalidInput(
            "In deze tekst staat een onzichtbaar teken dat de leesrichting omdraait. Typ de tekst opnieuw.",
            field=field,
        )
    if len(text) > limit:
        raise InvalidInput(
            f"Deze tekst is te lang: {len(text)} tekens. Gebruik er hoogstens {limit}.", field=field
        )
    if any(_visible(character) for character in text):
        return text
    if empty is not None:
        raise InvalidInput(empty, field=field)
    return ""


def _visible(character: str) -> bool:
    """Letters, digits, punctuation and symbols; not spaces, formats, or accents on nothing."""
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK
