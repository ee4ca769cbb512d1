"""The audit chain: written one line at a time, and any later change is found."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from tests.scene import Scene
from tests.services.crowd import at_once
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.audit_line import GENESIS, AuditLine
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.verify_audit import verify_audit
from wijkbudget.services.write_audit import write_audit


def write(scene: Scene, *actions: str) -> None:
    for action in actions:
        scene.act(write_audit, Actor(7), action, "round:1", number=len(action))


def unguard(session: Session) -> None:
    """What somebody with the database in their hands would do first."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("ALTER TABLE audit_line DISABLE TRIGGER USER"))
    else:
        session.connection().execute(text("DROP TRIGGER audit_line_no_update"))
        session.connection().execute(text("DROP TRIGGER audit_line_no_delete"))


def test_each_line_carries_the_hash_of_the_one_before(scene: Scene, session: Session) -> None:
    write(scene, "een", "twee", "drie")
    lines = session.exec(select(AuditLine).order_by(AuditLine.id)).all()
    assert [line.action for line in lines] == ["een", "twee", "drie"]
    assert [line.previous_hash for line in lines] == [GENESIS, lines[0].hash, lines[1].hash]
    assert (lines[0].actor, lines[0].details) == ("account:7", '{"number":3}')
    assert verify_audit(session) == (3, None)


def test_an_empty_log_is_whole(session: Session) -> None:
    assert verify_audit(session) == (0, None)


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("UPDATE audit_line SET actor = 'account:8' WHERE id = 2", 2),
        ("UPDATE audit_line SET details = '{}' WHERE id = 3", 3),
        ("UPDATE audit_line SET at = '2026-01-01 00:00:00+00:00' WHERE id = 1", 1),
        ("UPDATE audit_line SET hash = 'x' WHERE id = 4", 4),
        ("DELETE FROM audit_line WHERE id = 1", 1),
        ("DELETE FROM audit_line WHERE id = 3", 3),
        ("UPDATE audit_line SET id = 9 WHERE id = 2", 2),
    ],
)
def test_a_line_that_was_edited_removed_or_moved_is_found(
    scene: Scene, session: Session, tampering: str, place: int
) -> None:
    write(scene, "een", "twee", "drie", "vier")
    unguard(session)
    at = "'2026-01-01 00:00:00+00:00'"
    if session.get_bind().dialect.name == "sqlite":
        tampering = tampering.replace(at, "'2026-01-01 00:00:00.000000'")
    assert session.connection().execute(text(tampering)).rowcount == 1
    number, fault = verify_audit(session)
    assert fault is not None
    assert number == place


def test_many_at_once_still_make_one_chain(app: Flask, scene: Scene, session: Session) -> None:
    def work(worker: int) -> None:
        for i in range(10):
            with edge.transaction() as own:
                write_audit(own, scene.clock(), SYSTEM, f"act.{worker}.{i}", "round:1")

    at_once(app, 4, work)
    assert verify_audit(session) == (40, None)


def write_and_fail(session: Session, now: datetime) -> None:
    write_audit(session, now, SYSTEM, "mislukt", "round:1")
    raise InvalidInput("the act went wrong")


def test_an_act_that_fails_leaves_no_line_and_no_gap(scene: Scene, session: Session) -> None:
    write(scene, "een")
    with pytest.raises(InvalidInput):
        scene.act(write_and_fail)
    write(scene, "twee")
    assert verify_audit(session) == (2, None)
