"""A vote played by the demonstration passes all three verifiers; whatever is tampered with, all three name it alike.

The three: `wijkbudget verify`, the program inside the archive, and the page in the browser (run by node).
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verifier_js.node import run
from wijkbudget.protocol.archive import read_archive, zipped
from wijkbudget.protocol.board import Fault
from wijkbudget.protocol.canonical import canonical_json, read_canonical, sha256
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.protocol.verify import verify_archive

VERIFY = Path(__file__).parents[2] / "wijkbudget" / "data" / "verifier" / "verify.py"
FORGER = SigningKey(bytes(32))
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that `wijkbudget demo --archive` writes."""
    path = tmp_path_factory.mktemp("played") / "archive.zip"
    command = [sys.executable, "-m", "wijkbudget", "demo", "--archive", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return path


def named_by_the_product(path: Path) -> str | None:
    try:
        verify_archive(path.read_bytes())
    except Fault as fault:
        return fault.code
    return None


def named_by_the_archive(path: Path) -> str | None:
    command = [sys.executable, "-I", str(VERIFY), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("FOUT ")]
    assert done.returncode == (1 if said else 0), done.stdout + done.stderr
    assert len(said) <= 1
    return said[0].split()[1].rstrip(":") if said else None


def named_by_the_browser(paths: list[Path]) -> list[str | None]:
    return [answer["code"] for answer in run("archives.mjs", [{"path": str(path)} for path in paths])]


def lines(text: bytes) -> list[bytes]:
    return text.split(b"\n")[:-1]


def joined(found: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in found)


def with_file(name: str, change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    """Change a file, and let a forger sign everything anew, so that only what is deeper can tell."""

    def spoil(files: Files) -> None:
        before = files[name]
        files[name] = change(before)
        assert files[name] != before

    return spoil


def in_statement(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        statement = read_canonical(files[name][:-1])["statement"]
        change(statement)
        files[name] = FORGER.sign(statement)

    return spoil


def signed_anew(files: Files) -> None:
    """The forger's seal and result over whatever the files are now."""
    files["seal.json"] = FORGER.sign(read_canonical(files["seal.json"][:-1])["statement"])
    result = read_canonical(files["result.json"][:-1])["statement"]
    result["files"] = {name: sha256(content) for name, content in files.items() if name != "result.json"}
    result["seal_sha256"] = sha256(files["seal.json"])
    files["result.json"] = FORGER.sign(result)


def first_ballot(
    change: Callable[[dict[str, Any]], dict[str, Any]], *, rehash: bool
) -> Callable[[bytes], bytes]:
    def changed(text: bytes) -> bytes:
        found = lines(text)
        receipt, _, ballot = found[0].partition(b" ")
        ballot = canonical_json(change(read_canonical(ballot)))
        found[0] = (sha256(ballot).encode() if rehash else receipt) + b" " + ballot
        return joined(sorted(found))

    return changed


def last_batch(**changes: Any) -> Callable[[bytes], bytes]:
    def changed(text: bytes) -> bytes:
        *before, last = lines(text)
        return joined([*before, canonical_json(read_canonical(last) | changes)])

    return changed


def one_fewer_funded(result: dict[str, Any]) -> None:
    pot = result["pots"][0]
    pot["spent_cents"] -= pot["funded"].pop()["cost_cents"]


FORGED: dict[str, tuple[str, Callable[[Files], None]]] = {
    "the rules": ("rules", with_file("rules.txt", lambda text: text.replace(b"e", b"a", 1))),
    "a line of the board that is not canonical": (
        "board-form",
        with_file("board.jsonl", lambda text: text.replace(b'"batch":1', b'"batch": 1')),
    ),
    "a batch in the middle that is gone": (
        "board-form",
        with_file("board.jsonl", lambda text: joined([*lines(text)[:2], *lines(text)[3:]])),
    ),
    "the last batch that is gone": (
        "seal-board",
        with_file("board.jsonl", lambda text: joined(lines(text)[:-1])),
    ),
    "a batch with its leaves out of order": (
        "board-order",
        with_file(
            "board.jsonl",
            lambda text: last_batch(leaves=read_canonical(lines(text)[-1])["leaves"][::-1])(text),
        ),
    ),
    "a root": ("board-root", with_file("board.jsonl", last_batch(root="0" * 64))),
    "a link of the board": ("board-chain", with_file("board.jsonl", last_batch(previous="0" * 64))),
    "the turnout in the seal": (
        "seal-board",
        in_statement("seal.json", lambda seal: seal.update(ballots=seal["ballots"] + 1)),
    ),
    "a field of the seal": ("seal-form", in_statement("seal.json", lambda seal: seal.pop("software"))),
    "the round of the result": (
        "seal-result",
        in_statement("result.json", lambda result: result.update(round="0" * 32)),
    ),
    "a ballot of another round": (
        "ballot-form",
        with_file("ballots.txt", first_ballot(lambda ballot: ballot | {"round": "0" * 32}, rehash=True)),
    ),
    "a ballot twice": (
        "ballot-order",
        with_file("ballots.txt", lambda text: joined([*lines(text)[:1], *lines(text)])),
    ),
    "a choice under its old receipt": (
        "ballot-receipt",
        with_file("ballots.txt", first_ballot(lambda ballot: ballot | {"choice": []}, rehash=False)),
    ),
    "a choice that is not on the list": (
        "ballot-choice",
        with_file("ballots.txt", first_ballot(lambda ballot: ballot | {"choice": [999]}, rehash=True)),
    ),
    "a ballot that nobody cast": (
        "ballot-board",
        with_file("ballots.txt", first_ballot(lambda ballot: ballot | {"nonce": "0" * 32}, rehash=True)),
    ),
    "a row too few": ("ballot-count", with_file("ballots.txt", lambda text: joined(lines(text)[1:]))),
    "a superseded receipt that is gone": (
        "superseded",
        with_file("superseded.txt", lambda text: joined(lines(text)[1:])),
    ),
    "the budget": (
        "result-pots",
        in_statement("result.json", lambda result: result["pots"][0].update(budget_cents=10**9)),
    ),
    "a plan that loses its money": ("result-count", in_statement("result.json", one_fewer_funded)),
    "the order of the funded plans": (
        "result-count",
        in_statement("result.json", lambda result: result["pots"][0]["funded"].reverse()),
    ),
    "another counting rule": (
        "result-count",
        in_statement("result.json", lambda result: result["pots"][0].update(rule="greedy-per-cost")),
    ),
}


def test_a_played_vote_passes_all_three(played: Path) -> None:
    assert named_by_the_product(played) is None
    assert named_by_the_archive(played) is None
    assert named_by_the_browser([played]) == [None]


def test_the_program_in_the_archive_checks_the_archive_it_came_in(played: Path, tmp_path: Path) -> None:
    program = tmp_path / "verify.py"
    program.write_bytes(read_archive(played.read_bytes())["verify.py"])
    command = [sys.executable, "-I", str(program), str(played)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("Alles klopt.\n")


def test_every_byte_of_every_file_is_covered(played: Path, tmp_path: Path) -> None:
    whole, paths, expected = read_archive(played.read_bytes()), [], []
    for name in sorted(whole):
        files = dict(whole)
        middle = len(files[name]) // 2
        files[name] = files[name][:middle] + bytes([files[name][middle] ^ 1]) + files[name][middle + 1 :]
        paths.append(tmp_path / f"{name}.zip")
        paths[-1].write_bytes(zipped(files))
        expected.append("file" if name != "result.json" else None)
    named = [named_by_the_product(path) for path in paths]
    assert named == [named_by_the_archive(path) for path in paths] == named_by_the_browser(paths)
    assert all(code == wanted for code, wanted in zip(named, expected, strict=True) if wanted)
    assert named[sorted(whole).index("result.json")] in ("result-form", "result-signature")


def test_a_file_too_few_or_too_many_is_named_by_all(played: Path, tmp_path: Path) -> None:
    whole, paths = read_archive(played.read_bytes()), []
    for name, change in (
        ("less", lambda f: f.pop("seal.json")),
        ("more", lambda f: f.update({"x.txt": b"x"})),
    ):
        files = dict(whole)
        change(files)
        paths.append(tmp_path / f"{name}.zip")
        paths[-1].write_bytes(zipped(files))
    assert [named_by_the_product(path) for path in paths] == ["archive", "archive"]
    assert [named_by_the_archive(path) for path in paths] == ["archive", "archive"]
    assert named_by_the_browser(paths) == ["archive", "archive"]


def test_a_forger_who_signs_everything_anew_is_still_found_by_all(played: Path, tmp_path: Path) -> None:
    paths = []
    for number, (_, spoil) in enumerate(FORGED.values()):
        files = dict(read_archive(played.read_bytes()))
        spoil(files)
        signed_anew(files)
        paths.append(tmp_path / f"{number}.zip")
        paths[-1].write_bytes(zipped(files))
    expected = {what: code for what, (code, _) in FORGED.items()}
    assert dict(zip(FORGED, map(named_by_the_product, paths), strict=True)) == expected
    assert dict(zip(FORGED, map(named_by_the_archive, paths), strict=True)) == expected
    assert dict(zip(FORGED, named_by_the_browser(paths), strict=True)) == expected
