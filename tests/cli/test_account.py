"""Accounts from the command line."""

import sqlite3
from contextlib import closing
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


@pytest.mark.usefixtures("ready")
def test_a_second_step_is_taken_away_where_there_is_one(wijkbudget: Command, ready: Path) -> None:
    wijkbudget(*NEW, "--password", "een lang wachtwoord")
    reset = ("user", "reset-factor", "--email")
    assert "niets te wissen" in wijkbudget(*reset, "beheer@voorbeeld.example").refusal
    assert "geen account" in wijkbudget(*reset, "niemand@voorbeeld.example").refusal
    assert "geen e-mailadres" in wijkbudget(*reset, "niemand").refusal
    with closing(sqlite3.connect(ready / "wijkbudget.sqlite")) as database, database:
        database.execute("INSERT INTO second_factor VALUES (1, 'x', '2026-01-01 00:00:00', 1)")
    assert "gewist" in wijkbudget(*reset, " Beheer@voorbeeld.example").out
    with closing(sqlite3.connect(ready / "wijkbudget.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM second_factor").fetchone() == (0,)
        last = "SELECT actor, action FROM audit_line ORDER BY id DESC LIMIT 1"
        assert database.execute(last).fetchone() == ("system", "account.second_factor_reset")
