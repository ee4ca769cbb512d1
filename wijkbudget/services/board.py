"""The public board of a round: what it opens with, and the batches of receipts that are added to it."""

from sqlalchemy import ColumnElement, Table
from sqlmodel import Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from wijkbudget.db import lock_round
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
    """Put waiting receipts on the board as one batch; how many were added.

    Only those of pots in which at least `smallest` wait: who knows when somebody voted, and in which wijk, then still
    finds several receipts. The receipts, and the ballots stored since the last batch, are written anew in the order of
    their keys in the same transaction: no row tells by its transaction or its place with which mark on the roll it came.
    """
    lock_round(session, round_id)
    pots = _ready_pots(session, round_id, smallest)
    leaves = sorted(session.exec(_waiting(round_id).where(col(BoardLeaf.pot_id).in_(pots))))
    if not leaves:
        return 0
    number, head = last_batch(session, round_id)
    batch = Batch.of(number + 1, leaves, head)
    session.add(
        BoardBatch(
            round_id=round_id,
            number=batch.number,
            size=len(leaves),
            line=batch.line.decode(),
            head=sha256(batch.line),
        )
    )
    session.flush()
    of_pots, waits = col(BoardLeaf.pot_id).in_(pots), col(BoardLeaf.batch).is_(None)
    _write_anew(session, BoardLeaf, of_pots & waits, {"batch": batch.number})
    stored = col(SealedBallot.pot_id).in_(pots) & col(SealedBallot.fresh)
    _write_anew(session, SealedBallot, stored, {"fresh": False})
    return len(leaves)


def _ready_pots(session: Session, round_id: int, smallest: int) -> list[int]:
    """The pots in which enough receipts wait."""
    waiting = (
        select(BoardLeaf.pot_id)
        .where(BoardLeaf.round_id == round_id, col(BoardLeaf.batch).is_(None))
        .group_by(col(BoardLeaf.pot_id))
        .having(func.count() >= smallest)
    )
    return list(session.exec(waiting))


def _write_anew(
    session: Session, kind: type[SQLModel], chosen: ColumnElement[bool], changes: dict[str, object]
) -> None:
    """Delete the chosen rows and insert them changed, in the order of their key."""
    table: Table = kind.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    (key,) = table.primary_key.columns
    connection = session.connection()
    rows = connection.execute(table.select().where(chosen).order_by(key)).mappings().all()
    if rows:
        connection.execute(table.delete().where(chosen))
        connection.execute(table.insert(), [dict(row) | changes for row in rows])
    session.expire_all()


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


def _waiting(round_id: int) -> SelectOfScalar[str]:
    return select(BoardLeaf.receipt).where(BoardLeaf.round_id == round_id, col(BoardLeaf.batch).is_(None))


def _opening_line(session: Session, round_id: int) -> bytes:
    key = session.get(RoundKey, round_id)
    if key is None or key.opening is None:
        raise NotFound("Deze ronde heeft (nog) geen openbaar bord. Dat komt als de stemlijst vaststaat.")
    return key.opening.encode()
