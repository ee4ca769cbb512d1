"""Sign and read voting links. A link carries a random identifier and nothing else."""

import hashlib
from dataclasses import dataclass
from secrets import token_urlsafe

from itsdangerous import BadSignature, URLSafeSerializer

from wijkbudget.domain.errors import LinkInvalid

SALT = "voting-link-v1"


@dataclass(frozen=True)
class VotingLinks:
    """Makes and reads links. Expiry and single use are decided by the database row, not by the signature."""

    secret_key: str

    def new(self) -> tuple[str, str]:
        """A fresh link: the signed text for the mail, and the hash under which the database knows it."""
        token_id = token_urlsafe(24)
        return self._serializer().dumps(token_id), _sha256(token_id)

    def read(self, text: str) -> str:
        """The hash under which the database knows this link. Raises LinkInvalid when the signature is not ours."""
        try:
            token_id = self._serializer().loads(text)
        except BadSignature:
            # The exception quotes the link, so it must not become the cause that a log prints.
            token_id = None
        if not isinstance(token_id, str):
            raise LinkInvalid("Misschien is een stuk van de link weggevallen.")
        return _sha256(token_id)

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.secret_key,
            salt=SALT,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
