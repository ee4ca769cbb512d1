"""Making the database, and what a command says when there is none."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_init_makes_the_database_and_may_be_repeated(wijkbudget: Command, instance: Path) -> None:
    assert wijkbudget("init").code == 0
    assert (instance / "wijkbudget.sqlite").exists()
    assert wijkbudget("init").code == 0


def test_the_secret_key_is_made_once_and_only_the_owner_reads_it(wijkbudget: Command, instance: Path) -> None:
    wijkbudget("init")
    key = instance / "secret_key"
    first = key.read_text()
    wijkbudget("init")
    assert key.read_text() == first and len(first) >= 32
    assert key.stat().st_mode & 0o077 == 0


def test_only_the_owner_reads_the_database(wijkbudget: Command, instance: Path) -> None:
    wijkbudget("init")
    modes = {path.name: path.stat().st_mode & 0o077 for path in instance.glob("wijkbudget.sqlite*")}
    assert modes and set(modes.values()) == {0}, modes


def test_a_command_on_an_empty_database_says_to_run_init(wijkbudget: Command, instance: Path) -> None:
    assert "wijkbudget init" in wijkbudget("round", "list").refusal


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("count", "--help"), ("round", "--help")])
def test_help_makes_nothing(wijkbudget: Command, instance: Path, words: tuple[str, ...]) -> None:
    done = wijkbudget(*words)
    assert done.code == 0 and done.out
    assert not instance.exists()


def test_an_unknown_command_is_refused_without_making_anything(wijkbudget: Command, instance: Path) -> None:
    done = wijkbudget("tellen")
    assert done.code == 2 and "No such command" in done.err
    assert not instance.exists()


def test_a_database_that_cannot_be_reached_is_one_line_without_the_password(
    wijkbudget: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKBUDGET_DATABASE_URL", "postgresql+psycopg://wie:geheim@127.0.0.1:1/x")
    refusal = wijkbudget("round", "list").refusal
    assert "WIJKBUDGET_DATABASE_URL" in refusal and "geheim" not in refusal


def test_an_instance_that_is_a_file_is_named(
    wijkbudget: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bestand").touch()
    monkeypatch.setenv("WIJKBUDGET_INSTANCE", str(tmp_path / "bestand"))
    assert "WIJKBUDGET_INSTANCE" in wijkbudget("init").refusal
