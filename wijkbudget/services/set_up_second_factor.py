"""Set up one's own second factor, renew the codes on paper, or take it away again."""

import base64
import secrets as chance
from datetime import datetime

from sqlmodel import Session, delete

from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed
from wijkbudget.domain.second_factor import RecoveryCode, SecondFactor
from wijkbudget.services.check_code import hash_recovery_code, matching_step
from wijkbudget.services.end_sessions import end_sessions
from wijkbudget.services.factor_secrets import FactorSecrets
from wijkbudget.services.write_audit import write_audit

RECOVERY_CODES = 10


def set_up_second_factor(
    session: Session,
    now: datetime,
    actor: Actor,
    *,
    sealed: str,
    typed: str,
    step: int,
    secrets: FactorSecrets,
) -> list[str]:
    """Store the secret once its first code is right; a former one is void. Returns the new recovery codes.

    Every session of the account ends. Raises InvalidInput when the code is wrong or the secret is not ours.
    """
    account = _locked(session, actor)
    secret = secrets.open(sealed, account.id)
    if secret is None:
        raise InvalidInput("Dit blad is te oud. Begin opnieuw met een nieuwe QR-code.", field="sealed")
    used = matching_step(secret, "".join(typed.split()), step, after=0)
    if used is None:
        raise InvalidInput(
            "Deze code klopt niet. Kijk of de klok van uw telefoon goed staat. Typ de code die u nu ziet.",
            field="code",
        )
    factor = session.get(SecondFactor, account.id) or SecondFactor(
        account_id=account.id, sealed_secret=sealed, set_at=now, last_step=used
    )
    factor.sealed_secret, factor.set_at, factor.last_step = sealed, now, used
    session.add(factor)
    codes = _new_codes(session, account.id)
    end_sessions(session, account.id)
    write_audit(session, now, actor, "account.second_factor_set", f"account:{account.id}")
    return codes


def renew_recovery_codes(session: Session, now: datetime, actor: Actor) -> list[str]:
    """Ten new codes; the old ones are void. Raises DomainError without a second factor."""
    account = _locked(session, actor)
    if session.get(SecondFactor, account.id) is None:
        raise DomainError("Stel eerst inloggen in twee stappen in.")
    codes = _new_codes(session, account.id)
    write_audit(session, now, actor, "account.recovery_codes_renewed", f"account:{account.id}")
    return codes


def remove_second_factor(
    session: Session, now: datetime, actor: Actor, *, demanded_of: frozenset[Role]
) -> None:
    """Log in with the password alone again. Raises NotAllowed for a role that needs two steps."""
    if actor.roles & demanded_of:
        raise NotAllowed("Met uw rol moet u in twee stappen inloggen. U kunt dit niet uitzetten.")
    account = _locked(session, actor)
    forget_second_factor(session, account.id)
    write_audit(session, now, actor, "account.second_factor_removed", f"account:{account.id}")


def forget_second_factor(session: Session, account_id: int) -> None:
    """Delete secret and recovery codes of an account."""
    session.exec(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))  # type: ignore[arg-type]
    session.exec(delete(SecondFactor).where(SecondFactor.account_id == account_id))  # type: ignore[arg-type]


def readable_recovery_code(code: str) -> str:
    """A code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _locked(session: Session, actor: Actor) -> Account:
    return session.get_one(Account, actor.account_id, with_for_update=True)


def _new_codes(session: Session, account_id: int) -> list[str]:
    session.exec(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))  # type: ignore[arg-type]
    codes = [base64.b32encode(chance.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(account_id=account_id, code_sha256=hash_recovery_code(code)) for code in codes
    )
    return [readable_recovery_code(code) for code in codes]
