"""Add an act to the audit chain."""

from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.db import lock_audit_log
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.audit_line import GENESIS, AuditLine, canonical_json


def write_audit(
    session: Session, now: datetime, actor: Actor, action: str, subject: str, **details: object
) -> None:
    """Append one line, chained to the last. `details` must hold no personal data and nothing of a ballot."""
    lock_audit_log(session)
    last = session.exec(select(AuditLine.hash).order_by(col(AuditLine.id).desc()).limit(1)).first()
    line = AuditLine(
        at=now,
        actor=actor.label,
        action=action,
        subject=subject,
        details=canonical_json(details),
        previous_hash=last or GENESIS,
        hash="",
    )
    line.hash = line.computed_hash()
    session.add(line)
    session.flush()
