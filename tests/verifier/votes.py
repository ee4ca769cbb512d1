"""A small vote with all its files, made from protocol.md; each step can be spoiled before what follows is made of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verifier.elections import Case, by_tally
from wijkbudget.data.verifier import verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ROUND = "00112233445566778899aabbccddeeff"
Choice = tuple[int, ...]
Spoil = Callable[[Any], Any]
"""Changes what it is given, or gives something else for it."""

LARGE: dict[str, Any] = {"pot": "Ab", "name": "Abdijwijk", "budget_cents": 1000_00}
SMALL: dict[str, Any] = {"pot": "Be", "name": "Bergwijk", "budget_cents": 900_00}
COSTS = {
    "Ab": {1: 600_00, 2: 500_00, 3: 300_00, 4: 100_00, 11: 100_00},
    "Be": {5: 400_00, 6: 300_00},
}
CAST: dict[str, list[tuple[str, Choice]]] = {
    # Projects 1 and 2 have five votes each and do not fit together.
    "approval": [
        *[("Ab", c) for c in [(1, 2), (1, 2), (1, 2, 3), (1, 3), (2, 3), (1, 2, 4, 11), (3, 4), (11,), ()]],
        *[("Be", c) for c in [(5,), (5, 6), ()]],
    ],
    "capped_approval": [
        *[("Ab", c) for c in [(1, 3), (1, 3), (2, 3), (2, 4), (1, 11), (2, 11), (3, 4), (11,), ()]],
        *[("Be", c) for c in [(5,), (5, 6), ()]],
    ],
    "ranking": [
        *[("Ab", c) for c in [(1, 2), (2, 1), (3, 1, 2), (3, 2, 1), (11, 3), (4, 11), (3,), ()]],
        *[("Be", c) for c in [(6, 5), (5, 6), (5,)]],
    ],
}


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def signer_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def signed(statement: dict[str, Any], key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    return {
        "signature": key.sign(canonical(statement)).hex(),
        "signer": signer_of(key),
        "statement": statement,
    }


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\1" + left + right).digest()


def is_possible(pot: str, choice: Choice) -> bool:
    return len(set(choice)) == len(choice) and set(choice) <= COSTS[pot].keys()


class Vote:
    """The files of one vote. `spoil` holds, by the name of a step, what is done to its outcome.

    Steps: cast, opening, leaves, batch, lines, seal, signed_seal, ballots, superseded, result, signed_result, files.
    """

    def __init__(
        self,
        kind: str = "approval",
        rule: str = "greedy",
        *,
        withheld: bool = False,
        satisfaction: str | None = None,
        completion: str | None = None,
        keys: tuple[Ed25519PrivateKey, Ed25519PrivateKey] = (KEY, KEY),
        **spoil: Spoil,
    ) -> None:
        self.kind, self.rule, self.withheld, self.spoil = kind, rule, withheld, spoil
        self.options = {"satisfaction": satisfaction, "completion": completion}
        self.seal_key, self.result_key = keys
        self.files = self._make()

    def _spoiled(self, step: str, value: Any) -> Any:
        changed = self.spoil[step](value) if step in self.spoil else None
        return value if changed is None else changed

    def text(self, at: int, pot: str, choice: Choice, **changes: Any) -> bytes:
        ballot = {"choice": list(choice), "nonce": sha(b"%d" % at)[:32], "pot": pot, "round": ROUND}
        return canonical({**ballot, "type": "wijkbudget-ballot", "v": 1, **changes})

    def _make(self) -> dict[str, bytes]:
        cast = self._spoiled("cast", list(CAST[self.kind]))
        in_force = [(self.text(at, pot, choice), pot) for at, (pot, choice) in enumerate(cast)]
        voted_again = [sha(self.text(at, "Ab", ())) for at in (100, 101, 102)]
        rules = b"Spelregels van de ronde\n"
        opening = self._spoiled("opening", self._opening(rules))
        lines = self._spoiled("lines", self._board(opening, [sha(raw) for raw, _ in in_force] + voted_again))
        seal = self._spoiled("seal", self._seal(opening, lines, cast, len(voted_again)))
        seal_file = canonical(self._spoiled("signed_seal", signed(seal, self.seal_key))) + b"\n"
        ballots = sorted((sha(raw), raw, pot) for raw, pot in in_force)
        for at, (receipt, _, pot) in enumerate(ballots):
            if self.withheld and pot == "Be":
                hidden = {"pot": pot, "type": "wijkbudget-withheld", "v": 1}
                ballots[at] = (receipt, canonical(hidden), pot)
        ballot_lines = [f"{receipt} ".encode() + raw for receipt, raw, _ in ballots]
        files = {
            "README.txt": b"Het archief van een stemming\n",
            "rules.txt": rules,
            "board.jsonl": b"".join(line + b"\n" for line in lines),
            "seal.json": seal_file,
            "ballots.txt": b"".join(line + b"\n" for line in self._spoiled("ballots", ballot_lines)),
            "superseded.txt": b"".join(
                line + b"\n"
                for line in self._spoiled("superseded", [leaf.encode() for leaf in sorted(voted_again)])
            ),
            "verify.py": b"print('geen fouten')\n",
            "protocol.md": b"# The voting protocol\n",
        }
        result = self._spoiled("result", self._result(files, cast))
        files["result.json"] = (
            canonical(self._spoiled("signed_result", signed(result, self.result_key))) + b"\n"
        )
        return self._spoiled("files", files)  # type: ignore[no-any-return]

    def _opening(self, rules: bytes) -> dict[str, Any]:
        pots = [
            {
                **pot,
                "projects": [
                    {"cost_cents": cost, "number": number, "title": f"Plan “{number}”"}
                    for number, cost in COSTS[pot["pot"]].items()
                ],
            }
            for pot in (LARGE, SMALL)
        ]
        return {
            "ballot_type": self.kind,
            "pots": pots,
            "public_key": "ab" * 32,
            "round": ROUND,
            "round_name": "Buurtbudget 2026",
            "rules_sha256": sha(rules),
            "type": "wijkbudget-board",
            "v": 1,
        }

    def _board(self, opening: dict[str, Any], leaves: list[str]) -> list[bytes]:
        lines = [canonical(opening)]
        batches = self._spoiled("leaves", [sorted(leaves[:6]), sorted(leaves[6:11]), sorted(leaves[11:])])
        for number, batch in enumerate(batches, 1):
            line = {
                "batch": number,
                "leaves": batch,
                "previous": sha(lines[-1]),
                "root": root_by_definition([bytes.fromhex(leaf) for leaf in batch]).hex(),
                "type": "wijkbudget-batch",
                "v": 1,
            }
            lines.append(canonical(self._spoiled("batch", line)))
        return lines

    def _seal(
        self, opening: dict[str, Any], lines: list[bytes], cast: list[tuple[str, Choice]], superseded: int
    ) -> dict[str, Any]:
        voted = {pot: sum(1 for each, _ in cast if each == pot) for pot in COSTS}
        return {
            "ballots": len(cast),
            "batches": len(lines) - 1,
            "closes_at": "2026-05-21T22:00:00Z",
            "head": sha(lines[-1] if lines else b""),
            "leaves": len(cast) + superseded,
            "pots": [{"entitled": 40, "pot": pot, "roll": 50, "voted": n} for pot, n in voted.items()],
            "round": opening["round"],
            "rules_sha256": opening["rules_sha256"],
            "sealed_sha256": "cd" * 32,
            "software": "wijkbudget 1.2.3",
            "type": "wijkbudget-sealed",
            "v": 1,
        }

    def _result(self, files: dict[str, bytes], cast: list[tuple[str, Choice]]) -> dict[str, Any]:
        pots = []
        for pot in (LARGE, SMALL):
            code = pot["pot"]
            case = Case(
                pot["budget_cents"],
                COSTS[code],
                [choice for each, choice in cast if each == code and is_possible(code, choice)],
                [4] if code == "Ab" else [],
                1,
            )
            counted = by_tally(case, self.rule, self.options, lambda tied: tied[::-1])
            pots.append(
                {
                    "ballots": sum(1 for each, _ in cast if each == code),
                    "blank": case.choices.count(()),
                    "budget_cents": case.budget,
                    **self.options,
                    "funded": [{"cost_cents": case.costs[n], "number": n} for n in counted.funded],
                    "lots": counted.lots,
                    "min_support": 1,
                    "offered": [{"cents": cents, "number": n} for n, cents in counted.offered],
                    "pot": code,
                    "rule": self.rule,
                    "rule_version": 1,
                    "spent_cents": sum(case.costs[n] for n in counted.funded)
                    + sum(cents for _, cents in counted.offered),
                    "withdrawn": case.withdrawn,
                    "withheld": self.withheld and code == "Be",
                }
            )
        return {
            "files": {name: sha(content) for name, content in files.items()},
            "pots": pots,
            "round": ROUND,
            "seal_sha256": sha(files["seal.json"]),
            "type": "wijkbudget-result",
            "v": 1,
        }

    def zipped(self, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
        """The archive."""
        return zipped(self.files.items(), compression)


def zipped(entries: Any, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of names and contents, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return made.getvalue()


class Checked:
    """What the verifier said of some bytes: its exit code and its lines."""

    def __init__(self, code: int, printed: str) -> None:
        self.code, self.lines = code, printed.splitlines()

    @property
    def fault(self) -> str:
        """The code of the one fault; what it said instead, if that is not one line at the end."""
        faults = [line for line in self.lines if line.startswith("FOUT ")]
        if self.code == 1 and len(faults) == 1 and self.lines[-1] == faults[0]:
            return faults[0].removeprefix("FOUT ").split(":")[0]
        return f"exit {self.code}: {self.lines}"


def check(path: Any, capsys: Any, *more: str) -> Checked:
    """Run the command on a file."""
    capsys.readouterr()
    code = verify.main([str(path), *more])
    return Checked(code, capsys.readouterr().out)
