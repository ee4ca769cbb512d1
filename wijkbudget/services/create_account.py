"""Give somebody a login."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from werkzeug.security import generate_password_hash

from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.domain.plain_text import parse_line
from wijkbudget.services.write_audit import write_audit

MIN_PASSWORD = 12


def create_account(
    session: Session, now: datetime, actor: Actor, *, email: str, name: str, password: str, roles: set[Role]
) -> Account:
    """A new account with these roles. Raises InvalidInput, or DomainError when the address is taken."""
    actor.require(Role.ADMINISTRATOR)
    name = parse_line(name, limit=100, field="name", empty="Vul een naam in, van hoogstens 100 tekens.")
    if not roles:
        raise InvalidInput("Kies ten minste één rol.", field="roles")
    account = Account(email=parse_email(email), name=name, password_hash=hash_password(password))
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise DomainError("Er is al een account met dit e-mailadres.", field="email") from None
    session.add_all(AccountRole(account_id=account.id, role=role) for role in sorted(roles))
    write_audit(session, now, actor, "account.created", f"account:{account.id}", roles=sorted(roles))
    return account


def hash_password(password: str) -> str:
    """The scrypt hash to store. Raises InvalidInput for a password that is too short or too long."""
    if not MIN_PASSWORD <= len(password) <= 200:
        raise InvalidInput(
            f"Kies een wachtwoord van ten minste {MIN_PASSWORD} tekens (en hoogstens 200).", field="password"
        )
    return generate_password_hash(password, method="scrypt")
