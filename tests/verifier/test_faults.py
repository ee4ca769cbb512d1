"""Each way in which a published vote can be wrong is named by its code; what follows it was made to fit the fault."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.votes import KEY, OTHER_KEY, Vote, canonical, check, sha, signed, signer_of, zipped
from wijkbudget.data.verifier import verify

GOOD: list[dict[str, Any]] = [
    {"kind": "approval"},
    {"kind": "approval", "withheld": True},
    {"kind": "approval", "rule": "greedy-remainder"},
    {"kind": "approval", "rule": "phragmen", "completion": "greedy"},
    {"kind": "capped_approval", "rule": "equal-shares", "satisfaction": "cost", "completion": "add1"},
    {"kind": "ranking", "rule": "schulze"},
    {"kind": "ranking", "rule": "expanding-approvals", "completion": "greedy", "withheld": True},
]


def put(**changes: Any) -> Callable[[Any], Any]:
    """A step that fills in other values."""
    return lambda value: {**value, **changes}


def put_pot(at: int = 0, **changes: Any) -> Callable[[Any], Any]:
    """A step that fills in other values for one pot."""

    def changed(value: Any) -> Any:
        value["pots"][at].update(changes)
        return value

    return changed


def without(name: str) -> Callable[[Any], Any]:
    return lambda value: {key: each for key, each in value.items() if key != name}


def on_batch(number: int, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda line: change(line) if line["batch"] == number else line


def on_line(at: int, change: Callable[[bytes], bytes]) -> Callable[[Any], Any]:
    return lambda lines: [change(line) if at == number else line for number, line in enumerate(lines)]


def with_content(name: str, change: Callable[[bytes], bytes]) -> Callable[[Any], Any]:
    """Change a file after the result has named its hash."""
    return lambda files: {**files, name: change(files[name])}


def ballot(change: Callable[[dict[str, Any]], Any], *, receipt_too: bool = False) -> Callable[[Any], Any]:
    """Change the first ballot, and its receipt when that is asked."""

    def changed(lines: list[bytes]) -> list[bytes]:
        receipt, _, text = lines[0].partition(b" ")
        read = json.loads(text)
        text = canonical(change(read) or read)
        return [(sha(text).encode() if receipt_too else receipt) + b" " + text, *lines[1:]]

    return changed


def recast(at: int, choice: tuple[int, ...], pot: str = "Ab") -> Callable[[Any], Any]:
    """A voter who chose something else; everything else is made to fit, but the result does not name it."""
    return lambda cast: [(pot, choice) if at == number else each for number, each in enumerate(cast)]


def swapped(values: list[Any], one: int = 0, other: int = 1) -> list[Any]:
    moved = list(values)
    moved[one], moved[other] = moved[other], moved[one]
    return moved


def first_batch_with_a_leaf_of_the_second(batches: list[list[str]]) -> list[list[str]]:
    return [batches[0], sorted([*batches[1][1:], batches[0][0]]), *batches[2:]]


FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("archive", "a file is missing", {"files": without("README.txt")}),
    ("archive", "a file too many", {"files": put(**{"notes.txt": b"x"})}),
    ("archive", "a file in a folder", {"files": lambda f: {f"vote/{name}": each for name, each in f.items()}}),
    ("result-form", "not JSON", {"files": with_content("result.json", lambda _: b"geen JSON\n")}),
    ("result-form", "empty", {"files": with_content("result.json", lambda _: b"")}),
    ("result-form", "a space", {"files": with_content("result.json", lambda c: c.replace(b'":', b'": ', 1))}),
    ("result-form", "no line feed", {"files": with_content("result.json", lambda c: c[:-1])}),
    ("result-form", "two line feeds", {"files": with_content("result.json", lambda c: c + b"\n")}),
    ("result-form", "a field is missing", {"result": without("round")}),
    ("result-form", "a field too many", {"result": put(note="x")}),
    ("result-form", "another version", {"result": put(v=2)}),
    ("result-form", "true for 1", {"result": put(v=True)}),
    ("result-form", "another type", {"result": put(type="wijkbudget-sealed")}),
    ("result-form", "a negative number", {"result": put_pot(spent_cents=-1)}),
    ("result-form", "a large number", {"result": put_pot(spent_cents=2**53)}),
    ("result-form", "a text for a number", {"result": put_pot(funded=[{"cost_cents": 1, "number": "1"}])}),
    ("result-form", "no satisfaction of that name", {"result": put_pot(satisfaction="joy")}),
    ("result-form", "withheld is not a boolean", {"result": put_pot(withheld=0)}),
    ("result-form", "no signer", {"signed_result": without("signer")}),
    ("result-form", "a signature in capitals", {"signed_result": put(signature="AB" * 64)}),
    ("result-signature", "another signature", {"signed_result": put(signature="ab" * 64)}),
    ("result-signature", "another signer", {"signed_result": put(signer=signer_of(OTHER_KEY))}),
    ("result-signature", "another statement", {"signed_result": lambda s: put_pot()(s["statement"]) and {
        **s, "statement": {**s["statement"], "round": "f" * 32}}}),
    ("file", "a changed README", {"files": with_content("README.txt", lambda c: c + b"x")}),
    ("file", "a changed ballot", {"files": with_content("ballots.txt", lambda c: c.replace(b"[1,2]", b"[1,3]"))}),
    ("file", "a program that says that all is well", {"files": with_content("verify.py", lambda _: b"")}),
    ("file", "a file is not named", {"result": lambda r: {**r, "files": without("verify.py")(r["files"])}}),
    ("file", "the result names itself", {"result": lambda r: {
        **r, "files": {**r["files"], "result.json": "ab" * 32}}}),
    ("rules", "other rules", {"opening": put(rules_sha256="ab" * 32)}),
    ("board-form", "an empty board", {"lines": lambda _: []}),
    ("board-form", "an opening that is no JSON", {"lines": on_line(0, lambda _: b"{")}),
    ("board-form", "an opening that is a number", {"lines": on_line(0, lambda _: b"7")}),
    ("board-form", "unknown ballots", {"opening": put(ballot_type="points")}),
    ("board-form", "pots out of order", {"opening": lambda o: {**o, "pots": o["pots"][::-1]}}),
    ("board-form", "projects out of order", {"opening": lambda o: put_pot(
        projects=swapped(o["pots"][0]["projects"]))(o)}),
    ("board-form", "a project without cost", {"opening": put_pot(
        projects=[{"cost_cents": 0, "number": 1, "title": ""}])}),
    ("board-form", "a batch is missing", {"lines": lambda lines: [lines[0], *lines[2:]]}),
    ("board-form", "a batch with another number", {"batch": on_batch(2, put(batch=3))}),
    ("board-form", "a small batch before the last", {"leaves": lambda b: [b[0][:4], sorted(b[0][4:] + b[1]), b[2]]}),
    ("board-form", "a batch without leaves", {"leaves": lambda b: [*b, []]}),
    ("board-form", "an empty line", {"lines": lambda lines: [*lines, b""]}),
    ("board-form", "a carriage return", {"lines": on_line(2, lambda line: line + b"\r")}),
    ("board-form", "a leaf in capitals", {"batch": on_batch(1, lambda b: put(leaves=[b["leaves"][0].upper()])(b))}),
    ("board-form", "a double key", {"lines": on_line(1, lambda line: b'{"batch":1,' + line[1:])}),
    ("board-form", "arrays in arrays", {"lines": on_line(1, lambda _: b"[" * 100_000)}),
    ("board-form", "no UTF-8", {"lines": on_line(1, lambda line: line + b"\xff")}),
    ("board-order", "leaves out of order", {"leaves": lambda b: [swapped(b[0]), *b[1:]]}),
    ("board-order", "a leaf twice in a batch", {"leaves": lambda b: [sorted([*b[0], b[0][0]]), *b[1:]]}),
    ("board-order", "a leaf in two batches", {"leaves": first_batch_with_a_leaf_of_the_second}),
    ("board-root", "another root", {"batch": on_batch(2, put(root="ab" * 32))}),
    ("board-chain", "another head before", {"batch": on_batch(2, put(previous="ab" * 32))}),
    ("board-chain", "another opening", {"lines": on_line(0, lambda line: line.replace(b"Abdij", b"Abdis"))}),
    ("seal-form", "a field is missing", {"seal": without("software")}),
    ("seal-form", "a time without zone", {"seal": put(closes_at="2026-05-21T22:00:00")}),
    ("seal-form", "a day that does not exist", {"seal": put(closes_at="2026-02-30T22:00:00Z")}),
    ("seal-form", "another type", {"seal": put(type="wijkbudget-result")}),
    ("seal-signature", "another signature", {"signed_seal": put(signature="00" * 64)}),
    ("seal-signature", "sealed by another", {"signed_seal": lambda s: signed(s["statement"], OTHER_KEY)}),
    ("seal-board", "another head", {"seal": put(head="ab" * 32)}),
    ("seal-board", "another round", {"seal": put(round="f" * 32)}),
    ("seal-board", "other rules", {"seal": put(rules_sha256="ab" * 32)}),
    ("seal-board", "other batches", {"seal": put(batches=4)}),
    ("seal-board", "other leaves", {"seal": put(leaves=14)}),
    ("seal-board", "pots out of order", {"seal": lambda s: {**s, "pots": s["pots"][::-1]}}),
    ("seal-board", "the ballots are not those who voted", {"seal": put(ballots=13)}),
    ("seal-board", "more voters than may vote", {"seal": put_pot(entitled=8)}),
    ("seal-board", "more may vote than are on the roll", {"seal": put_pot(roll=39)}),
    ("seal-result", "another round", {"result": put(round="f" * 32)}),
    ("seal-result", "another seal", {"result": put(seal_sha256="ab" * 32)}),
    ("ballot-form", "no receipt", {"ballots": on_line(0, lambda line: line[65:])}),
    ("ballot-form", "an empty line", {"ballots": lambda lines: [*lines, b""]}),
    ("ballot-form", "spaces at the end", {"ballots": on_line(0, lambda line: line + b"  ")}),
    ("ballot-form", "no choice", {"ballots": ballot(lambda b: b.pop("choice") and None)}),
    ("ballot-form", "another round", {"ballots": ballot(put(round="f" * 32))}),
    ("ballot-form", "an unknown pot", {"ballots": ballot(put(pot="Zz"))}),
    ("ballot-form", "a short nonce", {"ballots": ballot(put(nonce="ab"))}),
    ("ballot-form", "a text as choice", {"ballots": ballot(put(choice=["1"]))}),
    ("ballot-form", "a withheld ballot that tells", {"withheld": True, "ballots": lambda lines: [
        line.replace(b'{"pot":"Be"', b'{"choice":[5],"pot":"Be"') for line in lines]}),
    ("ballot-order", "out of order", {"ballots": swapped}),
    ("ballot-order", "a line twice", {"ballots": lambda lines: [lines[0], *lines]}),
    ("ballot-receipt", "another choice", {"ballots": ballot(put(choice=[11]))}),
    ("ballot-receipt", "withheld without need", {"withheld": True, "result": put_pot(1, withheld=False)}),
    ("ballot-receipt", "shown though withheld", {"result": put_pot(1, withheld=True)}),
    ("ballot-choice", "a project of another pot", {"cast": recast(0, (5,))}),
    ("ballot-choice", "a project twice", {"kind": "ranking", "rule": "schulze", "cast": recast(0, (2, 2))}),
    ("ballot-choice", "a project twice among approvals", {"cast": recast(0, (2, 2))}),
    ("ballot-choice", "approvals out of order", {"cast": recast(0, (3, 2))}),
    ("ballot-choice", "more than the budget", {"kind": "capped_approval", "cast": recast(0, (1, 2))}),
    ("ballot-board", "a ballot that is not on the board", {"leaves": lambda b: [
        b[0], sorted([*b[1][1:], "ab" * 32]), b[2]]}),
    ("ballot-count", "a ballot is left out", {"ballots": lambda lines: lines[1:]}),
    ("ballot-count", "the seal counts others", {"seal": lambda s: put_pot(1, voted=4)(put_pot(0, voted=8)(s))}),
    ("ballot-count", "the result counts others", {"result": put_pot(ballots=10)}),
    ("ballot-count", "another number of blank ballots", {"result": put_pot(blank=2)}),
    ("superseded", "a leaf is left out", {"superseded": lambda lines: lines[1:]}),
    ("superseded", "a leaf at the end is left out", {"superseded": lambda lines: lines[:-1]}),
    ("superseded", "a leaf too many", {"superseded": lambda lines: sorted([*lines, b"ab" * 32])}),
    ("superseded", "out of order", {"superseded": swapped}),
    ("superseded", "a leaf twice", {"superseded": lambda lines: [lines[0], *lines]}),
    ("superseded", "a word too many", {"superseded": on_line(0, lambda line: line + b" x")}),
    ("result-pots", "a pot is missing", {"result": lambda r: {**r, "pots": r["pots"][:1]}}),
    ("result-pots", "pots out of order", {"result": lambda r: {**r, "pots": r["pots"][::-1]}}),
    ("result-pots", "another budget", {"result": put_pot(budget_cents=1001_00)}),
    ("result-pots", "another sum", {"result": put_pot(spent_cents=1)}),
    ("result-pots", "more than the budget", {"result": put_pot(spent_cents=1100_00, funded=[
        {"cost_cents": 600_00, "number": 1}, {"cost_cents": 500_00, "number": 2}])}),
    ("result-pots", "another cost", {"result": put_pot(spent_cents=1_00, funded=[{"cost_cents": 1_00, "number": 1}])}),
    ("result-pots", "an unknown project withdrawn", {"result": put_pot(withdrawn=[99])}),
    ("result-pots", "an unknown project in a lot", {"result": put_pot(lots=[[2, 99]])}),
    ("result-pots", "a project twice", {"result": put_pot(spent_cents=200_00, funded=[
        {"cost_cents": 100_00, "number": 11}] * 2)}),
    ("result-count", "another lot", {"result": put_pot(lots=[[1, 2]])}),
    ("result-count", "no lot", {"result": put_pot(lots=[])}),
    ("result-count", "nobody withdrawn", {"result": put_pot(withdrawn=[])}),
    ("result-count", "another rule", {"result": put_pot(rule="greedy-stop")}),
    ("result-count", "another order", {"result": lambda r: put_pot(funded=r["pots"][0]["funded"][::-1])(r)}),
    ("result-count", "an offer that was not made", {"result": put_pot(
        offered=[{"cents": 1, "number": 1}], spent_cents=900_01)}),
]  # fmt: skip


@pytest.mark.parametrize("vote", GOOD, ids=[" ".join(map(str, each.values())) for each in GOOD])
def test_of_a_good_vote_all_is_well(vote: dict[str, Any], tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote(**vote).zipped())
    checked = check(path, capsys)
    assert (checked.code, checked.lines[-1]) == (0, "Alles klopt.")
    assert check(path, capsys, "--signer", signer_of(KEY)).code == 0


@pytest.mark.parametrize(
    ("code", "what", "vote"), FAULTS, ids=[f"{code}: {what}" for code, what, _ in FAULTS]
)
def test_a_fault_is_named(code: str, what: str, vote: dict[str, Any], tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote(**vote).zipped())
    assert check(path, capsys).fault == code


def test_every_code_of_the_protocol_has_a_fault_here() -> None:
    protocol = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
    table = protocol.split("## 10.")[1].split("| code |")[1]
    codes = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert list(dict.fromkeys(code for code, _, _ in FAULTS)) == codes


def test_the_first_fault_in_the_order_of_the_protocol_is_the_answer(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    vote = Vote(
        batch=on_batch(2, put(root="ab" * 32)), seal=put(head="ab" * 32), result=put_pot(spent_cents=1)
    )
    path.write_bytes(vote.zipped())
    assert check(path, capsys).fault == "board-root"


def test_a_vote_signed_by_another_than_expected_is_refused(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote(keys=(OTHER_KEY, OTHER_KEY)).zipped())
    assert check(path, capsys).code == 0
    assert check(path, capsys, "--signer", signer_of(KEY)).fault == "result-signature"


def test_a_lot_that_was_not_needed_is_told(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote(result=put_pot(lots=[[2, 1], [3, 11]])).zipped())
    checked = check(path, capsys)
    assert checked.code == 0
    assert any("3, 11 was niet nodig" in line for line in checked.lines)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "sortition"},
        {"rule_version": 2},
        {"rule": "phragmen", "completion": "add1"},
        {"completion": "add1"},
        {"rule": "borda"},
    ],
)
def test_a_rule_that_is_not_known_is_said_and_not_all_is_well(
    changes: dict[str, Any], tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote(result=put_pot(**changes)).zipped())
    checked = check(path, capsys)
    assert checked.code == 2
    assert "dit programma telt deze regel niet na" in "".join(checked.lines)
    assert "Alles klopt." not in checked.lines


def test_a_count_that_takes_too_long_is_not_called_well(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_SECONDS", -1)
    path = tmp_path / "vote.zip"
    path.write_bytes(Vote("ranking", "schulze").zipped())
    checked = check(path, capsys)
    assert (checked.code, "Alles klopt." in checked.lines) == (2, False)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.zip", "b.zip"],
        ["--help"],
        ["--diff", "a"],
        ["a.zip", "--signer", "abc"],
        ["--signer", "a.zip"],
        ["not-there.zip"],
        ["."],
        ["--diff", "not-there", "not-there"],
        ["zero\0byte.zip"],
    ],
)
def test_a_wrong_command_or_an_unreadable_file_is_no_fault_of_the_vote(
    arguments: list[str], capsys: Any
) -> None:
    assert verify.main(arguments) == 2
    assert "FOUT" not in capsys.readouterr().out


def test_what_an_archive_says_cannot_put_lines_or_colours_on_the_screen(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "vote.zip"
    files = {**Vote().files, "\x1b[2K\rAlles klopt.\nx": b""}
    path.write_bytes(zipped(files.items()))
    checked = check(path, capsys)
    assert checked.fault == "archive"
    assert "\x1b" not in "".join(checked.lines)
