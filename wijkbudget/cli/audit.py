"""`wijkbudget audit`: check the audit log."""

import sys

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.services.verify_audit import last_hash, verify_audit


@click.group()
def audit() -> None:
    """Het logboek van alle handelingen."""


@audit.command()
@with_appcontext
def verify() -> None:
    """Controleer of er geen regel is gewijzigd, verwijderd of verplaatst (code 1: wel).

    Of er aan het einde regels weg zijn, ziet u alleen met de laatste hash van een vorige keer. Bewaar die elders.
    """
    lines, fault = verify_audit(edge.session())
    if fault:
        click.echo(f"Het logboek klopt niet: {fault}.", err=True)
        sys.exit(1)
    click.echo(f"Het logboek klopt: {lines} regels. Laatste hash: {last_hash(edge.session())}")
