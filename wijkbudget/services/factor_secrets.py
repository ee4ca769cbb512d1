"""Make, seal and open the secret behind somebody's codes: the database alone gives none of them away."""

import base64
import secrets
from dataclasses import dataclass

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"wijkbudget second factor v1"
NONCE_BYTES = 12


@dataclass(frozen=True)
class FactorSecrets:
    """AES-256-GCM under a key of its own, derived from the application's key; bound to one account.

    New secrets are sealed under `secret_key`; those under one of `old_keys` (newest first) are still opened.
    """

    secret_key: str
    old_keys: tuple[str, ...] = ()

    def new(self, account_id: int) -> str:
        """A fresh secret for this account, sealed."""
        return self.seal(pyotp.random_base32(), account_id)

    def seal(self, secret: str, account_id: int) -> str:
        """The secret as the database keeps it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = _cipher(self.secret_key).encrypt(nonce, secret.encode(), _owner(account_id))
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, account_id: int) -> str | None:
        """The secret as an app takes it (base 32); None when it is not ours, of another account or of an unknown key."""
        for key in (self.secret_key, *self.old_keys):
            try:
                raw = base64.urlsafe_b64decode(sealed.encode())
                nonce, rest = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
                return _cipher(key).decrypt(nonce, rest, _owner(account_id)).decode()
            except (InvalidTag, ValueError):
                continue
        return None


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode()))


def _owner(account_id: int) -> bytes:
    return f"account:{account_id}".encode()
