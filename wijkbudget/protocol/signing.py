"""Sign statements with Ed25519, and check them: section 8 of the protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wijkbudget.protocol.board import HEX_64
from wijkbudget.protocol.canonical import NotCanonical, canonical_json, read_canonical

HEX_128 = re.compile(r"[0-9a-f]{128}")


class NotSigned(ValueError):
    """A file is not a signed file of this protocol."""


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The key with which an installation signs what it publishes: 32 bytes."""

    raw: bytes

    @classmethod
    def new(cls) -> SigningKey:
        """A key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> str:
        """The public half in hexadecimal: who signs is known by it."""
        return Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw().hex()

    def sign(self, statement: Mapping[str, Any]) -> bytes:
        """The signed file of a statement."""
        signature = Ed25519PrivateKey.from_private_bytes(self.raw).sign(canonical_json(statement))
        signed = {"signature": signature.hex(), "signer": self.public, "statement": statement}
        return canonical_json(signed) + b"\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file as read: not yet checked."""

    statement: dict[str, Any]
    signer: str
    signature: str

    @classmethod
    def read(cls, text: bytes) -> Signed:
        """Raises NotSigned when the file has not the form of section 8."""
        try:
            value = read_canonical(text.removesuffix(b"\n"))
        except NotCanonical as error:
            raise NotSigned(str(error)) from error
        signature, signer, statement = (value.get(key) for key in ("signature", "signer", "statement"))
        if not text.endswith(b"\n") or value.keys() != {"signature", "signer", "statement"}:
            raise NotSigned("not the form of a signed file")
        if not isinstance(statement, dict) or not isinstance(signer, str) or not isinstance(signature, str):
            raise NotSigned("not the form of a signed file")
        if not HEX_64.fullmatch(signer) or not HEX_128.fullmatch(signature):
            raise NotSigned("signer or signature is not in hexadecimal")
        return cls(statement, signer, signature)

    @property
    def is_good(self) -> bool:
        """Whether the signature is that of the signer over the statement."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.signer))
            key.verify(bytes.fromhex(self.signature), canonical_json(self.statement))
        except (InvalidSignature, ValueError):
            return False
        return True
