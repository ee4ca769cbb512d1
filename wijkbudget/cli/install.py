"""`wijkbudget init`: make or migrate the database."""

import logging

import click
from flask.cli import with_appcontext

from wijkbudget import edge


@click.command()
@with_appcontext
def init() -> None:
    """Maak de database, of breng haar naar de nieuwste versie."""
    migrate()
    click.echo("De database is klaar. Maak nu een beheerder: wijkbudget user create --help")


def migrate() -> None:
    """Bring the database to the newest schema, quietly."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    edge.alembic.upgrade()
