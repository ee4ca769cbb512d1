"""The command line: one file per group of commands."""

from flask.cli import FlaskGroup

from wijkbudget.cli.account import user
from wijkbudget.cli.audit import audit
from wijkbudget.cli.budget_round import budget_round, export
from wijkbudget.cli.count import count
from wijkbudget.cli.install import init
from wijkbudget.cli.mail import mail
from wijkbudget.cli.roll import roll
from wijkbudget.cli.serve import demo, run
from wijkbudget.cli.wijk import wijk


def add_commands(group: FlaskGroup) -> None:
    """Put every command on the group."""
    for command in (run, demo, init, user, wijk, roll, budget_round, count, export, mail, audit):
        group.add_command(command)
