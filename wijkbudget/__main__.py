"""The console command `wijkbudget`."""

import sys

import click
from flask import Flask

from wijkbudget import __version__
from wijkbudget.cli import Commands


def _create_app() -> Flask:
    """The application, imported only by the commands that need it."""
    from wijkbudget.app import create_app

    return create_app()


cli = Commands(
    name="wijkbudget",
    create_app=_create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="Democratische wijkbudgetten: van voorstel tot toekenning die iedereen kan natellen.",
)
click.version_option(__version__, prog_name="wijkbudget")(cli)


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit code 2."""
    try:
        cli.main()
    except Exception as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        click.echo(f"wijkbudget: {refusal}", err=True)
        sys.exit(2)


def _refusal(error: Exception) -> str | None:
    """What to tell about a wrong setting or an act that the rules do not allow; None for any other error."""
    from wijkbudget.config import SettingsError
    from wijkbudget.domain.errors import DomainError

    if isinstance(error, DomainError):
        return error.message
    return str(error) if isinstance(error, SettingsError) else None


if __name__ == "__main__":
    main()
