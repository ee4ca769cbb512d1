"""The ballot that is being filled in on this device: kept in the session, apart from any account that is logged in.

The session holds the hash of the link and the choice so far; both go when the ballot is cast. Each form of the
voting pages carries the mark of its ballot, so that a page left open for one person never votes for another.
"""

from dataclasses import dataclass

from flask import request, session

from wijkbudget.domain.errors import DomainError
from wijkbudget.services.cast_ballot import Received

BALLOT, RECEIVED = "ballot", "received"
MARK_LENGTH = 16


class NoBallot(DomainError):
    """No ballot is being filled in on this device."""

    status = 403


class JustVoted(DomainError):
    """The ballot that was being filled in on this device has been cast."""


class OtherBallot(DomainError):
    """Another ballot was begun on this device after this page was opened."""


@dataclass(frozen=True)
class KeptBallot:
    """The ballot of this session: under which hash the database knows its link, and the choice so far."""

    id_sha256: str
    choice: list[int]

    @property
    def mark(self) -> str:
        """What the forms carry: tells two ballots apart, and opens nothing."""
        return self.id_sha256[:MARK_LENGTH]


def begin(id_sha256: str) -> None:
    """Keep a fresh ballot; beginning again with the same link keeps the choice. A login stays as it is."""
    before = session.get(BALLOT) or {}
    choice = before.get("choice", []) if before.get("link") == id_sha256 else []
    forget()
    session.pop(RECEIVED, None)
    session[BALLOT] = {"link": id_sha256, "choice": choice}
    session.permanent = True


def kept() -> KeptBallot:
    """The ballot of this session. Raises NoBallot or JustVoted, and OtherBallot for a form of another ballot."""
    found = session.get(BALLOT)
    if found is None and RECEIVED in session:
        raise JustVoted("Op dit apparaat is net gestemd. Die stem is goed ontvangen en telt één keer mee.")
    if found is None:
        raise NoBallot("Op dit apparaat is geen stembiljet (meer) open.")
    ballot = KeptBallot(found["link"], found["choice"])
    if request.method == "POST" and request.form.get("ballot") != ballot.mark:
        raise OtherBallot("Op dit apparaat is na het openen van deze pagina een ander stembiljet begonnen.")
    return ballot


def keep_choice(ballot: KeptBallot, choice: list[int]) -> None:
    """Remember the choice so far."""
    session[BALLOT] = {"link": ballot.id_sha256, "choice": choice}


def forget() -> None:
    """End voting on this device."""
    session.pop(BALLOT, None)


def keep_received(received: Received) -> None:
    """The ballot is in: forget it, and remember only where, and its receipt, for the page that shows it."""
    forget()
    session[RECEIVED] = [received.round_id, received.pot_id, received.receipt, received.replaced]


def leave() -> None:
    """Forget the ballot and its receipt on this device: the next person finds nothing of it."""
    forget()
    session.pop(RECEIVED, None)


def received() -> Received:
    """What is told about the ballot that was cast last on this device. Raises NoBallot."""
    found = session.get(RECEIVED)
    if found is None:
        raise NoBallot(
            "Op dit apparaat is nu geen stem om te bevestigen. Is uw stem ontvangen? Dan kreeg u een mail."
        )
    return Received(*found)
