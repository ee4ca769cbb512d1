"""Close a vote for good: the last batch, and a signed seal over what there is, before any ballot is opened."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select, update

from wijkbudget import __version__
from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail
from wijkbudget.domain.sealed_vote import RoundKey, SealedBallot
from wijkbudget.protocol.canonical import sha256
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.protocol.statements import Turnout, seal_statement
from wijkbudget.services.board import add_batch, read_stored_board
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_turnout import read_turnout
from wijkbudget.services.write_audit import write_audit
from wijkbudget.vault import Vault

ABOUT_VOTES = ("ballot_cast", "ballot_changed")


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
    add_batch(session, round_id, smallest=1)
    _blur_times(session, budget_round)
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


def _blur_times(session: Session, budget_round: BudgetRound) -> None:
    """Forget when each person voted: all links and mails about votes get one time, and the whole roll one transaction."""
    entries = select(RollEntry.id).where(RollEntry.round_id == budget_round.id)
    closed = budget_round.voting_closes_at
    session.exec(
        update(EmailToken)
        .where(col(EmailToken.roll_entry_id).in_(entries))
        .values(email=None, started_at=None, created_at=closed - timedelta(minutes=1), expires_at=closed)
    )
    session.exec(
        update(OutboxMail)
        .where(col(OutboxMail.kind).in_(ABOUT_VOTES), col(OutboxMail.status) == MailStatus.SENT)
        .values(created_at=closed, not_before=closed, sent_at=closed)
    )
    session.exec(
        update(RollEntry).where(col(RollEntry.round_id) == budget_round.id).values(voted=col(RollEntry.voted))
    )


def _turnout(session: Session, pot: PotView) -> Turnout:
    roll = session.exec(select(func.count()).where(RollEntry.pot_id == pot.id)).one()
    votes = read_turnout(session, pot.id)
    return Turnout(pot.wijk_code, roll, votes.entitled, votes.voted)


def _pots(session: Session, round_id: int) -> list[int]:
    return [pot.id for pot in pots_of(session, round_id)]
