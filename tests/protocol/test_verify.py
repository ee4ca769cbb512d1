"""A published archive in which everything holds passes; one tampering after another is named by its code."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.protocol import vote
from wijkbudget.protocol.archive import NoArchive, read_archive, zipped
from wijkbudget.protocol.board import BallotList, Fault
from wijkbudget.protocol.canonical import canonical_json, read_canonical
from wijkbudget.protocol.statements import Granted, Turnout
from wijkbudget.protocol.verify import NotCounted, verify_archive

Change = Callable[[bytes], bytes]


def fault(content: bytes, **options: Any) -> Fault:
    with pytest.raises(Fault) as found:
        verify_archive(content, **options)
    return found.value


def lines(text: bytes) -> list[bytes]:
    return text.split(b"\n")[:-1]


def joined(parts: list[bytes]) -> bytes:
    return b"".join(part + b"\n" for part in parts)


def test_an_archive_in_which_everything_holds_passes() -> None:
    found = verify_archive(vote.archive(), vote.KEY.public)
    assert len(found.ballots) == 10
    assert [found.status_of(one.receipt)[0][1] for one in (*vote.IN_FORCE, *vote.OLD)] == (
        ["counted"] * 10 + ["superseded"] * 2
    )


def test_the_same_vote_gives_the_same_bytes_in_any_order_of_ballots() -> None:
    assert vote.archive() == vote.archive(ballots=vote.IN_FORCE[::-1])


def test_ballots_of_a_withheld_pot_are_not_in_the_archive_at_all() -> None:
    files = read_archive(vote.archive())
    hidden = [one for one in vote.IN_FORCE if one.pot == "F02"]
    assert hidden
    assert all(one.nonce.encode() not in content for one in hidden for content in files.values())


@pytest.mark.parametrize("name", sorted(read_archive(vote.archive())))
def test_one_changed_byte_in_any_file_is_noticed(name: str) -> None:
    def flip(content: bytes) -> bytes:
        return content[:-2] + bytes([content[-2] ^ 1]) + content[-1:]

    content = vote.tampered(name, flip, signed_again=False)
    found = fault(content)
    assert found.code == ("result-form" if name == "result.json" else "file")
    assert name in found.what


def last_batch(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """The board with its last line changed."""

    def changed(text: bytes) -> bytes:
        *before, last = lines(text)
        return joined([*before, canonical_json(change(read_canonical(last)))])

    return changed


def first_ballot(change: Callable[[bytes, bytes], bytes]) -> Change:
    """ballots.txt with its first line that is in full changed."""

    def changed(text: bytes) -> bytes:
        found = lines(text)
        place = next(n for n, line in enumerate(found) if b"wijkbudget-ballot" in line)
        receipt, _, ballot = found[place].partition(b" ")
        found[place] = change(receipt, ballot)
        return joined(sorted(found))

    return changed


def rehashed(change: Callable[[bytes], bytes]) -> Change:
    """ballots.txt with one ballot changed together with its receipt."""
    from wijkbudget.protocol.canonical import sha256

    return first_ballot(lambda _, ballot: sha256(change(ballot)).encode() + b" " + change(ballot))


TAMPERINGS: dict[str, tuple[str, str, Change]] = {
    "another text of the rules": ("rules", "rules.txt", lambda text: text + b"Artikel 99\n"),
    "spaces in a line of the board": (
        "board-form",
        "board.jsonl",
        lambda text: text.replace(b'"batch":1,', b'"batch": 1,'),
    ),
    "a whole batch removed": (
        "board-form",
        "board.jsonl",
        lambda text: joined([*lines(text)[:1], *lines(text)[2:]]),
    ),
    "the last batch removed": ("seal-board", "board.jsonl", lambda text: joined(lines(text)[:-1])),
    "a receipt twice on the board": (
        "board-order",
        "board.jsonl",
        last_batch(lambda batch: batch | {"leaves": [batch["leaves"][0], *batch["leaves"]]}),
    ),
    "a receipt swapped on the board": (
        "board-root",
        "board.jsonl",
        last_batch(lambda batch: batch | {"leaves": [*batch["leaves"][:-1], "f" * 64]}),
    ),
    "a batch that follows another past": (
        "board-chain",
        "board.jsonl",
        last_batch(lambda batch: batch | {"previous": "0" * 64}),
    ),
    "a field too many in the seal": (
        "seal-form",
        "seal.json",
        lambda text: vote.restated(text, lambda seal: seal.update(extra=1)),
    ),
    "a seal with another's signature": (
        "seal-signature",
        "seal.json",
        lambda text: vote.restated(text, lambda seal: None, key=vote.OTHER_KEY),
    ),
    "a seal changed after it was signed": (
        "seal-signature",
        "seal.json",
        lambda text: text.replace(b'"leaves":12', b'"leaves":13'),
    ),
    "a seal of another number of leaves": (
        "seal-board",
        "seal.json",
        lambda text: vote.restated(text, lambda seal: seal.update(leaves=13)),
    ),
    "more voters than entitled": (
        "seal-board",
        "seal.json",
        lambda text: vote.restated(text, lambda seal: seal["pots"][0].update(entitled=7)),
    ),
    "a ballot of another round": (
        "ballot-form",
        "ballots.txt",
        rehashed(lambda ballot: vote.rewritten(ballot, round="f" * 32)),
    ),
    "a ballot of an unknown pot": (
        "ballot-form",
        "ballots.txt",
        rehashed(lambda b: vote.rewritten(b, pot="F09")),
    ),
    "ballots in another order": ("ballot-order", "ballots.txt", lambda text: joined(lines(text)[::-1])),
    "a choice changed under its receipt": (
        "ballot-receipt",
        "ballots.txt",
        first_ballot(lambda receipt, ballot: receipt + b" " + vote.rewritten(ballot, choice=[10])),
    ),
    "a ballot withheld where all are public": (
        "ballot-receipt",
        "ballots.txt",
        first_ballot(lambda receipt, _: receipt + b' {"pot":"F01","type":"wijkbudget-withheld","v":1}'),
    ),
    "a choice of a project that is not listed": (
        "ballot-choice",
        "ballots.txt",
        rehashed(lambda ballot: vote.rewritten(ballot, choice=[3])),
    ),
    "an approval with a project twice": (
        "ballot-choice",
        "ballots.txt",
        rehashed(lambda ballot: vote.rewritten(ballot, choice=[1, 1])),
    ),
    "a ballot that never was on the board": (
        "ballot-board",
        "ballots.txt",
        rehashed(lambda ballot: vote.rewritten(ballot, choice=[10])),
    ),
    "a ballot left out": ("ballot-count", "ballots.txt", lambda text: joined(lines(text)[1:])),
    "a replaced ballot put back": (
        "ballot-count",
        "ballots.txt",
        lambda text: joined(sorted([*lines(text), vote.OLD[0].receipt.encode() + b" " + vote.OLD[0].text])),
    ),
    "a superseded receipt left out": ("superseded", "superseded.txt", lambda text: joined(lines(text)[1:])),
}


@pytest.mark.parametrize("tampering", sorted(TAMPERINGS))
def test_a_tampering_is_named_even_when_all_is_signed_again(tampering: str) -> None:
    code, name, change = TAMPERINGS[tampering]
    assert fault(vote.tampered(name, change)).code == code


def test_a_result_signed_by_somebody_else_is_refused() -> None:
    found = fault(vote.archive(key=vote.OTHER_KEY), signer=vote.KEY.public)
    assert found.code == "result-signature"
    assert vote.OTHER_KEY.public in found.what


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("result-count", {"funded": (Granted(2, 6_000_00), Granted(1, 3_000_00))}),
        ("result-count", {"funded": (Granted(1, 3_000_00), Granted(10, 5_000_00))}),
        ("result-count", {"lots": ((1, 10),)}),
        ("result-count", {"withdrawn": (1,)}),
        ("result-pots", {"funded": (Granted(1, 3_000_01), Granted(2, 6_000_00))}),
        ("result-pots", {"funded": (Granted(1, 3_000_00), Granted(2, 6_000_00), Granted(10, 5_000_00))}),
        ("result-pots", {"funded": (Granted(9, 3_000_00),)}),
        ("result-pots", {"budget_cents": 20_000_00}),
        ("ballot-count", {"ballots": 9}),
        ("ballot-count", {"blank": 0}),
    ],
)
def test_a_result_that_differs_is_named(code: str, changes: dict[str, Any]) -> None:
    assert fault(vote.archive(results=vote.results(**changes))).code == code


def test_a_rule_that_this_program_does_not_know_is_not_called_good_nor_a_fault() -> None:
    with pytest.raises(NotCounted, match="kent de telregel"):
        verify_archive(vote.archive(results=vote.results(rule="a-rule-of-another-program")))


def test_a_batch_too_small_before_the_last_is_named() -> None:
    assert fault(vote.archive(board=vote.board(size=4))).code == "board-form"


def test_a_seal_of_another_round_does_not_go_with_the_result() -> None:
    files = read_archive(vote.archive())
    files["result.json"] = vote.restated(files["result.json"], lambda result: result.update(round="f" * 32))
    assert fault(zipped(files)).code == "seal-result"


def test_a_choice_over_the_cap_is_named() -> None:
    dear = (BallotList("F01", "Fictiewijk", 4_000_00, vote.LISTS[0].projects), vote.LISTS[1])
    board = vote.board(first=vote.opening(ballot_type="capped_approval", lists=dear))
    assert fault(vote.archive(board=board)).code == "ballot-choice"


def test_more_voted_than_ballots_is_named() -> None:
    board = vote.board()
    turnouts = (Turnout("F01", 12, 10, 9), vote.TURNOUTS[1])
    assert (
        fault(vote.archive(board=board, seal=vote.KEY.sign(vote.seal(board, turnouts)))).code == "seal-board"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop("board.jsonl"), "ontbreekt"),
        (lambda files: files.update({"extra.txt": b""}), "hoort er niet in"),
        (lambda files: files.update({"../../etc/passwd": b""}), "hoort er niet in"),
    ],
)
def test_a_file_too_few_or_too_many_is_named(change: Callable[[dict[str, bytes]], Any], said: str) -> None:
    files = read_archive(vote.archive())
    change(files)
    found = fault(zipped(files))
    assert (found.code, said in found.what) == ("archive", True)


def test_a_file_that_is_in_it_twice_is_named() -> None:
    buffer = BytesIO(vote.archive())
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("rules.txt", b"andere regels")
    assert fault(buffer.getvalue()).code == "archive"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"geen zip" * 99, vote.archive()[:-9]])
def test_what_is_no_archive_is_refused_as_such(content: bytes) -> None:
    with pytest.raises(NoArchive):
        verify_archive(content)


def test_every_code_of_the_specification_is_reached_by_a_test_here() -> None:
    specification = (vote.ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| `([a-z-]+)` \|", specification, re.MULTILINE))
    here = {code for code, _, _ in TAMPERINGS.values()}
    here |= {
        "archive",
        "file",
        "result-form",
        "result-signature",
        "result-count",
        "result-pots",
        "seal-result",
    }
    assert codes == here
