"""Take away the second factor of somebody who lost it; they set up a new one at the next log-in."""

from datetime import datetime

from sqlmodel import Session

from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import DomainError, NotAllowed, NotFound
from wijkbudget.services.end_sessions import end_sessions
from wijkbudget.services.read_second_factor import second_factor_of
from wijkbudget.services.set_up_second_factor import forget_second_factor
from wijkbudget.services.write_audit import write_audit


def reset_second_factor(session: Session, now: datetime, actor: Actor, account_id: int) -> Account:
    """Forget secret and recovery codes of somebody else, and end their sessions.

    Raises NotAllowed for one's own, NotFound without such an account, DomainError when there is nothing to reset.
    """
    actor.require(Role.ADMINISTRATOR)
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound("Dit account bestaat niet.")
    if actor.account_id == account.id:
        raise NotAllowed("U kunt uw eigen tweede stap niet wissen. Vraag een andere applicatiebeheerder.")
    if second_factor_of(session, account.id) is None:
        raise DomainError("Dit account logt nog niet in twee stappen in. Er is niets te wissen.")
    forget_second_factor(session, account.id)
    ended = end_sessions(session, account.id)
    write_audit(
        session, now, actor, "account.second_factor_reset", f"account:{account.id}", sessions_ended=ended
    )
    return account
