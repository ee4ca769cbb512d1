"""The console command `wijkbudget`."""

import sys

import click
from flask.cli import FlaskGroup

from wijkbudget import __version__
from wijkbudget.app import create_app
from wijkbudget.cli import add_commands
from wijkbudget.config import SettingsError
from wijkbudget.domain.errors import DomainError

cli = FlaskGroup(
    "wijkbudget",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="Democratische wijkbudgetten: van voorstel tot toekenning die iedereen kan natellen.",
)
click.version_option(__version__, prog_name="wijkbudget")(cli)
add_commands(cli)


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit code 2."""
    try:
        cli.main()
    except SettingsError as error:
        sys.exit(_refused(f"wijkbudget: {error}"))
    except DomainError as error:
        sys.exit(_refused(f"wijkbudget: {error.message}"))


def _refused(text: str) -> int:
    click.echo(text, err=True)
    return 2


if __name__ == "__main__":
    main()
