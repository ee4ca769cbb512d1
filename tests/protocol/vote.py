"""A small vote for tests of the protocol: made with fixed keys and nonces, so that its archive is always the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from wijkbudget.protocol.archive import Enclosed, read_archive, write_archive, zipped
from wijkbudget.protocol.ballot_text import BallotText
from wijkbudget.protocol.board import BallotList, Batch, Board, ListedProject, Opening
from wijkbudget.protocol.canonical import canonical_json, read_canonical, sha256
from wijkbudget.protocol.sealing import PrivateKey
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.protocol.statements import Granted, PotResult, Turnout, seal_statement

ROOT = Path(__file__).parents[2]
ROUND = "0123456789abcdef0123456789abcdef"
KEY = SigningKey(hashlib.sha256(b"a signing key for tests").digest())
OTHER_KEY = SigningKey(hashlib.sha256(b"another signing key for tests").digest())
ROUND_KEY = PrivateKey(hashlib.sha256(b"a round key for tests").digest())
RULES = b"Spelregels van een fictieve ronde.\n"
LISTS = (
    BallotList(
        "F01",
        "Fictiewijk",
        10_000_00,
        (
            ListedProject(1, "Bankje", 3_000_00),
            ListedProject(2, "Bomen", 6_000_00),
            ListedProject(10, "Plein", 5_000_00),
        ),
    ),
    BallotList("F02", "Bedachtbuurt", 5_000_00, (ListedProject(1, "Vlag", 500_00),)),
)
CHOICES: tuple[tuple[str, tuple[int, ...]], ...] = (
    *((("F01", choice)) for choice in ((1,), (1, 2), (1, 2), (2,), (2, 10), (10,), (), (1, 10))),
    ("F02", (1,)),
    ("F02", ()),
)
REPLACED = (("F01", (10,)), ("F02", (1,)))
"""Ballots that were cast first and replaced later."""


def nonce(number: int) -> str:
    return hashlib.sha256(b"nonce %d" % number).hexdigest()[:32]


def ballots(choices: Sequence[tuple[str, tuple[int, ...]]], first: int = 0) -> list[BallotText]:
    return [BallotText(ROUND, pot, choice, nonce(first + n)) for n, (pot, choice) in enumerate(choices)]


IN_FORCE, OLD = ballots(CHOICES), ballots(REPLACED, 100)


def opening(**changes: Any) -> Opening:
    values: dict[str, Any] = {
        "round_id": ROUND,
        "round_name": "Fictieronde",
        "rules_sha256": sha256(RULES),
        "public_key": ROUND_KEY.public.raw.hex(),
        "ballot_type": "approval",
        "lists": LISTS,
    }
    return Opening(**(values | changes))


def board(receipts: Sequence[str] | None = None, *, first: Opening | None = None, size: int = 5) -> Board:
    """A board with these receipts in batches."""
    found = Board(first or opening())
    receipts = [one.receipt for one in (*OLD, *IN_FORCE)] if receipts is None else receipts
    for number, place in enumerate(range(0, len(receipts), size), 1):
        found.batches.append(Batch.of(number, receipts[place : place + size], found.head))
    return found


TURNOUTS = (Turnout("F01", 12, 10, 8), Turnout("F02", 4, 3, 2))


def seal(of: Board, turnouts: Sequence[Turnout] = TURNOUTS) -> dict[str, Any]:
    # Sealing is random; what is hashed here stands for the sealed ballots.
    sealed = [one.text for one in IN_FORCE]
    return seal_statement(
        of, turnouts, closes_at="2026-05-21T22:00:00Z", software="wijkbudget test", sealed=sealed
    )


def results(**changes: Any) -> list[PotResult]:
    values: dict[str, Any] = {
        "pot": "F01",
        "rule": "greedy",
        "rule_version": 1,
        "satisfaction": None,
        "completion": None,
        "min_support": 1,
        "lots": (),
        "withdrawn": (),
        "budget_cents": 10_000_00,
        "ballots": 8,
        "blank": 1,
        "funded": (Granted(1, 3_000_00), Granted(2, 6_000_00)),
        "offered": (),
        "withheld": False,
    }
    small = {"pot": "F02", "budget_cents": 5_000_00, "ballots": 2, "blank": 1}
    small |= {"funded": (Granted(1, 500_00),), "withheld": True}
    return [PotResult(**(values | changes)), PotResult(**(values | small))]


ENCLOSED = Enclosed(b"Leesmij\n", b"# The voting protocol\n", b"print('verify')\n")


def archive(**parts: Any) -> bytes:
    """The archive of the vote, with some parts replaced."""
    on_board = parts.get("board") or board()
    signed = parts.get("seal") or KEY.sign(seal(on_board))
    return write_archive(
        on_board,
        signed,
        parts.get("rules", RULES),
        parts.get("ballots", IN_FORCE),
        parts.get("results") or results(),
        ENCLOSED,
        parts.get("key", KEY),
    )


def tampered(
    name: str, change: Callable[[bytes], bytes], *, signed_again: bool = True, content: bytes | None = None
) -> bytes:
    """The archive with one file changed; signed again by its own signer, so that deeper checks are reached."""
    files = read_archive(content or archive())
    assert change(files[name]) != files[name]
    files[name] = change(files[name])
    if signed_again and name != "result.json":
        statement = read_canonical(files["result.json"][:-1])["statement"]
        statement["files"][name] = sha256(files[name])
        if name == "seal.json":
            statement["seal_sha256"] = sha256(files[name])
        files["result.json"] = KEY.sign(statement)
    return zipped(files)


def restated(content: bytes, change: Callable[[dict[str, Any]], None], *, key: SigningKey = KEY) -> bytes:
    """A signed file with its statement changed and signed again."""
    statement = read_canonical(content[:-1])["statement"]
    change(statement)
    return key.sign(statement)


def rewritten(line: bytes, **changes: Any) -> bytes:
    """A line of canonical JSON with some values replaced."""
    return canonical_json(read_canonical(line) | changes)
