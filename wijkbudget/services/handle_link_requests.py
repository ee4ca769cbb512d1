"""Look up who asked for a voting link, within the limits, and wipe what they typed. Runs beside the website, not in it."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from wijkbudget.domain.email_token import Proof
from wijkbudget.domain.link_request import WINDOW, VotingLinkRequest
from wijkbudget.services.request_voting_link import LinkRequest, LinkSettings, request_voting_link

# Requests in an hour that may lead to mail at one address. Somebody with the letters of a whole family may need more.
PER_ADDRESS = {Proof.ADDRESS: 3, Proof.LETTER_CODE: 8}
_LOCK = 0x6C696E6B


def handle_link_request(session: Session, now: datetime, settings: LinkSettings) -> bool:
    """Handle the request that waits longest. False when none waits, or when all must wait: the hour's mails are spent.

    A request over the limit of its network or address, or older than an hour, is wiped and leads to nothing.
    """
    _one_at_a_time(session)
    waiting = select(VotingLinkRequest).where(col(VotingLinkRequest.handled_at).is_(None))
    oldest = waiting.order_by(col(VotingLinkRequest.asked_at), col(VotingLinkRequest.id)).limit(1)
    asked = session.exec(oldest.execution_options(populate_existing=True)).first()
    if asked is None or _mails_in_last_hour(session, now) >= settings.per_hour:
        return False
    if asked.asked_at > now - WINDOW and _within_limits(session, now, asked, settings):
        request = LinkRequest(asked.email or "", asked.postcode, asked.house_number, asked.letter_code)
        asked.mails = request_voting_link(session, now, request, settings)
    asked.handled_at = now
    asked.email = asked.postcode = asked.house_number = asked.letter_code = None
    session.flush()
    return True


def _one_at_a_time(session: Session) -> None:
    """Two workers at once would not see what the other counts. On SQLite the write transaction sees to it."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _mails_in_last_hour(session: Session, now: datetime) -> int:
    spent = select(func.coalesce(func.sum(VotingLinkRequest.mails), 0))
    return int(session.exec(spent.where(col(VotingLinkRequest.handled_at) > now - WINDOW)).one())


def _within_limits(session: Session, now: datetime, asked: VotingLinkRequest, settings: LinkSettings) -> bool:
    handled = select(func.count()).where(col(VotingLinkRequest.handled_at) > now - WINDOW)
    from_network = handled.where(VotingLinkRequest.network_hash == asked.network_hash)
    to_address = handled.where(
        VotingLinkRequest.email_hash == asked.email_hash,
        VotingLinkRequest.proof == asked.proof,
        VotingLinkRequest.mails > 0,
    )
    return (
        session.exec(from_network).one() < settings.per_network
        and session.exec(to_address).one() < PER_ADDRESS[Proof(asked.proof)]
    )
