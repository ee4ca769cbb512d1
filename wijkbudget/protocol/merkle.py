"""Merkle trees over receipts, as RFC 9162 (Certificate Transparency 2.0), section 2.1, defines them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash of a list of at least one leaf.

    >>> root([b"a"]) == hashlib.sha256(b"\\0a").digest()
    True
    """
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    # Pairing neighbours and passing an odd last one on splits where the definition does: at powers of two.
    while len(level) > 1:
        paired = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from a leaf up to the root, lowest first."""
    level, path = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves], []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        paired = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level, index = paired + level[len(paired) * 2 :], index // 2
    return path


def proves(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether this path shows that the leaf is at this place of a tree of this size (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, left, last = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    for beside in path:
        if last == 0:
            return False
        if left & 1 or left == last:
            here = _node(beside, here)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            here = _node(here, beside)
        left, last = left >> 1, last >> 1
    return last == 0 and here == expected


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
