"""`wijkbudget roll`: a dry run, faults as file:line: reason with exit code 2, progress, and the file with codes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlmodel import func, select

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.cli.roll import roll
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import NotFound, WrongPhase

HEADING = "nummer;wijk;postcode;huisnummer;leeftijd_ok;email\n"
GOOD = HEADING + "K1;F01;2000 AA;1;ja;kiezer1@voorbeeld.example\nK2;F01;;;nee;\n"
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Call a command of the group on the test's application."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(roll, [str(a) for a in arguments], obj=ScriptInfo(create_app=lambda: app))

    return run


@pytest.fixture
def round_id(scene: Scene) -> int:
    return scene.open_round(scene.wijk()).id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def how_many() -> int:
    edge.session().rollback()
    return edge.session().exec(select(func.count()).select_from(RollEntry)).one()


def test_a_dry_run_counts_and_stores_nothing(run: Run, round_id: int, file: Path) -> None:
    result = run("import", round_id, file, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "2 goede regels, 1 mogen stemmen." in result.stdout
    assert "Alleen gecontroleerd: er is niets ingelezen." in result.stdout
    assert how_many() == 0


def test_a_good_file_is_taken_in_with_progress_beside_the_answer(run: Run, round_id: int, file: Path) -> None:
    result = run("import", round_id, file)
    assert result.exit_code == 0, result.output
    assert "Ingelezen: 2 regels." in result.stdout
    assert "Controleren" in result.stderr
    assert "Inlezen" in result.stderr
    assert how_many() == 2


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_every_fault_is_one_line_that_an_editor_can_follow(
    run: Run, round_id: int, file: Path, options: tuple[str, ...]
) -> None:
    file.write_text(GOOD + "K2;F01;;;ja;\nK4;Nergens;;;ja;\n", encoding="utf-8")
    result = run("import", round_id, file, *options)
    assert result.exit_code == 2
    assert f"{file}:4: Nummer “K2” staat ook al op regel 3.\n" in result.stderr
    assert f"{file}:5: De wijk “Nergens” doet niet mee in deze ronde.\n" in result.stderr
    assert "2 foute regels. Er is niets ingelezen." in result.stderr
    assert how_many() == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "Het bestand is leeg."), (b"PK\x03\x04", "Excel-bestand"), (GOOD.encode("utf-16"), "UTF-16")],
)
def test_another_kind_of_file_is_a_fault_on_line_1(
    run: Run, round_id: int, file: Path, content: bytes, told: str
) -> None:
    file.write_bytes(content)
    result = run("import", round_id, file)
    assert result.exit_code == 2
    assert re.search(rf"{re.escape(str(file))}:1: .*{told}", result.stderr)


def test_an_unknown_round_is_refused(run: Run, round_id: int, file: Path) -> None:
    assert isinstance(run("import", round_id + 1, file).exception, NotFound)


def test_codes_go_to_a_new_file_that_only_its_owner_can_read(
    run: Run, round_id: int, file: Path, tmp_path: Path
) -> None:
    run("import", round_id, file)
    output = tmp_path / "codes.csv"
    result = run("codes", round_id, "--output", output)
    assert result.exit_code == 0, result.output
    assert "1 code gemaakt." in result.stdout
    assert re.fullmatch(rb"nummer;code\r\nK1;\w{4}-\w{4}-\w{5}\r\n", output.read_bytes())
    assert output.stat().st_mode & 0o777 == 0o600


def test_codes_never_overwrite_a_file_and_are_then_not_made(
    run: Run, round_id: int, file: Path, tmp_path: Path
) -> None:
    run("import", round_id, file)
    output = tmp_path / "codes.csv"
    output.write_text("belangrijk", encoding="utf-8")
    result = run("codes", round_id, "--output", output)
    assert result.exit_code == 2
    assert "Kies een nieuw bestand." in result.stderr
    assert output.read_text(encoding="utf-8") == "belangrijk"
    edge.session().rollback()
    assert edge.session().exec(select(RollEntry.letter_code_hash)).all() == [None, None]


def test_a_refused_round_leaves_no_empty_file_with_codes(run: Run, scene: Scene, tmp_path: Path) -> None:
    draft = scene.draft_round(scene.wijk())
    output = tmp_path / "codes.csv"
    assert isinstance(run("codes", draft.id, "--output", output).exception, WrongPhase)
    assert not output.exists()
