"""The command line: one file per group of commands."""

from importlib import import_module

import click
from flask.cli import FlaskGroup

_COMMANDS = {
    "run": "serve:run",
    "demo": "serve:demo",
    "init": "install:init",
    "user": "account:user",
    "wijk": "wijk:wijk",
    "roll": "roll:roll",
    "round": "budget_round:budget_round",
    "count": "count:count",
    "compare": "compare:compare",
    "convert": "convert:convert",
    "rules": "rules:rules",
    "export": "budget_round:export",
    "mail": "mail:mail",
    "audit": "audit:audit",
    "board": "board:board",
    "vote": "vote:vote",
    "verify": "verify:verify",
    "verify-diff": "verify:verify_diff",
}
_OF_THE_APP = ("db",)


class Commands(FlaskGroup):
    """All commands; only the module of the one that is asked for is loaded.

    So `count` starts fast and needs no settings, no database and no web application.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names but `db`, which is for developers: to describe it the application would have to be made."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; None for an unknown one, again without making the application."""
        if name in _COMMANDS:
            module, attribute = _COMMANDS[name].split(":")
            command: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
            return command
        return super().get_command(ctx, name) if name in _OF_THE_APP else None
