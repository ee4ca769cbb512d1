"""Cast a ballot: count it on the roll, seal it, and put its receipt up for the board, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from secrets import token_hex

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from wijkbudget.domain.budget_round import BallotType
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import BallotReplaced, DomainError, VoteClosed
from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.domain.sealed_vote import BoardLeaf, SealedBallot
from wijkbudget.mail.messages import ballot_cast, ballot_changed
from wijkbudget.protocol.ballot_text import BallotText, sealed_size
from wijkbudget.protocol.board import Opening
from wijkbudget.protocol.sealing import PublicKey, ballot_nonce, pseudonym
from wijkbudget.services.ballot_list import check_valid
from wijkbudget.services.open_voting_link import CastLink, cast_link
from wijkbudget.services.read_pots import pot_budget
from wijkbudget.vault import Vault

CLOSED_MEANWHILE = "De stemming is net gesloten. Uw stem kon niet meer worden geteld."

# Built once: a vote is cast many times in a second, and columns cost less than entities.
_LISTED = select(col(Proposal.id), col(Proposal.number), col(Proposal.cost_cents)).where(
    col(Proposal.pot_id) == bindparam("pot_id"), col(Proposal.status) == ProposalStatus.ON_BALLOT
)
_COUNT_ON_ROLL = (
    update(RollEntry)
    .where(col(RollEntry.id) == bindparam("entry_id"), col(RollEntry.votes_cast) == bindparam("before"))
    .values(voted=True, votes_cast=bindparam("after"))
)
_VOTES_CAST = select(col(RollEntry.votes_cast)).where(col(RollEntry.id) == bindparam("entry_id"))
_RECEIPT = select(col(BoardLeaf.receipt)).where(col(BoardLeaf.receipt) == bindparam("receipt"))
_STORE = {
    dialect.dialect.name: (stored := dialect.insert(SealedBallot)).on_conflict_do_update(
        index_elements=["pseudonym"], set_={"sealed": stored.excluded.sealed, "fresh": True}
    )
    for dialect in (postgresql, sqlite)
}
_LEAVE_RECEIPT, _QUEUE = insert(BoardLeaf), insert(OutboxMail)


@dataclass(frozen=True)
class Form:
    """The form that was sent: what was chosen, how often this voter had voted when it was shown, and its own number.

    `proposal_ids` are the approved plans in any order, or the ranking with the best first; empty is blank.
    `number` is random (32 hexadecimal digits): sending the same form again is the same act.
    """

    proposal_ids: list[int]
    votes_before: int
    number: str


@dataclass(frozen=True)
class Received:
    """What the voter is told: where the vote is in, its receipt, and whether it replaced an earlier one."""

    round_id: int
    pot_id: int
    receipt: str
    replaced: bool


def cast_ballot(session: Session, now: datetime, id_sha256: str, form: Form, *, keys: Vault) -> Received:
    """Seal and store the choice of whoever holds this started link; a later one replaces it, until the close.

    Raises what `open_voting_link` does, InvalidInput, BallotReplaced when the voter voted elsewhere since the form was
    shown, and KeyMissing. The same form again gives the same answer and changes nothing.
    Nothing about the act is logged: an audit line with a time would tell when this person voted.
    """
    link = cast_link(session, now, id_sha256)
    if link.public_id is None or link.public_key is None or link.opening is None:
        raise DomainError("De sleutels van deze stemming ontbreken. Uw stem is niet verstuurd.")
    if link.sealed_at is not None:
        # It waited for its turn since before the close.
        raise VoteClosed(CLOSED_MEANWHILE)
    connection, choice = session.connection(), _choice(session, link, form.proposal_ids)
    secret = keys.pseudonym_key(link.public_id)
    nonce = ballot_nonce(secret, link.entry_id, form.votes_before, form.number)
    ballot = BallotText(link.public_id, link.wijk_code, choice, nonce)
    received = Received(link.round_id, link.pot_id, ballot.receipt, replaced=form.votes_before > 0)
    before, entry = form.votes_before, {"entry_id": link.entry_id}
    if connection.execute(_COUNT_ON_ROLL, {**entry, "before": before, "after": before + 1}).rowcount != 1:
        votes_cast = connection.execute(_VOTES_CAST, entry).scalar_one()
        known = connection.execute(_RECEIPT, {"receipt": received.receipt}).first()
        if votes_cast == before + 1 and known is not None:
            return received  # this very form came in before: its answer may have been lost on the way
        raise BallotReplaced(
            "Er is met uw kiesnummer net een andere keuze ontvangen. Die telt nu. Wilt u die veranderen? "
            "Kies dan opnieuw."
        )
    size = _sealed_sizes(link.opening)[link.wijk_code]
    sealed = PublicKey(bytes.fromhex(link.public_key)).seal(ballot, size)
    _store(connection, received, pseudonym(secret, link.entry_id), sealed)
    _confirm(connection, now, link, replaced=received.replaced)
    return received


def _choice(session: Session, link: CastLink, proposal_ids: list[int]) -> tuple[int, ...]:
    """The numbers of the chosen plans, as the ballot says them. Raises InvalidInput."""
    listed = session.connection().execute(_LISTED, {"pot_id": link.pot_id}).all()
    numbers = {plan_id: number for plan_id, number, _ in listed}
    costs = {plan_id: cents for plan_id, _, cents in listed}
    capped = link.ballot_type == BallotType.CAPPED_APPROVAL
    check_valid(proposal_ids, costs, pot_budget(session, link.pot_id) if capped else None)
    chosen = [numbers[plan_id] for plan_id in proposal_ids]
    # Of a ranking the order is the choice; of other ballots the order of the clicks is not kept.
    return tuple(chosen if link.ballot_type == BallotType.RANKING else sorted(chosen))


@lru_cache(maxsize=8)
def _sealed_sizes(opening: str) -> dict[str, int]:
    """To how many bytes ballots are padded, for each pot in the first line of a board; that line never changes."""
    read = Opening.read(opening.encode())
    return {pot.pot: sealed_size(read.round_id, pot.pot, pot.numbers) for pot in read.lists}


def _store(connection: Connection, received: Received, pseudonym: str, sealed: bytes) -> None:
    """The sealed ballot under the voter's pseudonym, in place of an earlier one; and its receipt for the board."""
    ballot = {"pseudonym": pseudonym, "pot_id": received.pot_id, "sealed": sealed, "fresh": True}
    connection.execute(_STORE[connection.dialect.name], ballot)
    leaf = {
        "receipt": received.receipt,
        "round_id": received.round_id,
        "pot_id": received.pot_id,
        "batch": None,
    }
    connection.execute(_LEAVE_RECEIPT, leaf)


def _confirm(connection: Connection, now: datetime, link: CastLink, *, replaced: bool) -> None:
    """Mail that a vote came in or changed, never what was chosen: who did not do it, is warned."""
    if link.email is None:
        return
    write = ballot_changed if replaced else ballot_cast
    message = write(
        municipality=link.gemeente,
        round_name=link.round_name,
        wijk=link.wijk,
        closes_at=link.voting_closes_at,
    )
    mail = {
        "id": token_hex(16),
        "kind": message.kind,
        "recipient": link.email,
        "subject": message.subject,
        "body": message.body,
        "status": MailStatus.QUEUED,
        "created_at": now,
        "attempts": 0,
        "not_before": now,
        "last_error": "",
        "bulk": False,
    }
    connection.execute(_QUEUE, mail)
