"""Accounts from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

NEW = ("user", "create", "--email", "beheer@voorbeeld.example", "--name", "Bo", "--role", "administrator")


@pytest.mark.usefixtures("ready")
def test_an_account_is_made_once(wijkbudget: Command) -> None:
    assert wijkbudget(*NEW, "--password", "een lang wachtwoord").code == 0
    assert "al een account" in wijkbudget(*NEW, "--password", "een lang wachtwoord").refusal


def test_a_short_password_is_refused(wijkbudget: Command, ready: Path) -> None:
    assert "wachtwoord" in wijkbudget(*NEW, "--password", "kort").refusal


@pytest.mark.usefixtures("ready")
def test_an_unknown_role_is_refused(wijkbudget: Command) -> None:
    done = wijkbudget("user", "create", "--email", "x@voorbeeld.example", "--name", "X", "--role", "baas")
    assert done.code == 2 and "--role" in done.err
