"""The check of a published archive in the browser: a good one holds, and every fault is named by its code."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verifier_js import archive
from tests.verifier_js.archive import OTHER_KEY, SIGNER, Spoil, ballot_text, build, canonical, sha256, signed
from tests.verifier_js.node import run

ZEROS = "0" * 64


def put(*path: str | int, to: Any) -> Callable[[Any], Any]:
    """A change that puts another value at a place in an object."""

    def change(value: Any) -> Any:
        place = value
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to
        return value

    return change


def without(*path: str | int) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        place = value
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        return value

    return change


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def batch(number: int, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda made: change(made) if made["batch"] == number else made


def first_ballot(text: bytes, *, own_receipt: bool = True) -> Spoil:
    """The first ballot has another text, everywhere or only beside its receipt."""
    before = ballot_text("F01", archive.NORTH[0], 0)
    old, new = sha256(before), sha256(text)
    receipt = new if own_receipt else old

    def batches(leaves: list[list[str]]) -> list[list[str]]:
        return [sorted(receipt if leaf == old else leaf for leaf in one) for one in leaves]

    return {
        "ballots": lambda all_: sorted([one for one in all_ if one[0] != old] + [(receipt, text)]),
        "batches": batches,
    }


def other_choice(choice: list[int]) -> Spoil:
    return first_ballot(ballot_text("F01", choice, 0))


def ballot_of(**own: Any) -> bytes:
    text: dict[str, Any] = json.loads(ballot_text("F01", [1, 2], 0))
    return canonical({**text, **own})


def reversed_lines(data: bytes) -> bytes:
    return b"".join(reversed(data.splitlines(keepends=True)))


def replaced(ballots: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """One ballot is another than the one of which the receipt is on the board."""
    text = ballot_text("F01", [1], 999)
    at = next(i for i, (_, own) in enumerate(ballots) if b'"choice":[1],' in own)
    return sorted([*ballots[:at], (sha256(text), text), *ballots[at + 1 :]])


def in_list(offset: int, value: bytes) -> Callable[[bytes], bytes]:
    """A change of the first entry in the list at the end of the ZIP."""

    def change(data: bytes) -> bytes:
        at = data.index(b"PK\x01\x02") + offset
        return data[:at] + value + data[at + len(value) :]

    return change


NORTH = ("pots", 0)
FAULTS: list[tuple[str, Spoil]] = [
    ("archive", {"zip": lambda _: b"geen zip"}),
    ("archive", {"zip": lambda data: data[:-30]}),
    ("archive", {"entries": without("README.txt")}),
    ("archive", {"entries": lambda files: {**files, "extra.txt": b""}}),
    ("archive", {"zip": swapped(b"README.txt", b"readme.txt")}),
    ("archive", {"zip": lambda data: data.replace(b"verify.py", b"rules.txt")}),
    ("archive", {"zip": in_list(8, b"\x01")}),  # encrypted
    ("archive", {"zip": in_list(10, b"\x0c")}),  # packed otherwise
    ("archive", {"zip": in_list(16, b"\0\0\0\0")}),  # another checksum
    ("archive", {"zip": in_list(24, b"\x05\0\0\0")}),  # more comes out than was said
    ("archive", {"zip": in_list(24, b"\xff\xff\xff\xff")}),  # over 1 GB
    ("result-form", {"result_bytes": lambda data: data[:-1]}),
    ("result-form", {"result_bytes": swapped(b'"funded":', b'"funded": ')}),
    ("result-form", {"result": without("seal_sha256")}),
    ("result-form", {"result": put(*NORTH, "withheld", to=0)}),
    ("result-form", {"result": put(*NORTH, "funded", 0, "cost_cents", to=1.5)}),
    ("result-signature", {"result_bytes": swapped(b'"min_support":1', b'"min_support":2')}),
    ("result-signature", {"result_file": put("signature", to="f" * 128)}),
    ("file", {"entries": put("README.txt", to=b"Anders.\n")}),
    ("file", {"result": without("files", "verify.py")}),
    ("file", {"result": put("files", "result.json", to=ZEROS)}),
    ("rules", {"files": put("rules.txt", to=b"andere regels\n")}),
    ("board-form", {"board": lambda data: data[:-1]}),
    ("board-form", {"board": lambda data: data + b"\n"}),
    ("board-form", {"opening": put("extra", to=1)}),
    ("board-form", {"opening": lambda one: {**one, "pots": one["pots"][::-1]}}),
    ("board-form", {"batch": batch(2, put("batch", to=3))}),
    ("board-form", {"batches": lambda leaves: [leaves[0][:4], sorted(leaves[0][4:] + leaves[1])]}),
    ("board-order", {"batches": lambda leaves: [leaves[0][::-1], leaves[1]]}),
    ("board-order", {"batches": lambda leaves: [leaves[0], sorted([leaves[0][0], *leaves[1][1:]])]}),
    ("board-root", {"batch": batch(1, put("root", to=ZEROS))}),
    ("board-chain", {"batch": batch(2, put("previous", to=ZEROS))}),
    ("seal-form", {"seal": put("closes_at", to="21 mei")}),
    ("seal-form", {"seal": put("closes_at", to="2026-02-30T22:00:00Z")}),
    ("seal-form", {"files": lambda files: {**files, "seal.json": files["seal.json"] + b"\n"}}),
    ("seal-signature", {"seal_file": put("signature", to="0" * 128)}),
    ("seal-signature", {"seal_file": lambda made: signed(made["statement"], OTHER_KEY)}),
    ("seal-board", {"seal": put("round", to="f" * 32)}),
    ("seal-board", {"seal": put("head", to=ZEROS)}),
    ("seal-board", {"seal": put("rules_sha256", to=ZEROS)}),
    ("seal-board", {"seal": put("batches", to=3)}),
    ("seal-board", {"seal": put("leaves", to=8)}),
    ("seal-board", {"seal": put("ballots", to=9)}),
    ("seal-board", {"seal": put("pots", 0, "pot", to="F03")}),
    ("seal-board", {"seal": put("pots", 0, "entitled", to=5)}),
    ("seal-board", {"seal": put("pots", 0, "roll", to=8)}),
    ("seal-result", {"result": put("round", to="f" * 32)}),
    ("seal-result", {"result": put("seal_sha256", to=ZEROS)}),
    ("ballot-form", {"ballots_txt": lambda data: data[:-1]}),
    ("ballot-form", {"ballots_txt": lambda data: data + b"\n"}),
    ("ballot-form", first_ballot(ballot_of(round="f" * 32))),
    ("ballot-form", first_ballot(ballot_of(pot="F03"))),
    ("ballot-form", first_ballot(ballot_of(naam="Jan"))),
    ("ballot-form", first_ballot(ballot_of() + b" ")),
    ("ballot-order", {"ballots_txt": reversed_lines}),
    ("ballot-order", {"ballots_txt": lambda data: data.splitlines(keepends=True)[0] + data}),
    ("ballot-receipt", first_ballot(ballot_text("F01", [3], 0), own_receipt=False)),
    ("ballot-receipt", {"result": put("pots", 1, "withheld", to=False)}),
    ("ballot-receipt", {"result": put(*NORTH, "withheld", to=True)}),
    ("ballot-choice", other_choice([5])),
    ("ballot-choice", other_choice([2, 1])),
    ("ballot-choice", other_choice([1, 1])),
    ("ballot-choice", {"opening": put("ballot_type", to="capped_approval")}),
    ("ballot-board", {"ballots": replaced}),
    ("ballot-count", {"ballots_txt": lambda data: b"".join(data.splitlines(keepends=True)[1:])}),
    ("ballot-count", {"result": put(*NORTH, "ballots", to=7)}),
    ("ballot-count", {"result": put(*NORTH, "blank", to=0)}),
    ("superseded", {"superseded": lambda _: b""}),
    ("superseded", {"superseded": lambda data: data + data}),
    ("superseded", {"superseded": lambda data: data[:-1]}),
    ("superseded", {"superseded": lambda _: ZEROS.encode() + b"\n"}),
    ("result-pots", {"result": lambda one: {**one, "pots": one["pots"] + one["pots"][:1]}}),
    ("result-pots", {"result": put(*NORTH, "budget_cents", to=2_000_00)}),
    ("result-pots", {"result": put(*NORTH, "spent_cents", to=900_00)}),
    ("result-pots", {"result": put(*NORTH, "funded", 0, "number", to=9)}),
    ("result-pots", {"result": put(*NORTH, "funded", 0, "cost_cents", to=1)}),
    ("result-pots", {"result": put(*NORTH, "withdrawn", to=[5])}),
    ("result-pots", {"result": put(*NORTH, "withdrawn", to=[1, 1])}),
    ("result-pots", {"result": put(*NORTH, "offered", to=[{"cents": 0, "number": 2}])}),
    ("result-count", {"result": put(*NORTH, "lots", to=[])}),
    ("result-count", {"result": put(*NORTH, "lots", to=[[1, 2]])}),
    ("result-count", {"result": put(*NORTH, "lots", to=[[2, 1], [2, 3]])}),
    ("result-count", {"result": put(*NORTH, "withdrawn", to=[1])}),
    ("result-count", {"result": put(*NORTH, "rule", to="greedy-stop")}),
    ("result-count", {"result": put(*NORTH, "min_support", to=3)}),
    ("result-count", {"result": lambda one: put(*NORTH, "funded", to=one["pots"][0]["funded"][::-1])(one)}),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the check says of each spoiled archive, in the order of `FAULTS`."""
    folder = tmp_path_factory.mktemp("archives")
    asked = []
    for number, (_, spoil) in enumerate(FAULTS):
        path = folder / f"{number}.zip"
        path.write_bytes(build(spoil))
        asked.append({"path": str(path)})
    answer: list[dict[str, Any]] = run("archives.mjs", asked)
    return answer


