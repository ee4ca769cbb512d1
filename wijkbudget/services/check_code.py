"""Check the second step: six digits from an app, or a recovery code. Each works once."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

import pyotp
from sqlmodel import Session, col, select

from wijkbudget.domain.account import Account
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.second_factor import RecoveryCode, SecondFactor
from wijkbudget.services.factor_secrets import FactorSecrets
from wijkbudget.services.log_in import count_failure, locked
from wijkbudget.services.write_audit import write_audit

STEP_SECONDS = 30
# A telephone may be half a minute fast or slow.
SKEW = 1
# Digits that a recovery code does not have, for the letters that they look like.
LOOKALIKES = str.maketrans("018", "OIB")


class Proof(StrEnum):
    """With what the second step was made."""

    APP = "app"
    RECOVERY_CODE = "recovery_code"


def time_step(at: datetime) -> int:
    """The number of the half minute since 1970, on which both sides agree (RFC 6238)."""
    return int(at.timestamp()) // STEP_SECONDS


def check_code(
    session: Session, now: datetime, actor: Actor, *, typed: str, step: int, secrets: FactorSecrets
) -> Proof | None:
    """What the actor proved with this code, or None. A wrong one counts as a wrong password does.

    `step` is the half minute of the real clock, which telephones follow. The caller commits in both cases.
    """
    wanted = select(Account).where(Account.id == actor.account_id).with_for_update()
    account = session.exec(wanted.execution_options(populate_existing=True)).one()
    if locked(account, now):
        return None
    proof = _prove(session, now, account.id, "".join(typed.split()).replace("-", ""), step, secrets)
    if proof is None or not account.active:
        count_failure(session, now, account)
        return None
    account.failed_logins = 0
    return proof


def matching_step(secret: str, typed: str, step: int, *, after: int) -> int | None:
    """The half minute around `step` to which these six digits belong, if it is later than `after`."""
    if not (typed.isascii() and typed.isdigit()):
        return None
    codes = pyotp.HOTP(secret)
    for candidate in range(step - SKEW, step + SKEW + 1):
        if candidate > after and compare_digest(codes.at(candidate), typed):
            return candidate
    return None


def hash_recovery_code(code: str) -> str:
    """SHA-256; a code holds 80 bits of chance, so that nobody can try them all."""
    return sha256(f"recovery-code-v1:{code.upper().translate(LOOKALIKES)}".encode()).hexdigest()


def _prove(
    session: Session, now: datetime, account_id: int, typed: str, step: int, secrets: FactorSecrets
) -> Proof | None:
    factor = session.get(SecondFactor, account_id, populate_existing=True)
    if factor is None:
        return None
    secret = secrets.open(factor.sealed_secret, account_id)
    used = matching_step(secret, typed, step, after=factor.last_step) if secret else None
    if secret and used is not None:
        factor.last_step = used
        # Under the key of today: a former key can be thrown away once everybody has logged in.
        factor.sealed_secret = secrets.seal(secret, account_id)
        return Proof.APP
    wanted = select(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_sha256 == hash_recovery_code(typed),
        col(RecoveryCode.used_at).is_(None),
    )
    code = session.exec(wanted.execution_options(populate_existing=True)).first()
    if code is None:
        return None
    code.used_at = now
    write_audit(session, now, Actor(account_id), "account.recovery_code_used", f"account:{account_id}")
    return Proof.RECOVERY_CODE
