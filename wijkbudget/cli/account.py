"""`wijkbudget user`: accounts."""

import click
from flask.cli import with_appcontext
from sqlmodel import select

from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import NotFound
from wijkbudget.services.create_account import create_account
from wijkbudget.services.reset_second_factor import reset_second_factor


@click.group()
def user() -> None:
    """Accounts van ambtenaren, platformleden, beheerders en controleurs."""


@user.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option(
    "--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True
)
@click.password_option(help="Ten minste 12 tekens; zonder deze optie wordt erom gevraagd.")
@with_appcontext
def create(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Maak een account."""
    wanted = {Role(role) for role in roles}
    with edge.transaction() as session:
        account = create_account(
            session, edge.now(), SYSTEM, email=email, name=name, password=password, roles=wanted
        )
        click.echo(f"Account {account.id} is gemaakt.")


@user.command("reset-factor")
@click.option("--email", required=True, help="Het adres waarmee deze persoon inlogt.")
@with_appcontext
def reset_factor(email: str) -> None:
    """Wis de tweede stap van iemand die telefoon en herstelcodes kwijt is."""
    with edge.transaction() as session:
        found = session.exec(select(Account.id).where(Account.email == parse_email(email))).first()
        if found is None:
            raise NotFound("Er is geen account met dit e-mailadres.", field="email")
        reset_second_factor(session, edge.now(), SYSTEM, found)
    click.echo("De tweede stap is gewist. Deze persoon stelt hem opnieuw in bij het inloggen.")