def check(tmp_path: Path, spoil: Spoil | None = None, **asked: Any) -> dict[str, Any]:
    path = tmp_path / "archief.zip"
    path.write_bytes(build(spoil))
    (answer,) = run("archives.mjs", [{"path": str(path), **asked}])
    checked: dict[str, Any] = answer
    return checked


@pytest.mark.parametrize(
    "number", range(len(FAULTS)), ids=[f"{code}-{i}" for i, (code, _) in enumerate(FAULTS)]
)
def test_a_fault_is_named_by_its_code(found: list[dict[str, Any]], number: int) -> None:
    assert found[number]["code"] == FAULTS[number][0], found[number]["text"]
    assert found[number]["text"].startswith(f"FOUT {FAULTS[number][0]}: ")
    assert "\n" not in found[number]["text"]


def test_every_code_of_the_protocol_has_a_spoiled_archive() -> None:
    protocol = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
    table = protocol.partition("## 10. ")[2]
    codes = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert len(codes) > 20
    assert list(dict.fromkeys(code for code, _ in FAULTS)) == codes


def test_a_good_archive_holds_and_withheld_ballots_are_not_counted(tmp_path: Path) -> None:
    answer = check(tmp_path, signer=SIGNER)
    assert (answer["text"], answer["complete"]) == (None, True)
    assert answer["states"] == ["counted", "withheld"]


