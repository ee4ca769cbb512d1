"""Seal ballots to the key of a round, and open them when the vote is over: sections 2 and 4 of the protocol."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from wijkbudget.protocol.ballot_text import BallotText
from wijkbudget.protocol.canonical import canonical_json

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class SealBroken(ValueError):
    """A sealed ballot cannot be opened with this key: another key, or it was changed."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a round key, 32 bytes."""

    raw: bytes

    def seal(self, ballot: BallotText, size: int) -> bytes:
        """The ballot, padded to `size` bytes and sealed. Raises ValueError when it is longer than that."""
        text = ballot.text
        if len(text) > size:
            raise ValueError("the ballot is longer than the longest ballot of its pot")
        key = X25519PublicKey.from_public_bytes(self.raw)
        sealed: bytes = SUITE.encrypt(text.ljust(size), key, info=_info(ballot.round_id, ballot.pot))
        return sealed


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """The private half of a round key, 32 bytes; it exists in memory only."""

    raw: bytes

    @classmethod
    def new(cls) -> PrivateKey:
        """A key from the operating system's randomness."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> PublicKey:
        """The public half."""
        key = X25519PrivateKey.from_private_bytes(self.raw)
        return PublicKey(key.public_key().public_bytes_raw())

    def open(self, sealed: bytes, round_id: str, pot: str) -> BallotText:
        """The ballot in a sealed one. Raises SealBroken, and MalformedBallot for what is no ballot of this round and pot."""
        key = X25519PrivateKey.from_private_bytes(self.raw)
        try:
            text = SUITE.decrypt(sealed, key, info=_info(round_id, pot))
        except (InvalidTag, ValueError) as error:
            raise SealBroken("a sealed ballot cannot be opened") from error
        ballot = BallotText.read(text.rstrip(b" "))
        if (ballot.round_id, ballot.pot) != (round_id, pot):
            raise SealBroken("a sealed ballot is of another round or pot")
        return ballot


def pseudonym(key: bytes, entry_id: int) -> str:
    """Under which a voter's ballot is stored: nobody without the key can tell whose it is.

    >>> pseudonym(bytes(32), 7)[:16]
    '4789162dfd02296a'
    """
    return hmac.new(key, f"wijkbudget-voter-v1:{entry_id}".encode(), hashlib.sha256).hexdigest()


def ballot_nonce(key: bytes, entry_id: int, votes_before: int, form: str) -> str:
    """The nonce of the ballot that a form gives: the same for the same form, and not to be foreseen without the key."""
    text = f"wijkbudget-nonce-v1:{entry_id}:{votes_before}:{form}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _info(round_id: str, pot: str) -> bytes:
    return canonical_json({"pot": pot, "round": round_id, "type": "wijkbudget-seal", "v": 1})
