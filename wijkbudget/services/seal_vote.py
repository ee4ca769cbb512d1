"""Close a vote for good: the last batch, and a signed seal over what there is, before any ballot is opened."""

from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from wijkbudget import __version__
from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.sealed_vote import RoundKey, SealedBallot
from wijkbudget.protocol.canonical import sha256
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.protocol.statements import Turnout, seal_statement
from wijkbudget.services.board import add_batch, read_stored_board
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_turnout import read_turnout
from wijkbudget.services.write_audit import write_audit
from wijkbudget.vault import Vault


def seal_vote(session: Session, now: datetime, actor: Actor, round_id: int, *, keys: Vault) -> RoundKey:
    """Seal a vote whose time is over. Raises WrongPhase, and DomainError when roll and ballots do not agree.

    The pseudonym key is for `destroy_spent_keys` to destroy, once this is committed. Sealing twice changes nothing.
    """
    actor.require(Role.OFFICIAL)
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.CLOSED)
    key = sealed_vote_of(session, round_id)
    if key.sealed_at is not None:
        return key
    forget_addresses(session, now)
    add_batch(session, round_id, smallest=1)
    board = read_stored_board(session, round_id)
    turnouts = [_turnout(session, pot) for pot in pots_of(session, round_id)]
    statement = seal_statement(
        board,
        turnouts,
        closes_at=f"{budget_round.voting_closes_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        software=f"wijkbudget {__version__}",
        sealed=session.exec(
            select(SealedBallot.sealed).where(col(SealedBallot.pot_id).in_(_pots(session, round_id)))
        ),
    )
    if statement["ballots"] != sum(one.voted for one in turnouts):
        raise DomainError(
            f"Er hebben {sum(one.voted for one in turnouts)} kiezers gestemd, maar er zijn {statement['ballots']} "
            "stembiljetten. Sluit niets af; waarschuw de beheerder."
        )
    seal = SigningKey(keys.signing_key()).sign(statement)
    key.sealed_at, key.seal = now, seal.decode()
    write_audit(
        session, now, actor, "vote.sealed", f"round:{round_id}", head=board.head, seal_sha256=sha256(seal)
    )
    return key


def sealed_vote_of(session: Session, round_id: int) -> RoundKey:
    """The keys of a round with a vote of its own. Raises DomainError for one without."""
    key = session.get(RoundKey, round_id)
    if key is None or key.opening is None:
        raise DomainError("Over deze ronde is hier niet gestemd: er is niets te sluiten of te openen.")
    return key


def _turnout(session: Session, pot: PotView) -> Turnout:
    roll = session.exec(select(func.count()).where(RollEntry.pot_id == pot.id)).one()
    votes = read_turnout(session, pot.id)
    return Turnout(pot.wijk_code, roll, votes.entitled, votes.voted)


def _pots(session: Session, round_id: int) -> list[int]:
    return [pot.id for pot in pots_of(session, round_id)]
