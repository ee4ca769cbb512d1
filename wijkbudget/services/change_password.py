"""Choose a new password; every session of the account ends."""

from datetime import datetime

from sqlmodel import Session
from werkzeug.security import check_password_hash

from wijkbudget.domain.account import Account
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.create_account import hash_password
from wijkbudget.services.end_sessions import end_sessions
from wijkbudget.services.write_audit import write_audit


def change_password(session: Session, now: datetime, actor: Actor, *, old: str, new: str) -> Account:
    """Replace the actor's own password. Raises InvalidInput when the old one is wrong or the new one too short.

    Every session ends; whoever is at the keyboard gets a new one from the caller.
    """
    account = session.get_one(Account, actor.account_id)
    if not check_password_hash(account.password_hash, old):
        raise InvalidInput("Dit is niet uw huidige wachtwoord.", field="old")
    try:
        account.password_hash = hash_password(new)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="new") from None
    ended = end_sessions(session, account.id)
    write_audit(
        session, now, actor, "account.password_changed", f"account:{account.id}", sessions_ended=ended
    )
    return account