def test_a_good_archive_may_be_stored_without_packing(tmp_path: Path) -> None:
    assert check(tmp_path, {"zip": repacked})["text"] is None


def test_a_vote_with_rankings_is_checked_and_counted_too(tmp_path: Path) -> None:
    def ranked(result: Any) -> Any:
        funded = [{"cost_cents": 600_00, "number": 1}, {"cost_cents": 250_00, "number": 3}]
        result["pots"][0].update(rule="schulze", funded=funded, lots=[], spent_cents=850_00)
        return result

    ranking = {"opening": put("ballot_type", to="ranking"), "result": ranked}
    assert check(tmp_path, ranking)["states"] == ["counted", "withheld"]
    # With one ballot turned round, Bomen and Plein are equal, and no lot was drawn.
    assert check(tmp_path, {**ranking, **other_choice([2, 1])})["code"] == "result-count"


def repacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return archive.zipped([(name, packed.read(name)) for name in packed.namelist()], zipfile.ZIP_STORED)


def test_another_signer_than_the_expected_one_is_a_fault(tmp_path: Path) -> None:
    assert (
        check(tmp_path, signer=OTHER_KEY.public_key().public_bytes_raw().hex())["code"] == "result-signature"
    )


def test_a_rule_that_is_not_counted_is_no_fault_but_not_all_is_well(tmp_path: Path) -> None:
    answer = check(tmp_path, {"result": put(*NORTH, "rule", to="loterij")})
    assert (answer["text"], answer["complete"]) == (None, False)
    assert answer["states"] == ["not-counted", "withheld"]


def test_a_receipt_is_found_by_its_digits_and_by_its_words(tmp_path: Path) -> None:
    receipt = sha256(ballot_text("F01", archive.NORTH[0], 0))
    old = sha256(ballot_text("F01", [3], 200))
    (words,) = run("parts.mjs", {"part": "words", "values": [receipt[:20]]})
    typed = [
        receipt,
        receipt[:20].upper(),
        words.replace("-", " ").title(),
        old,
        ZEROS,
        "hallo",
        receipt[:19],
    ]
    answer = check(tmp_path, receipts=typed)
    states = [one["state"] for one in answer["found"]]
    assert states == ["in-force"] * 3 + ["superseded", "missing", "unreadable", "unreadable"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda data: data, None),
        (lambda data: b"".join(data.splitlines(keepends=True)[:2]), None),
        (swapped(b"Noord", b"Zuid!"), 1),
        (lambda data: b"".join(data.splitlines(keepends=True)[::2]), 2),
        (lambda data: data + b"{}\n", 4),
        (lambda data: data[:-1], 3),
    ],
    ids=["same", "shorter", "other pot", "batch away", "longer", "cut off"],
)
def test_an_older_board_must_be_the_beginning_of_the_new_one(
    tmp_path: Path, change: Callable[[bytes], bytes], line: int | None
) -> None:
    older = tmp_path / "board.jsonl"
    kept: list[bytes] = []
    build({"board": lambda data: kept.append(data) or data})
    older.write_bytes(change(kept[0]))
    assert check(tmp_path, older=str(older))["changed"] == line
