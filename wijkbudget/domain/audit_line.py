"""What was done, by whom, when: append-only, each line carrying the hash of the one before."""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

GENESIS = "0" * 64


class AuditLine(SQLModel, table=True):
    """One act. `details` is canonical JSON without personal data; votes are never written here."""

    __tablename__ = "audit_line"
    __table_args__ = (UniqueConstraint("previous_hash"), UniqueConstraint("hash"))

    id: int = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(max_length=60, description="account number or 'system'")
    action: str = Field(max_length=60)
    subject: str = Field(max_length=60)
    details: str
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)

    def computed_hash(self) -> str:
        """SHA-256 over the line's content and the previous hash, as canonical JSON."""
        content = {
            "action": self.action,
            "actor": self.actor,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "details": self.details,
            "previous_hash": self.previous_hash,
            "subject": self.subject,
        }
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
