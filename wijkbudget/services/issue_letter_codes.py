"""Letter codes: what a resident without a known e-mail address finds in the letter from the gemeente."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.write_audit import write_audit

# Without the look-alikes 0 O, 1 I L, U V, 2 Z, 5 S, 8 B: 23 characters, 13 of which are 58 bits.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
LENGTH = 13
WHEN = (Phase.ANNOUNCED, Phase.SUBMISSION, Phase.REVIEW, Phase.BALLOT_FIXED, Phase.VOTING)


def new_letter_code() -> str:
    """A random code, e.g. 7KM4-QRT9-XWACD as people read it (stored without dashes)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def parse_letter_code(text: str) -> str:
    """The code as stored: dashes, spaces and small letters are forgiven. Raises InvalidInput."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        raise InvalidInput(f"“{text}” is geen code. De code in uw brief heeft {LENGTH} letters en cijfers.")
    return code


def hash_letter_code(code: str, key: str) -> str:
    """HMAC-SHA-256 of the code under the application's key: the database alone does not give codes away."""
    return hmac.new(f"letter-code-v1:{key}".encode(), code.encode(), hashlib.sha256).hexdigest()


def letter_code_hashes(code: str, keys: Iterable[str]) -> list[str]:
    """Every hash under which the database may know this code: letters outlive the key they were printed under."""
    return [hash_letter_code(code, key) for key in keys]


def issue_letter_codes(
    session: Session, now: datetime, actor: Actor, round_id: int, *, key: str
) -> Iterator[tuple[str, str]]:
    """A code for every entitled entry that has none: (external number, readable code), to be printed once.

    Only the hash is kept, so that the list cannot be made again.
    """
    actor.require(Role.OFFICIAL)
    lock_round(session, round_id).require_phase(now, *WHEN)
    wanted = (
        select(RollEntry.id, RollEntry.external_number)
        .where(
            RollEntry.round_id == round_id, col(RollEntry.age_ok), col(RollEntry.letter_code_hash).is_(None)
        )
        .order_by(col(RollEntry.external_number))
    )
    issued = [(entry_id, number, new_letter_code()) for entry_id, number in session.exec(wanted)]
    if issued:
        table = RollEntry.__table__  # type: ignore[attr-defined]
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("entry"))
            .values(letter_code_hash=bindparam("hashed")),
            [{"entry": entry_id, "hashed": hash_letter_code(code, key)} for entry_id, _, code in issued],
        )
    write_audit(session, now, actor, "letter_codes.issued", f"round:{round_id}", codes=len(issued))
    return ((number, readable(code)) for _, number, code in issued)


def readable(code: str) -> str:
    """The code in groups, as printed in the letter."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def codes_csv(issued: Iterable[tuple[str, str]]) -> bytes:
    """The list for the letters: number and code, with semicolons. The numbers of a roll begin no formula."""
    rows = [("nummer", "code"), *issued]
    return "".join(f"{number};{code}\r\n" for number, code in rows).encode()
