"""Archives made to mislead or to keep busy: each is named as a fault, quickly, and none ends the program with an error."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.elections import Dice
from tests.verifier.votes import Vote, canonical, check, signed, zipped
from wijkbudget.data.verifier import verify


@pytest.fixture
def fault_of(tmp_path: Path, capsys: Any) -> Callable[[bytes], str]:
    """The fault that is found in these bytes."""

    def found(content: bytes) -> str:
        path = tmp_path / "hostile.zip"
        path.write_bytes(content)
        return check(path, capsys).fault

    return found


def with_entry(name: str, change: Callable[[zipfile.ZipInfo], None], content: bytes | None = None) -> bytes:
    """The archive with one entry described otherwise."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, held in Vote().files.items():
            info = zipfile.ZipInfo(each)
            info.compress_type = zipfile.ZIP_DEFLATED
            if each == name:
                change(info)
            archive.writestr(info, content if each == name and content is not None else held)
    return made.getvalue()


def in_directory(content: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Overwrite bytes in the line of a file in the directory of a ZIP."""
    at = content.rfind(b"PK\1\2", 0, content.rfind(name.encode())) + offset
    return content[:at] + value + content[at + len(value) :]


def test_a_file_that_is_no_zip_cannot_be_checked(tmp_path: Path, capsys: Any) -> None:
    for content in (b"", b"PK", b"%PDF-1.7", b"PK\3\4" * 1000, b"\0" * 100_000):
        path = tmp_path / "no.zip"
        path.write_bytes(content)
        assert check(path, capsys).code == 2


def test_a_name_that_stands_twice_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    files = [(name, each) for name, each in Vote().files.items() if name != "README.txt"]
    with pytest.warns(UserWarning, match="Duplicate name"):
        assert fault_of(zipped([*files, ("ballots.txt", b"")])) == "archive"


@pytest.mark.parametrize(
    "name", ["../rules.txt", "/rules.txt", "rules.txt/", "RULES.txt", "rules.txt ", "rules.txt\\", "./rules.txt", "régles"]
)  # fmt: skip
def test_an_odd_name_is_a_fault(name: str, fault_of: Callable[[bytes], str]) -> None:
    files = {name if each == "rules.txt" else each: held for each, held in Vote().files.items()}
    assert fault_of(zipped(files.items())) == "archive"


def test_a_name_with_a_zero_byte_does_not_pass_for_what_stands_before_it(
    fault_of: Callable[[bytes], str],
) -> None:
    files = {("rules.txt~x" if each == "rules.txt" else each): held for each, held in Vote().files.items()}
    assert fault_of(zipped(files.items()).replace(b"rules.txt~x", b"rules.txt\0x")) == "archive"


def test_an_encrypted_file_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    assert fault_of(in_directory(Vote().zipped(), "rules.txt", 8, b"\1\0")) == "archive"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_are_stored_or_deflated(method: int, fault_of: Callable[[bytes], str]) -> None:
    assert fault_of(zipped(Vote().files.items(), method)) == "archive"


def test_a_stored_archive_is_as_good_as_a_deflated_one(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote().zipped(zipfile.ZIP_STORED))
    assert check(path, capsys).code == 0


def test_an_unknown_way_of_packing_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    assert fault_of(in_directory(Vote().zipped(), "rules.txt", 10, b"\x63\0")) == "archive"


def test_a_file_that_says_to_be_larger_than_a_gigabyte_is_not_unpacked(
    fault_of: Callable[[bytes], str],
) -> None:
    size = struct.pack("<L", 10**9 + 1)
    assert fault_of(in_directory(Vote().zipped(), "rules.txt", 24, size)) == "archive"


def test_a_bomb_that_lies_about_its_size_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    bomb = with_entry("README.txt", lambda info: None, b"\0" * 50_000_000)
    assert fault_of(in_directory(bomb, "README.txt", 24, struct.pack("<L", 100))) == "archive"


def test_a_file_is_read_no_further_than_it_may_be_long(
    fault_of: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_BYTES", 1_000)
    assert fault_of(Vote().zipped()) == "archive"


def test_a_damaged_file_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    good = Vote().zipped()
    at = good.find(b"board.jsonl") + 60
    assert fault_of(good[:at] + bytes(20) + good[at + 20 :]) == "archive"


def test_a_wrong_checksum_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    assert fault_of(in_directory(Vote().zipped(), "rules.txt", 16, b"abcd")) == "archive"


def test_another_name_in_front_of_a_file_than_in_the_directory_is_a_fault(
    fault_of: Callable[[bytes], str],
) -> None:
    assert fault_of(Vote().zipped().replace(b"rules.txt", b"rulez.txt", 1)) == "archive"


def test_a_directory_that_is_said_to_be_enormous_is_not_read(fault_of: Callable[[bytes], str]) -> None:
    good = Vote().zipped()
    end = good.rfind(b"PK\5\6")
    for offset, value in ((12, b"\xff\xff\xff\x7f"), (10, b"\xff\xff"), (16, b"\xff\xff\xff\xff")):
        assert fault_of(good[: end + offset] + value + good[end + offset + len(value) :]) == "archive"


def test_a_second_directory_of_64_bits_is_refused(fault_of: Callable[[bytes], str]) -> None:
    good = Vote().zipped()
    end = good.rfind(b"PK\5\6")
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 10**9, 10**9, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    assert fault_of(good[:end] + record + locator + good[end:]) == "archive"


def test_a_zip_that_is_cut_off_anywhere_gives_a_fault_or_is_no_zip(tmp_path: Path, capsys: Any) -> None:
    good = Vote().zipped()
    path = tmp_path / "cut.zip"
    for length in range(0, len(good), 97):
        path.write_bytes(good[:length])
        assert check(path, capsys).code in (1, 2)


def test_no_change_of_some_bytes_ends_in_an_error_of_the_program(tmp_path: Path, capsys: Any) -> None:
    """Nor is any called good, unless it only touches what a ZIP says besides names and contents."""
    good = Vote().zipped(zipfile.ZIP_STORED)
    path, dice, faults = tmp_path / "spoiled.zip", Dice("spoiled"), 0
    for _ in range(400):
        spoiled = bytearray(good)
        for _ in range(1 + dice.below(3)):
            spoiled[dice.below(len(good))] = dice.below(256)
        path.write_bytes(spoiled)
        checked = check(path, capsys)
        faults += checked.code == 1 and not checked.fault.startswith("exit")
        assert checked.code in (0, 1, 2)
    assert faults > 300


JSON: list[bytes] = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b"9" * 100_000,
    b"-0",
    b"1e400",
    b"NaN",
    b"Infinity",
    b'"\\ud800"',
    b'{"signature":"\\ud800"}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b'{"signature":[],"signer":{},"statement":[]}',
    b'{"signature":null,"signer":null,"statement":null}',
    canonical(signed({})),
    canonical(signed({"type": "wijkbudget-result"})),
]


@pytest.mark.parametrize("text", JSON, ids=[repr(each[:20]) for each in JSON])
def test_odd_json_is_a_fault_of_form(text: bytes, fault_of: Callable[[bytes], str]) -> None:
    def result(files: dict[str, bytes]) -> dict[str, bytes]:
        return {**files, "result.json": text + b"\n"}

    def board(lines: list[bytes]) -> list[bytes]:
        return [lines[0], text, *lines[2:]]

    def ballot(lines: list[bytes]) -> list[bytes]:
        return [lines[0][:65] + text, *lines[1:]]

    assert fault_of(Vote(files=result).zipped()) == "result-form"
    assert fault_of(Vote(lines=board).zipped()) == "board-form"
    assert fault_of(Vote(ballots=ballot).zipped()) == "ballot-form"


VALUES: list[Any] = [None, True, -1, 2**53, "", "x", [], {}, [None], [[]], {"a": 1}, [{"number": {}}]]


@pytest.mark.parametrize("step", ["opening", "batch", "seal", "result"])
def test_no_value_in_any_field_ends_in_an_error_of_the_program(
    step: str, fault_of: Callable[[bytes], str]
) -> None:
    made: dict[str, Any] = {}
    Vote(**{step: made.update})  # type: ignore[arg-type]
    for name, held in made.items():
        for value in VALUES:
            if value == held or (step == "batch" and name == "batch"):
                continue
            found = fault_of(Vote(**{step: lambda each, n=name, v=value: {**each, n: v}}).zipped())  # type: ignore[arg-type]
            assert not found.startswith("exit 2"), (name, value)
            assert not found.startswith("exit 0") or name in ("round_name", "software"), (name, value)


def test_a_line_that_never_ends_is_a_fault(
    fault_of: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_LINE", 5_000)
    assert fault_of(Vote(lines=lambda lines: [*lines, b"x" * 6_000]).zipped()) == "board-form"


def test_an_election_made_to_keep_the_count_busy_is_left_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Costs that are all different leave very many sets that no other set beats."""
    monkeypatch.setattr(verify, "MOST_SECONDS", 1)
    dice = Dice("busy")
    costs = {number: 2**40 + dice.below(2**40) for number in range(1, 200)}
    choices = [tuple(n for n in costs if dice.below(3)) for _ in range(100)]
    election = verify.Election(2**46, costs, choices, [], 1)
    pot = {"rule": "max-satisfaction", "rule_version": 1, "satisfaction": None, "completion": None}
    with pytest.raises(verify.NotCountable, match="langer duurt"):
        verify.count(election, pot, "approval", verify.Lots([]))


def test_the_program_runs_by_itself_without_anything_of_the_product(tmp_path: Path) -> None:
    copied = tmp_path / "verify.py"
    copied.write_bytes(Path(verify.__file__).read_bytes())
    (tmp_path / "vote.zip").write_bytes(Vote().zipped())
    command = [sys.executable, "-I", "-S", str(copied), str(tmp_path / "vote.zip")]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[-1] == b"Alles klopt."
    broken = subprocess.run([*command[:-1], "nothing.zip"], capture_output=True, check=False, cwd=tmp_path)
    assert (broken.returncode, broken.stderr) == (2, b"")


def test_a_deflated_stream_with_rubbish_is_a_fault(fault_of: Callable[[bytes], str]) -> None:
    content = Vote().files["rules.txt"]
    packed = zlib.compress(content)[2:-4]
    good = Vote().zipped()
    assert packed in good
    assert fault_of(good.replace(packed, b"\7" * len(packed))) == "archive"
