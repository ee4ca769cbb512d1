"""Whether an account has a second factor, and how many codes on paper are left."""

from sqlmodel import Session, col, func, select

from wijkbudget.domain.second_factor import RecoveryCode, SecondFactor


def second_factor_of(session: Session, account_id: int) -> SecondFactor | None:
    """The second factor of an account, if it has one."""
    return session.get(SecondFactor, account_id)


def recovery_codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes of this account are unused."""
    wanted = select(func.count()).where(
        RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None)
    )
    return session.exec(wanted).one()
