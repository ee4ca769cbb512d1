"""What must agree in the database of a running vote, whatever has happened."""

import re
from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import select

from tests.faults.running_vote import WIJK, RunningVote
from wijkbudget import edge
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.domain.schema import metadata
from wijkbudget.domain.sealed_vote import BoardBatch, BoardLeaf, SealedBallot
from wijkbudget.protocol.board import read_board
from wijkbudget.protocol.sealing import pseudonym
from wijkbudget.services.board import board_text


def check_agreement(vote: RunningVote, acknowledged: Iterable[str] = ()) -> set[str]:
    """Roll, ballots, leaves, board and mail agree, and every acknowledged receipt is there; the receipts in force.

    Read through a connection of its own, as whoever starts the machine again would.
    """
    edge.session().rollback()
    edge.db.engine.dispose()
    session = edge.session()
    entries = session.exec(select(RollEntry)).all()
    voted = [entry for entry in entries if entry.voted]
    sealed = session.exec(select(SealedBallot)).all()
    leaves = session.exec(select(BoardLeaf)).all()
    mails = session.exec(
        select(OutboxMail.kind).where(OutboxMail.kind.in_(["ballot_cast", "ballot_changed"]))  # type: ignore[attr-defined]
    ).all()
    assert all(entry.voted == (entry.votes_cast > 0) for entry in entries)
    assert {ballot.pseudonym for ballot in sealed} == {pseudonym(vote.secret, entry.id) for entry in voted}
    assert len(sealed) == len(voted)
    assert len(leaves) == sum(entry.votes_cast for entry in entries) == len(mails)
    assert mails.count("ballot_cast") == len(voted)
    in_force = [vote.private.open(ballot.sealed, vote.public_id, WIJK).receipt for ballot in sealed]
    assert len(set(in_force)) == len(in_force)
    receipts = {leaf.receipt for leaf in leaves}
    assert set(in_force) <= receipts
    assert set(acknowledged) <= receipts
    board = read_board(board_text(session, vote.round_id))
    published = sorted(leaf.receipt for leaf in leaves if leaf.batch is not None)
    assert published == sorted(board.leaves)
    assert len(session.exec(select(BoardBatch)).all()) == len(board.batches)
    if session.get_bind().dialect.name == "sqlite":
        assert session.connection().execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert not session.connection().execute(text("PRAGMA foreign_key_check")).all()
    session.rollback()
    return set(in_force)


def everything_stored() -> dict[str, list[str]]:
    """All rows of all tables as they are now, and what is in the key files."""
    edge.session().rollback()
    connection = edge.session().connection()
    rows = {
        table.name: sorted(repr(tuple(row)) for row in connection.execute(table.select()))
        for table in metadata.sorted_tables
    }
    edge.session().rollback()
    folder = edge.settings().keys_folder
    # A key that was being written may leave a draft behind; it has a name that no key has.
    files = [path for path in sorted(folder.iterdir()) if re.fullmatch(r"[a-z0-9.]+\.key", path.name)]
    return rows | {"files": [f"{path.name} {path.read_bytes().hex()}" for path in files]}
