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
@pytest.mark.parametrize("name", ["Bo\r\nBcc: x@voorbeeld.example", "\u200b", "\u202eoB", "Bo\udcff"])
def test_a_name_that_cannot_be_read_is_refused(wijkbudget: Command, name: str) -> None:
    words = ("user", "create", "--email", "bo@voorbeeld.example", "--name", name, "--role", "administrator")
    refusal = wijkbudget(*words, "--password", "een lang wachtwoord").refusal
    assert refusal.startswith("wijkbudget: name: ")


@pytest.mark.usefixtures("ready")
def test_an_unknown_role_is_refused(wijkbudget: Command) -> None:
    done = wijkbudget("user", "create", "--email", "x@voorbeeld.example", "--name", "X", "--role", "baas")
    assert done.code == 2 and "--role" in done.err
