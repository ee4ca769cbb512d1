"""`wijkbudget user`: accounts."""

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.services.create_account import create_account


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
