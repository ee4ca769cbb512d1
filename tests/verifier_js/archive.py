"""A small archive as docs/protocol.md describes it, built apart from the program; any part can be spoiled on the way."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROUND = "0123456789abcdef" * 2
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SIGNER = KEY.public_key().public_bytes_raw().hex()
RULES = "De spelregels van een verzonnen ronde.\n"

Spoil = dict[str, Callable[[Any], Any]]


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def root(leaves: list[str]) -> bytes:
    """The Merkle Tree Hash of RFC 9162, written from its definition."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(leaves[0])).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def signed(statement: Any, key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    return {
        "signature": key.sign(canonical(statement)).hex(),
        "signer": key.public_key().public_bytes_raw().hex(),
        "statement": statement,
    }


def ballot_text(pot: str, choice: list[int], number: int) -> bytes:
    nonce = f"{number:032x}"
    return canonical(
        {
            "choice": choice,
            "nonce": nonce,
            "pot": pot,
            "round": ROUND,
            "type": "wijkbudget-ballot",
            "v": 1,
        }
    )


NORTH = [[1, 2], [1, 2], [1], [2, 3], [3], []]
"""Bomen and Plein are equal and do not fit together: a lot puts Plein first."""
EAST = [[5], []]
"""So few that they are withheld."""


def project(number: int, title: str, cost: int) -> dict[str, Any]:
    return {"cost_cents": cost, "number": number, "title": title}


def opening() -> dict[str, Any]:
    return {
        "ballot_type": "approval",
        "pots": [
            {
                "budget_cents": 1_000_00,
                "name": "Noord",
                "pot": "F01",
                "projects": [
                    project(1, "Bomen", 600_00),
                    project(2, "Plein", 700_00),
                    project(3, "Bank", 250_00),
                ],
            },
            {
                "budget_cents": 500_00,
                "name": "Oost",
                "pot": "F02",
                "projects": [project(5, "Hek “hoog”", 400_00)],
            },
        ],
        "public_key": "ab" * 32,
        "round": ROUND,
        "round_name": "Fictieve ronde",
        "rules_sha256": sha256(RULES.encode()),
        "type": "wijkbudget-board",
        "v": 1,
    }


def pot_result(pot: str, **own: Any) -> dict[str, Any]:
    return {
        "ballots": 0,
        "blank": 1,
        "budget_cents": 0,
        "completion": None,
        "funded": [],
        "lots": [],
        "min_support": 1,
        "offered": [],
        "pot": pot,
        "rule": "greedy",
        "rule_version": 1,
        "satisfaction": None,
        "spent_cents": 0,
        "withdrawn": [],
        "withheld": False,
        **own,
    }


def results() -> list[dict[str, Any]]:
    north = [{"cost_cents": 700_00, "number": 2}, {"cost_cents": 250_00, "number": 3}]
    east = [{"cost_cents": 400_00, "number": 5}]
    return [
        pot_result("F01", ballots=6, budget_cents=1_000_00, funded=north, lots=[[2, 1]], spent_cents=950_00),
        pot_result("F02", ballots=2, budget_cents=500_00, funded=east, spent_cents=400_00, withheld=True),
    ]


def kept(value: Any) -> Any:
    return value


def build(spoil: Spoil | None = None) -> bytes:
    """The archive as a ZIP. `spoil`: changes to a part on its way, by name; what follows from the part is made after.

    Parts: ballots (pairs of receipt and text), batches (lists of leaves), opening, batch, board (bytes), seal,
    seal_file, ballots_txt, superseded, files (bytes by name, before the result), result, result_file, result_bytes,
    entries (bytes by name), zip.
    """
    change = spoil or {}

    def part(name: str, value: Any) -> Any:
        return change.get(name, kept)(value)

    texts = [ballot_text("F01", choice, i) for i, choice in enumerate(NORTH)]
    hidden = [ballot_text("F02", choice, 100 + i) for i, choice in enumerate(EAST)]
    withheld = canonical({"pot": "F02", "type": "wijkbudget-withheld", "v": 1})
    ballots = [(sha256(text), text) for text in texts] + [(sha256(text), withheld) for text in hidden]
    ballots = part("ballots", sorted(ballots))
    old = [sha256(ballot_text("F01", [3], 200))]
    leaves = [sha256(text) for text in texts + hidden] + old
    batches = part("batches", [sorted(leaves[:5]), sorted(leaves[5:])])
    lines = [canonical(part("opening", opening()))]
    for number, batch in enumerate(batches, 1):
        made = {
            "batch": number,
            "leaves": batch,
            "previous": sha256(lines[-1]),
            "root": root(batch).hex(),
            "type": "wijkbudget-batch",
            "v": 1,
        }
        lines.append(canonical(part("batch", made)))
    board = part("board", b"".join(line + b"\n" for line in lines))
    seal = {
        "ballots": 8,
        "batches": 2,
        "closes_at": "2026-05-21T22:00:00Z",
        "head": sha256(board.splitlines()[-1]),
        "leaves": 9,
        "pots": [
            {"entitled": 9, "pot": "F01", "roll": 10, "voted": 6},
            {"entitled": 4, "pot": "F02", "roll": 4, "voted": 2},
        ],
        "round": ROUND,
        "rules_sha256": sha256(RULES.encode()),
        "sealed_sha256": "cd" * 32,
        "software": "wijkbudget 1.2.3",
        "type": "wijkbudget-sealed",
        "v": 1,
    }
    files = {
        "README.txt": b"Verzonnen.\n",
        "rules.txt": RULES.encode(),
        "board.jsonl": board,
        "seal.json": canonical(part("seal_file", signed(part("seal", seal)))) + b"\n",
        "ballots.txt": part(
            "ballots_txt", b"".join(receipt.encode() + b" " + text + b"\n" for receipt, text in ballots)
        ),
        "superseded.txt": part("superseded", "".join(f"{leaf}\n" for leaf in old).encode()),
        "verify.py": b"# verzonnen\n",
        "protocol.md": b"verzonnen\n",
    }
    files = part("files", files)
    result = {
        "files": {name: sha256(data) for name, data in files.items()},
        "pots": results(),
        "round": ROUND,
        "seal_sha256": sha256(files["seal.json"]),
        "type": "wijkbudget-result",
        "v": 1,
    }
    files["result.json"] = part(
        "result_bytes", canonical(part("result_file", signed(part("result", result)))) + b"\n"
    )
    return part("zip", zipped(list(part("entries", files).items())))


def zipped(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return whole.getvalue()
