"""The published archive of a vote, one ZIP file: write it, and read it without believing it. Section 9 of the protocol."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wijkbudget.protocol.ballot_text import BallotText
from wijkbudget.protocol.board import Board, Fault
from wijkbudget.protocol.canonical import canonical_json, sha256
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.protocol.statements import PotResult, result_statement

FILES = (
    "README.txt",
    "ballots.txt",
    "board.jsonl",
    "protocol.md",
    "result.json",
    "rules.txt",
    "seal.json",
    "superseded.txt",
    "verify.py",
)
RESULT = "result.json"
LARGEST = 10**9
_EPOCH = (1980, 1, 1, 0, 0, 0)


class NoArchive(ValueError):
    """The file cannot be read as a ZIP at all."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes into every archive as it is: the README, the specification, and the program that checks."""

    readme: bytes
    protocol: bytes
    verifier: bytes


def write_archive(
    board: Board,
    seal: bytes,
    rules: bytes,
    ballots: Iterable[BallotText],
    results: Sequence[PotResult],
    enclosed: Enclosed,
    key: SigningKey,
) -> bytes:
    """The archive. Ballots of a pot whose result says `withheld` are left out; the same values give the same bytes."""
    withheld = {result.pot for result in results if result.withheld}
    in_force = sorted((ballot.receipt, _published(ballot, withheld)) for ballot in ballots)
    receipts = {receipt for receipt, _ in in_force}
    files = {
        "README.txt": enclosed.readme,
        "ballots.txt": b"".join(receipt.encode() + b" " + text + b"\n" for receipt, text in in_force),
        "board.jsonl": board.text(),
        "protocol.md": enclosed.protocol,
        "rules.txt": rules,
        "seal.json": seal,
        "superseded.txt": b"".join(
            leaf.encode() + b"\n" for leaf in sorted(board.leaves) if leaf not in receipts
        ),
        "verify.py": enclosed.verifier,
    }
    hashes = {name: sha256(content) for name, content in files.items()}
    statement = result_statement(board.opening.round_id, results, hashes, sha256(seal))
    return zipped(files | {RESULT: key.sign(statement)})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of these files, in the order of their names; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def read_archive(content: bytes) -> dict[str, bytes]:
    """The files of an archive. Raises NoArchive for what is no ZIP, and Fault `archive`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [entry.filename for entry in archive.infolist()]
            _check_names(names)
            return {entry.filename: _read(archive, entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NoArchive("this is no ZIP file, or a damaged one") from error


def _check_names(names: list[str]) -> None:
    twice = {name for name in names if names.count(name) > 1} if len(names) <= len(FILES) * 2 else set(names)
    for fault, said in (
        (sorted(twice), "staat er twee keer in"),
        (sorted(set(FILES) - set(names)), "ontbreekt"),
        (sorted(set(names) - set(FILES)), "hoort er niet in"),
    ):
        if fault:
            raise Fault("archive", f"{fault[0]!a:.60} {said}")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Fault("archive", f"{entry.filename} is groter dan 1 GB")
    return content


def _published(ballot: BallotText, withheld: set[str]) -> bytes:
    if ballot.pot in withheld:
        return canonical_json({"pot": ballot.pot, "type": "wijkbudget-withheld", "v": 1})
    return ballot.text
