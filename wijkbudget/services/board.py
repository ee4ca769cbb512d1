"""The public board of a round: what it opens with, and the batches of receipts that are added to it."""

from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from wijkbudget.db import lock_round
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.sealed_vote import BoardBatch, BoardLeaf, RoundKey, SealedBallot
from wijkbudget.protocol.board import SMALLEST_BATCH, BallotList, Batch, Board, ListedProject, Opening
from wijkbudget.protocol.canonical import sha256
from wijkbudget.services.ballot_list import ballot_list
from wijkbudget.services.read_pots import pots_of


def opening_of(session: Session, budget_round: BudgetRound, key: RoundKey) -> Opening:
    """What the board of a round begins with: its rules, its key and its ballot lists as they stand."""
    lists = tuple(
        BallotList(
            pot.wijk_code,
            pot.wijk,
            pot.budget_cents,
            tuple(ListedProject(p.number, p.title, p.cost_cents) for p in ballot_list(session, pot.id)),
        )
        for pot in pots_of(session, budget_round.id)
    )
    return Opening(
        key.public_id,
        budget_round.name,
        budget_round.rules_sha256 or "",
        key.public_key,
        budget_round.ballot_type,
        lists,
    )


def add_batch(session: Session, round_id: int, *, smallest: int = SMALLEST_BATCH) -> int:
    """Put the waiting receipts on the board as one batch, if there are enough of them; how many were added.

    The ballots stored since the last batch are written anew in the same transaction, so that no row tells by
    its transaction with whose mark on the roll it was stored.
    """
    lock_round(session, round_id)
    waiting = list(session.exec(_waiting(round_id).order_by(col(BoardLeaf.receipt))))
    if not waiting or len(waiting) < smallest:
        return 0
    number, head = last_batch(session, round_id)
    batch = Batch.of(number + 1, waiting, head)
    session.add(
        BoardBatch(
            round_id=round_id,
            number=batch.number,
            size=len(waiting),
            line=batch.line.decode(),
            head=sha256(batch.line),
        )
    )
    session.exec(
        update(BoardLeaf)
        .where(col(BoardLeaf.round_id) == round_id, col(BoardLeaf.batch).is_(None))
        .values(batch=batch.number)
    )
    pots = select(BudgetPot.id).where(BudgetPot.round_id == round_id)
    session.exec(
        update(SealedBallot)
        .where(col(SealedBallot.pot_id).in_(pots), col(SealedBallot.fresh))
        .values(fresh=False)
    )
    session.flush()
    return len(waiting)


def last_batch(session: Session, round_id: int) -> tuple[int, str]:
    """The number of the last batch (0: none) and the head of the board. Raises NotFound for a round without one."""
    wanted = select(BoardBatch.number, BoardBatch.head).where(BoardBatch.round_id == round_id)
    last = session.exec(wanted.order_by(col(BoardBatch.number).desc()).limit(1)).first()
    return (last[0], last[1]) if last else (0, sha256(_opening_line(session, round_id)))


def board_text(session: Session, round_id: int) -> bytes:
    """The board as it is published. Raises NotFound before the ballot list is fixed."""
    lines = select(BoardBatch.line).where(BoardBatch.round_id == round_id).order_by(col(BoardBatch.number))
    published = [_opening_line(session, round_id), *(line.encode() for line in session.exec(lines))]
    return b"".join(line + b"\n" for line in published)


def read_stored_board(session: Session, round_id: int) -> Board:
    """The stored board as values, unchecked."""
    lines = select(BoardBatch.line).where(BoardBatch.round_id == round_id).order_by(col(BoardBatch.number))
    batches = [Batch.read(line.encode(), "regel") for line in session.exec(lines)]
    return Board(Opening.read(_opening_line(session, round_id)), batches)


def waiting_receipts(session: Session, round_id: int) -> int:
    """How many receipts wait for a batch."""
    return session.exec(select(func.count()).select_from(_waiting(round_id).subquery())).one()


def _waiting(round_id: int) -> SelectOfScalar[str]:
    return select(BoardLeaf.receipt).where(BoardLeaf.round_id == round_id, col(BoardLeaf.batch).is_(None))


def _opening_line(session: Session, round_id: int) -> bytes:
    key = session.get(RoundKey, round_id)
    if key is None or key.opening is None:
        raise NotFound("Deze ronde heeft (nog) geen openbaar bord. Dat komt als de stemlijst vaststaat.")
    return key.opening.encode()
