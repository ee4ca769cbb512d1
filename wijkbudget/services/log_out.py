"""Log out: every open session of the account ends, also that of a cookie that somebody copied."""

from datetime import datetime

from sqlmodel import Session, select

from wijkbudget.domain.account import Account
from wijkbudget.domain.actor import Actor
from wijkbudget.services.write_audit import write_audit


def log_out(session: Session, now: datetime, actor: Actor) -> None:
    """End the actor's sessions on all devices."""
    wanted = select(Account).where(Account.id == actor.account_id).with_for_update()
    account = session.exec(wanted).one()
    account.session_epoch += 1
    write_audit(session, now, actor, "account.logged_out", f"account:{account.id}")
