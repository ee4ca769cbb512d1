"""`wijkbudget verify` and `verify-diff` say what holds, and name the first thing that does not."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.protocol import vote
from wijkbudget.cli.verify import verify, verify_diff
from wijkbudget.protocol.ballot_text import in_words


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "stemming.zip"
    path.write_bytes(vote.archive())
    return path


def run(*words: object) -> Result:
    command, *arguments = words
    return CliRunner().invoke(command, [str(word) for word in arguments])  # type: ignore[arg-type]


def test_an_archive_in_which_everything_holds_gives_code_0(archive: Path) -> None:
    done = run(verify, archive, "--signer", vote.KEY.public.upper())
    assert done.exit_code == 0
    assert done.output.endswith("Alles klopt.\n")
    assert "Niet openbaar, dus niet nageteld: F02" in done.output


def test_a_fault_gives_code_1_and_one_line_that_names_it(archive: Path) -> None:
    archive.write_bytes(vote.tampered("rules.txt", lambda text: text + b"meer", signed_again=False))
    done = run(verify, archive)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "FOUT file: rules.txt is veranderd nadat de uitslag werd ondertekend\n"


@pytest.mark.parametrize("content", [b"geen archief", b"PK\x05\x06"])
def test_what_cannot_be_read_gives_code_2(archive: Path, content: bytes) -> None:
    archive.write_bytes(content)
    assert run(verify, archive).exit_code == 2
    assert run(verify, archive.with_name("weg.zip")).exit_code == 2


def test_a_receipt_is_found_by_its_digits_and_by_its_words(archive: Path) -> None:
    counted, replaced = vote.IN_FORCE[0].receipt, vote.OLD[0].receipt
    assert "telt mee" in run(verify, archive, "--receipt", counted[:20]).output
    assert "is vervangen" in run(verify, archive, "--receipt", in_words(replaced)).output


@pytest.mark.parametrize("receipt", ["0" * 64, "ab", "lusab babad babab babab babab"])
def test_a_receipt_that_is_not_on_the_board_gives_code_1(archive: Path, receipt: str) -> None:
    done = run(verify, archive, "--receipt", receipt)
    assert done.exit_code == 1
    assert "staat niet op het bord" in done.stderr


def test_a_board_is_compared_with_that_of_an_archive(archive: Path, tmp_path: Path) -> None:
    saved = tmp_path / "board.jsonl"
    receipts = [one.receipt for one in (*vote.OLD, *vote.IN_FORCE)]
    saved.write_bytes(vote.board(receipts[:5]).text())
    assert "2 groepen erbij" in run(verify_diff, saved, archive).output
    done = run(verify_diff, archive, saved)
    assert done.exit_code == 1
    assert done.stderr == "FOUT board-diff: groep 2 stond op het oude bord en is weg\n"
