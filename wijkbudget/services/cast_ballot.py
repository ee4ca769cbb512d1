"""Cast a ballot: count it on the roll, seal it, and put its receipt up for the board, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, update

from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BallotType
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import BallotReplaced, DomainError, VoteClosed
from wijkbudget.domain.sealed_vote import BoardLeaf, RoundKey, SealedBallot
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import ballot_cast, ballot_changed
from wijkbudget.protocol.ballot_text import BallotText, sealed_size
from wijkbudget.protocol.board import Opening
from wijkbudget.protocol.sealing import PublicKey, ballot_nonce, pseudonym
from wijkbudget.services.ballot_list import check_choice
from wijkbudget.services.open_voting_link import OpenLink, open_voting_link
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.vault import Vault

CLOSED_MEANWHILE = "De stemming is net gesloten. Uw stem kon niet meer worden geteld."


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
    link = open_voting_link(session, now, id_sha256, lock=True)
    entry, key = link.entry, session.get(RoundKey, link.entry.round_id)
    if key is None or key.opening is None:
        raise DomainError("De sleutels van deze stemming ontbreken. Uw stem is niet verstuurd.")
    if key.sealed_at is not None:
        # It waited for its turn since before the close.
        raise VoteClosed(CLOSED_MEANWHILE)
    ballot = _ballot(session, link, key, form, keys)
    received = Received(entry.round_id, entry.pot_id, ballot.receipt, replaced=form.votes_before > 0)
    counted = session.exec(
        update(RollEntry)
        .where(col(RollEntry.id) == entry.id, col(RollEntry.votes_cast) == form.votes_before)
        .values(voted=True, votes_cast=form.votes_before + 1)
    )
    session.refresh(entry)
    if counted.rowcount != 1:
        if entry.votes_cast == form.votes_before + 1 and session.get(BoardLeaf, ballot.receipt) is not None:
            return received  # this very form came in before: its answer may have been lost on the way
        raise BallotReplaced(
            "Er is met uw kiesnummer net een andere keuze ontvangen. Die telt nu. Wilt u die veranderen? "
            "Kies dan opnieuw."
        )
    _store(session, link, key, ballot, keys)
    _confirm(session, now, link, replaced=received.replaced)
    return received


def _ballot(session: Session, link: OpenLink, key: RoundKey, form: Form, keys: Vault) -> BallotText:
    """The ballot that this form is: the same form gives the same ballot. Raises InvalidInput."""
    entry, budget_round = link.entry, link.budget_round
    plans = check_choice(session, budget_round, entry.pot_id, form.proposal_ids)
    numbers = [plan.number for plan in plans]
    if budget_round.ballot_type != BallotType.RANKING:
        numbers.sort()  # the order of the clicks is not kept
    secret = keys.pseudonym_key(key.public_id)
    nonce = ballot_nonce(secret, entry.id, form.votes_before, form.number)
    return BallotText(key.public_id, _wijk(session, link).code, tuple(numbers), nonce)


def _store(session: Session, link: OpenLink, key: RoundKey, ballot: BallotText, keys: Vault) -> None:
    """The sealed ballot under the voter's pseudonym, in place of an earlier one; and its receipt for the board."""
    assert key.opening is not None
    listed = next(pot for pot in Opening.read(key.opening.encode()).lists if pot.pot == ballot.pot)
    size = sealed_size(ballot.round_id, ballot.pot, listed.numbers)
    sealed = PublicKey(bytes.fromhex(key.public_key)).seal(ballot, size)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {
        "pseudonym": pseudonym(keys.pseudonym_key(key.public_id), link.entry.id),
        "pot_id": link.entry.pot_id,
        "sealed": sealed,
        "fresh": True,
    }
    stored = dialect.insert(SealedBallot).values(values)
    connection = session.connection()
    connection.execute(
        stored.on_conflict_do_update(index_elements=["pseudonym"], set_={"sealed": sealed, "fresh": True})
    )
    leaf = {"receipt": ballot.receipt, "round_id": link.entry.round_id, "batch": None}
    connection.execute(insert(BoardLeaf).values(leaf))


def _confirm(session: Session, now: datetime, link: OpenLink, *, replaced: bool) -> None:
    """Mail that a vote came in or changed, never what was chosen: who did not do it, is warned."""
    if link.token.email is None:
        return
    wijk = _wijk(session, link)
    write = ballot_changed if replaced else ballot_cast
    message = write(
        municipality=wijk.gemeente,
        round_name=link.budget_round.name,
        wijk=wijk.name,
        closes_at=link.budget_round.voting_closes_at,
    )
    queue_mail(session, now, recipient=link.token.email, message=message)
    session.flush()


def _wijk(session: Session, link: OpenLink) -> Wijk:
    return session.get_one(Wijk, session.get_one(BudgetPot, link.entry.pot_id).wijk_id)
