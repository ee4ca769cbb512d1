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
# Which application it is does not need to be asked.
cli.params = [option for option in cli.params if option.name not in ("app", "debug", "env_file")]
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
    """What to tell about a wrong setting, an unusable database or an act that is not allowed; else None."""
    from sqlalchemy.exc import DBAPIError

    from wijkbudget.config import SettingsError
    from wijkbudget.domain.errors import DomainError

    if isinstance(error, DomainError):
        return f"{error.field}: {error.message}" if error.field else error.message
    if isinstance(error, DBAPIError):
        return _database_fault(str(error.orig).strip())
    if isinstance(error, UnicodeEncodeError):
        return "a word on the command line is not UTF-8 text"
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        return f"{error.filename or 'output'}: cannot be read or written: {error.strerror}"
    return str(error) if isinstance(error, SettingsError) else None


def _database_fault(text: str) -> str:
    """A fault of the database in one line. The driver's text holds no values: parameters are hidden."""
    first = text.splitlines()[0] if text else "unknown fault"
    if "no such table" in first or ("relation" in first and "does not exist" in first):
        return "De database is nog leeg of van een oudere versie. Draai eerst: wijkbudget init"
    return f"WIJKBUDGET_DATABASE_URL or WIJKBUDGET_INSTANCE: the database cannot be used: {first}"


if __name__ == "__main__":
    main()
