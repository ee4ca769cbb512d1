"""Canonical JSON and SHA-256: the one way to write a value down, so that its hash means something."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Statement = Mapping[str, Any]
SAFE = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


class NotCanonical(ValueError):
    """A text is not the canonical JSON of an object."""


def canonical_json(value: Any) -> bytes:
    """The canonical JSON of a value; see section 1 of the protocol.

    >>> canonical_json({"b": [1, True], "a": "é"}).decode()
    '{"a":"é","b":[1,true]}'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def read_canonical(text: bytes) -> dict[str, Any]:
    """The object that this text is the canonical JSON of. Raises NotCanonical."""
    try:
        value = json.loads(
            text.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse, parse_int=_whole
        )
        again = canonical_json(value)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("no JSON, or with numbers that are not whole") from error
    if not isinstance(value, dict) or again != text:
        raise NotCanonical("JSON, but not written in the canonical way")
    return value


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _whole(text: str) -> int:
    if len(text) > len(str(-SAFE)) or abs(int(text)) > SAFE:
        raise ValueError(text[:20])
    return int(text)
