"""A board only grows: the old one is the beginning of the new one."""

from pathlib import Path
from typing import Any

import pytest

from tests.verifier.votes import Vote, check
from wijkbudget.data.verifier import verify


def boards(tmp_path: Path, old: bytes, new: bytes) -> tuple[str, str]:
    (tmp_path / "old.jsonl").write_bytes(old)
    (tmp_path / "new.jsonl").write_bytes(new)
    return str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl")


LINES = Vote().files["board.jsonl"].splitlines(keepends=True)


@pytest.mark.parametrize("length", [1, 2, len(LINES)])
def test_a_board_that_grew_is_good(length: int, tmp_path: Path, capsys: Any) -> None:
    old, new = boards(tmp_path, b"".join(LINES[:length]), b"".join(LINES))
    checked = check("--diff", capsys, old, new)
    assert (checked.code, checked.lines[-1]) == (0, "Alles klopt.")


@pytest.mark.parametrize(
    "new",
    [
        LINES[:-1],
        [],
        [LINES[0], LINES[2], LINES[1], *LINES[3:]],
        [LINES[0].replace(b"Abdij", b"Abdis"), *LINES[1:]],
        [b"\n", *LINES],
        [*LINES[:-1], LINES[-1].rstrip()],
        [*LINES[:-1], LINES[-1].rstrip() + b" \n"],
    ],
    ids=["shorter", "empty", "another order", "another name", "a line before", "no end", "a space"],
)
def test_a_board_that_lost_or_changed_a_line_is_a_fault(
    new: list[bytes], tmp_path: Path, capsys: Any
) -> None:
    assert check("--diff", capsys, *boards(tmp_path, b"".join(LINES), b"".join(new))).fault == "board-diff"


def test_archives_are_compared_by_their_boards(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "old.jsonl").write_bytes(b"".join(LINES[:2]))
    (tmp_path / "new.zip").write_bytes(Vote().zipped())
    (tmp_path / "other.zip").write_bytes(Vote(opening=lambda o: {**o, "round_name": "Anders"}).zipped())
    old, new, other = (str(tmp_path / name) for name in ("old.jsonl", "new.zip", "other.zip"))
    assert check("--diff", capsys, old, new).code == 0
    assert check("--diff", capsys, new, new).code == 0
    assert check("--diff", capsys, new, other).fault == "board-diff"
    assert check("--diff", capsys, new, old).fault == "board-diff"


def test_an_empty_old_board_says_nothing(tmp_path: Path, capsys: Any) -> None:
    assert check("--diff", capsys, *boards(tmp_path, b"", b"".join(LINES))).code == 2


def test_a_damaged_archive_is_a_fault(tmp_path: Path, capsys: Any) -> None:
    whole = Vote().zipped()
    (tmp_path / "damaged.zip").write_bytes(whole.replace(b"rules.txt", b"rulez.txt"))
    old = boards(tmp_path, b"".join(LINES), b"")[0]
    assert check("--diff", capsys, old, str(tmp_path / "damaged.zip")).fault == "archive"


def test_lines_longer_than_any_of_a_board_are_read_in_pieces(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_LINE", 1_000)
    old, new = boards(tmp_path, b"x" * 5_000, b"x" * 4_999 + b"y")
    assert check("--diff", capsys, old, old).code == 0
    assert check("--diff", capsys, old, new).fault == "board-diff"
