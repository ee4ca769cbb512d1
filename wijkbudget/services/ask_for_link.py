"""Write down that somebody asks for a voting link: one row for everyone, known or not, and nothing is looked up."""

import hashlib
import hmac
from datetime import datetime
from secrets import token_hex

from sqlmodel import Session

from wijkbudget.domain.link_request import VotingLinkRequest
from wijkbudget.domain.network import network_of
from wijkbudget.services.request_voting_link import LinkRequest


def ask_for_link(
    session: Session, now: datetime, request: LinkRequest, *, came_from: str | None, key: str
) -> None:
    """Leave the request for `handle_link_request`. `came_from` is the network address that the server trusts.

    Whether anybody fits is not known here, so neither what this does nor how long it takes can tell.
    """
    session.add(
        VotingLinkRequest(
            id=token_hex(16),
            email_hash=_keyed("email", request.email, key),
            network_hash=_keyed("network", network_of(came_from), key),
            proof=request.proof,
            email=request.email,
            postcode=request.postcode,
            house_number=request.house_number,
            letter_code=request.letter_code,
            asked_at=now,
        )
    )


def _keyed(what: str, value: str, key: str) -> str:
    """HMAC-SHA-256 under the application's key: the same value counts together, and nobody reads it back."""
    return hmac.new(f"link-request-{what}-v1:{key}".encode(), value.encode(), hashlib.sha256).hexdigest()
