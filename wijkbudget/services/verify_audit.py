"""Check that no line of the audit chain was edited, removed or moved."""

from sqlmodel import Session, col, select

from wijkbudget.domain.audit_line import GENESIS, AuditLine


def verify_audit(session: Session) -> tuple[int, str | None]:
    """The number of lines, and the first fault found (None when the chain is whole)."""
    previous, number = GENESIS, 0
    wanted = select(AuditLine).order_by(col(AuditLine.id)).execution_options(yield_per=1000)
    with session.exec(wanted) as lines:
        for line in lines:
            number += 1
            if line.previous_hash != previous:
                return number, f"regel {line.id}: sluit niet aan op de regel ervoor"
            if line.hash != line.computed_hash():
                return number, f"regel {line.id}: de inhoud is gewijzigd"
            previous = line.hash
    return number, None


def last_hash(session: Session) -> str:
    """The hash of the newest line: kept elsewhere, it shows later whether lines at the end were removed."""
    return session.exec(select(AuditLine.hash).order_by(col(AuditLine.id).desc()).limit(1)).first() or GENESIS
