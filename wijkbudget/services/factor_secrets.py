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
    """AES-256-GCM under a key of its own, derived from the application's key; bound to one account."""

    secret_key: str

    def new(self, account_id: int) -> str:
        """A fresh secret for this account, sealed."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        secret = pyotp.random_base32().encode()
        return base64.urlsafe_b64encode(
            nonce + self._cipher().encrypt(nonce, secret, _owner(account_id))
        ).decode()

    def open(self, sealed: str, account_id: int) -> str | None:
        """The secret as an app takes it (base 32); None when it is not ours, of another account or of an older key."""
        try:
            raw = base64.urlsafe_b64decode(sealed.encode())
            nonce, rest = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self._cipher().decrypt(nonce, rest, _owner(account_id)).decode()
        except (InvalidTag, ValueError):
            return None

    def _cipher(self) -> AESGCM:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(self.secret_key.encode())
        return AESGCM(key)


def _owner(account_id: int) -> bytes:
    return f"account:{account_id}".encode()
