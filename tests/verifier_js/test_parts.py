"""The parts that the check in the browser is made of, against other programs that do the same."""

import hashlib
import json
from typing import Any

import pytest

from tests.verifier_js.archive import KEY, canonical, root
from tests.verifier_js.node import run


def ask(part: str, *values: Any) -> list[Any]:
    answer: list[Any] = run("parts.mjs", {"part": part, "values": values})
    return answer


@pytest.mark.parametrize("name", ["sha256", "sha512"])
def test_a_hash_is_right_at_every_length_around_a_block(name: str) -> None:
    data = [bytes(i % 251 for i in range(length)) for length in [*range(140), 239, 240, 241, 5000]]
    assert ask(name, *[one.hex() for one in data]) == [hashlib.new(name, one).hexdigest() for one in data]


def test_a_signature_holds_for_its_own_message_and_key_only() -> None:
    message, public = b"wijkbudget", KEY.public_key().public_bytes_raw()
    good = KEY.sign(message)
    order = 2**252 + 27742317777372353535851937790883648493
    again = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    asked = [
        (public, message, good),
        (public, b"wijkbudgeT", good),
        (public, message, bytes([good[0] ^ 1]) + good[1:]),
        (public, message, again),
        (bytes(32), message, good),
        (b"\xff" * 32, message, good),
    ]
    values = [[part.hex() for part in one] for one in asked]
    assert ask("signed", *values) == [True, False, False, False, False, False]


def test_the_root_of_any_number_of_leaves_is_that_of_rfc_9162() -> None:
    leaves = [hashlib.sha256(bytes([i])).hexdigest() for i in range(20)]
    asked = [leaves[:many] for many in range(1, 21)]
    assert ask("root", *asked) == [root(one).hex() for one in asked]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (canonical({"a": [1, -2, True, None], "b": "é/\x7f😀"}), True),
        (b'{"a":"\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\"}', True),
        (b"9007199254740991", True),
        (b'{"b":1,"a":2}', False),
        (b'{"a":1,"a":1}', False),
        (b'{"a": 1}', False),
        (b"9007199254740992", False),
        (b"1.0", False),
        (b"1e2", False),
        (b"-0", False),
        (b'"\\u00e9"', False),
        (b'"\\/"', False),
        (b'"\\u000A"', False),
        (b'"\\u001F"', False),
        ('{"é":1}'.encode(), False),
        (b"\xef\xbb\xbf1", False),
        (b'"\xff"', False),
        (b'"\\ud800"', False),
        (b"1 ", False),
        (b"", False),
        (b"[" * 100_000 + b"]" * 100_000, False),
    ],
    ids=lambda value: str(value[:24]) if isinstance(value, bytes) else None,
)
def test_only_canonical_json_is_taken(text: bytes, holds: bool) -> None:
    assert ask("canonical", text.hex()) == [holds]


def test_words_are_those_of_the_proposal_for_proquints() -> None:
    # 127.0.0.1 and 63.84.220.193 are examples in the proposal itself.
    assert ask("words", "7f0000013f54dcc10000") == ["lusab-babad-gutih-tugad-babab"]
    assert ask("digits", " Lusab babad, gutih tugad BABAB ") == ["7f0000013f54dcc10000"]
    assert ask("digits", "lusab babad gutih tugad", "lusab babad gutih tugad babaa") == [None, None]
    assert json.dumps(ask("digits", "7f00 0001 3f54 dcc1 0000")) == '["7f0000013f54dcc10000"]'
