"""Sign and read voting links. A link carries a random identifier and nothing else."""

import hashlib
import hmac
from dataclasses import dataclass
from secrets import token_urlsafe

from itsdangerous import BadSignature, URLSafeSerializer

from wijkbudget.domain.email_token import Purpose
from wijkbudget.domain.errors import LinkInvalid

SALT = "voting-link-v2"
# Where the resident's pages open a link; what follows is its text.
PATH = "/stemmen/link/"


@dataclass(frozen=True)
class VotingLinks:
    """Makes and reads links. Expiry and single use are decided by the database row, not by the signature.

    New links are signed with `secret_key`; links signed with one of `old_keys` (newest first) are still read.
    """

    secret_key: str
    old_keys: tuple[str, ...] = ()

    def new(self, purpose: Purpose = Purpose.ASKED) -> tuple[str, str]:
        """A fresh link: the signed text for the mail, and the hash under which the database knows it."""
        token_id = token_urlsafe(24)
        return self._serializer(purpose).dumps(token_id), _known_as(purpose, token_id)

    def read(self, text: str) -> str:
        """The hash under which the database knows this link. Raises LinkInvalid when the signature is not ours."""
        for purpose in Purpose:
            try:
                token_id = self._serializer(purpose).loads(text)
            except BadSignature:
                # The exception quotes the link, so it must not become the cause that a log prints.
                continue
            if isinstance(token_id, str):
                return _known_as(purpose, token_id)
        raise LinkInvalid("Misschien is een stuk van de link weggevallen.")

    def form_mark(self, text: str) -> str:
        """What the form on the page of this link carries: it shows that the page is ours, without a cookie."""
        return self._form_mark(self.secret_key, text)

    def made_form(self, text: str, mark: str) -> bool:
        """Whether this mark came from our page for this link."""
        marks = [self._form_mark(key, text) for key in (self.secret_key, *self.old_keys)]
        return any(hmac.compare_digest(known.encode(), mark.encode()) for known in marks)

    @staticmethod
    def _form_mark(key: str, text: str) -> str:
        return hmac.new(f"voting-link-form-v1:{key}".encode(), text.encode(), hashlib.sha256).hexdigest()

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(
            [*reversed(self.old_keys), self.secret_key],
            salt=f"{SALT}:{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


def _known_as(purpose: Purpose, token_id: str) -> str:
    """With the purpose in it, a link that was signed for one purpose never finds the row of another."""
    return hashlib.sha256(f"{purpose}:{token_id}".encode()).hexdigest()
