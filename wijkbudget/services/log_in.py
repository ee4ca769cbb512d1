"""Check a password, slowing down whoever guesses."""

from datetime import datetime, timedelta

from sqlmodel import Session, select
from werkzeug.security import check_password_hash, generate_password_hash

from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.read_second_factor import second_factor_of
from wijkbudget.services.write_audit import write_audit

MAX_FAILURES = 10
LOCK = timedelta(minutes=15)
# Compared against when there is no such account, so that both cases take the time of one scrypt hash.
_NOBODY = generate_password_hash("nobody has this password", method="scrypt")


def log_in(
    session: Session,
    now: datetime,
    *,
    email: str,
    password: str,
    demanded_of: frozenset[Role] = frozenset(),
) -> Account | None:
    """The account when address and password belong together, else None. Ten failures lock it for 15 minutes.

    Who has a second factor, or needs one (a role in `demanded_of`), is not in yet: that is for `enter`, after the
    code; until then the failures stay counted. The caller commits in every case: a failure is counted.
    """
    wanted = select(Account).where(Account.email == _as_stored(email)).with_for_update()
    account = session.exec(wanted.execution_options(populate_existing=True)).first()
    matches = check_password_hash(account.password_hash if account else _NOBODY, password)
    if account is None or locked(account, now):
        return None
    if not matches or not account.active:
        count_failure(session, now, account)
        return None
    second = second_factor_of(session, account.id) is not None
    if not second and not demanded_of.intersection(roles_of(session, account.id)):
        enter(session, now, account)
    return account


def locked(account: Account, now: datetime) -> bool:
    """Whether there were too many failures a short time ago."""
    return account.locked_until is not None and now < account.locked_until


def count_failure(session: Session, now: datetime, account: Account) -> None:
    """One more wrong password or code; the tenth locks the account."""
    account.failed_logins += 1
    if account.failed_logins >= MAX_FAILURES:
        account.failed_logins, account.locked_until = 0, now + LOCK
        write_audit(session, now, Actor(account.id), "account.locked", f"account:{account.id}")


def enter(session: Session, now: datetime, account: Account) -> None:
    """All that was asked was right: the failures are forgotten, the log tells who is in."""
    account.failed_logins, account.locked_until = 0, None
    write_audit(session, now, Actor(account.id), "account.logged_in", f"account:{account.id}")


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
