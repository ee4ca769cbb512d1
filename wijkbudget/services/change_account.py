"""Change somebody's roles, or close and open the account; their sessions end at once."""

from datetime import datetime

from sqlmodel import Session, col, delete

from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from wijkbudget.services.end_sessions import end_sessions
from wijkbudget.services.log_in import roles_of
from wijkbudget.services.write_audit import write_audit


def change_roles(session: Session, now: datetime, actor: Actor, account_id: int, *, roles: set[Role]) -> None:
    """Give somebody else these roles instead of those they had. Raises InvalidInput, NotAllowed or NotFound."""
    account = _of_somebody_else(session, actor, account_id)
    if not roles:
        raise InvalidInput("Kies ten minste één rol.", field="roles")
    before = roles_of(session, account.id)
    if before == roles:
        return
    session.exec(delete(AccountRole).where(col(AccountRole.account_id) == account.id))
    session.add_all(AccountRole(account_id=account.id, role=role) for role in sorted(roles))
    ended = end_sessions(session, account.id)
    _write(
        session,
        now,
        actor,
        account,
        "roles_changed",
        before=sorted(before),
        after=sorted(roles),
        sessions_ended=ended,
    )


def close_account(session: Session, now: datetime, actor: Actor, account_id: int) -> None:
    """Let somebody else log in no more. Raises DomainError when the account is closed, NotAllowed or NotFound."""
    account = _of_somebody_else(session, actor, account_id)
    if not account.active:
        raise DomainError("Dit account is al gesloten.")
    account.active = False
    _write(session, now, actor, account, "closed", sessions_ended=end_sessions(session, account.id))


def open_account(session: Session, now: datetime, actor: Actor, account_id: int) -> None:
    """Let somebody else log in again. Raises DomainError when the account is open, NotAllowed or NotFound."""
    account = _of_somebody_else(session, actor, account_id)
    if account.active:
        raise DomainError("Dit account is al open.")
    account.active = True
    _write(session, now, actor, account, "opened")


def _of_somebody_else(session: Session, actor: Actor, account_id: int) -> Account:
    actor.require(Role.ADMINISTRATOR)
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound("Dit account bestaat niet.")
    if actor.account_id == account.id:
        raise NotAllowed("Uw eigen account kunt u niet wijzigen. Vraag een andere applicatiebeheerder.")
    return account


def _write(
    session: Session, now: datetime, actor: Actor, account: Account, act: str, **details: object
) -> None:
    write_audit(session, now, actor, f"account.{act}", f"account:{account.id}", **details)
