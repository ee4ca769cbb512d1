"""Check a password, slowing down whoever guesses."""

from datetime import datetime, timedelta

from sqlmodel import Session, select
from werkzeug.security import check_password_hash, generate_password_hash

from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.write_audit import write_audit

MAX_FAILURES = 10
LOCK = timedelta(minutes=15)
# Compared against when there is no such account, so that both cases take the time of one scrypt hash.
_NOBODY = generate_password_hash("nobody has this password", method="scrypt")


def log_in(session: Session, now: datetime, *, email: str, password: str) -> Account | None:
    """The account when address and password belong together, else None. Ten failures lock it for 15 minutes.

    The caller commits in both cases: a failure is counted.
    """
    wanted = select(Account).where(Account.email == _as_stored(email)).with_for_update()
    account = session.exec(wanted).first()
    matches = check_password_hash(account.password_hash if account else _NOBODY, password)
    if account is None:
        return None
    if account.locked_until is not None and now < account.locked_until:
        return None
    if not matches or not account.active:
        account.failed_logins += 1
        if account.failed_logins >= MAX_FAILURES:
            account.failed_logins, account.locked_until = 0, now + LOCK
            write_audit(session, now, Actor(account.id), "account.locked", f"account:{account.id}")
        return None
    account.failed_logins, account.locked_until = 0, None
    write_audit(session, now, Actor(account.id), "account.logged_in", f"account:{account.id}")
    return account


def _as_stored(email: str) -> str:
    """The address as `create_account` keeps it; what is no address at all fits no account."""
    try:
        return parse_email(email)
    except InvalidInput:
        return ""


def roles_of(session: Session, account_id: int) -> frozenset[Role]:
    """The roles of an account."""
    found = session.exec(select(AccountRole.role).where(AccountRole.account_id == account_id))
    return frozenset(Role(role) for role in found)
