"""A ballot as text, and the receipt of it: sections 4 and 5 of the protocol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wijkbudget.protocol.canonical import NotCanonical, canonical_json, read_canonical, sha256

TYPE = "wijkbudget-ballot"
BLOCK = 64
SHORT = 20
"""How many hexadecimal digits of a receipt a voter sees."""
HEX_32 = re.compile(r"[0-9a-f]{32}")
CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"


class MalformedBallot(ValueError):
    """A text is not a ballot of this protocol."""


@dataclass(frozen=True, slots=True)
class BallotText:
    """What was chosen in a pot of a round: numbers of projects. The nonce (32 hex digits) keeps receipts from being guessed."""

    round_id: str
    pot: str
    choice: tuple[int, ...]
    nonce: str

    @property
    def text(self) -> bytes:
        """The canonical JSON that is sealed, hashed and published."""
        return canonical_json(
            {
                "choice": list(self.choice),
                "nonce": self.nonce,
                "pot": self.pot,
                "round": self.round_id,
                "type": TYPE,
                "v": 1,
            }
        )

    @property
    def receipt(self) -> str:
        """SHA-256 of the text, 64 hexadecimal digits."""
        return sha256(self.text)

    @classmethod
    def read(cls, text: bytes) -> BallotText:
        """The ballot that this text is. Raises MalformedBallot."""
        try:
            value = read_canonical(text)
        except NotCanonical as error:
            raise MalformedBallot(str(error)) from error
        choice, texts = value.get("choice"), [value.get(key) for key in ("round", "pot", "nonce")]
        known = value.keys() == {"choice", "nonce", "pot", "round", "type", "v"} and value["type"] == TYPE
        if not known or value["v"] is True or value["v"] != 1 or not isinstance(choice, list):
            raise MalformedBallot("not the form of a ballot")
        numbers = [number for number in choice if type(number) is int]
        round_id, pot, nonce = [text if isinstance(text, str) else "" for text in texts]
        ids = HEX_32.fullmatch(nonce) and HEX_32.fullmatch(round_id)
        if len(numbers) != len(choice) or not isinstance(texts[1], str) or not ids:
            raise MalformedBallot("not the form of a ballot")
        return cls(round_id, pot, tuple(numbers), nonce)


def sealed_size(round_id: str, pot: str, numbers: Sequence[int]) -> int:
    """The length in bytes to which every ballot of a pot is padded; `numbers` are those of all its projects."""
    longest = BallotText(round_id, pot, tuple(sorted(numbers)), "0" * 32)
    return -(-len(longest.text) // BLOCK) * BLOCK


def in_words(receipt: str) -> str:
    """The first 80 bits of a receipt as five words that can be read out and written down.

    >>> in_words("7f000001" + "0" * 56)
    'lusab babad babab babab babab'
    """
    numbers = (int(receipt[place : place + 4], 16) for place in range(0, SHORT, 4))
    return " ".join(_word(number) for number in numbers)


def from_words(text: str) -> str | None:
    """The first 20 hexadecimal digits that five words stand for; None if these are no such words.

    >>> from_words("lusab  BABAD babab babab-babab")
    '7f000001000000000000'
    """
    words = re.split(r"[\s-]+", text.strip().lower())
    if len(words) != SHORT // 4:
        return None
    numbers = [_number(word) for word in words]
    return None if None in numbers else "".join(f"{number:04x}" for number in numbers)


def _word(number: int) -> str:
    first, vowel, middle, second, last = (number >> shift for shift in (12, 10, 6, 4, 0))
    return (
        CONSONANTS[first]
        + VOWELS[vowel & 3]
        + CONSONANTS[middle & 15]
        + VOWELS[second & 3]
        + CONSONANTS[last & 15]
    )


def _number(word: str) -> int | None:
    if not re.fullmatch(f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}][{CONSONANTS}]", word):
        return None
    number = 0
    for place, letter in enumerate(word):
        letters, bits = (VOWELS, 2) if place % 2 else (CONSONANTS, 4)
        number = number << bits | letters.index(letter)
    return number
