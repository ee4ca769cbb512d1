"""Controleert een gepubliceerde stemming van wijkbudget. Nodig: Python 3.11 of nieuwer, verder niets.

    python verify.py ARCHIEF.zip [--signer HEX]
    python verify.py --diff OUD NIEUW

Het eerste loopt alles na wat in hoofdstuk 10 van protocol.md staat, in die volgorde, en telt daarna de stemmen opnieuw.
`--signer` is de openbare sleutel die u verwacht (64 hexadecimale cijfers). Het tweede ziet of het oude stembord ongewijzigd
vooraan in het nieuwe staat; OUD en NIEUW zijn archieven of bestanden board.jsonl.

Uitkomst: 0 alles klopt, 1 een fout (één regel `FOUT <code>: ...`), 2 het bestand is geen ZIP of niet te lezen, de opdracht is
verkeerd, of een telregel is niet na te tellen.

This file was written from protocol.md and the reglementen alone, and shares no code with the program that counted. It never
rounds: amounts are whole numbers or fractions.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import IO, Any

FILES = (
    "README.txt",
    "rules.txt",
    "board.jsonl",
    "seal.json",
    "ballots.txt",
    "superseded.txt",
    "result.json",
    "verify.py",
    "protocol.md",
)
MOST_BYTES = 10**9
MOST_LINE = 2**27  # one line or one JSON file; a line of the board with two million leaves
LARGEST = 2**53 - 1
LEAST_LEAVES = 5


class Fault(Exception):
    """Something in the archive does not hold; `code` is that of protocol.md, section 10."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


class Unreadable(Exception):
    """The file cannot be opened or the command is wrong."""


class NotCountable(Exception):
    """This program does not know the rule of a pot."""


def say(line: str) -> None:
    """One line for the person who reads; nothing out of the archive can start a line or move the cursor."""
    printable = "".join(c if c.isprintable() else "?" for c in line[:500])
    sys.stdout.write(
        printable.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii")
        + "\n"
    )


def short(value: object) -> str:
    """A piece of the archive, short enough to show."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


# ---------------------------------------------------------------------------------------------------------------------
# Section 1: canonical JSON


def canonical(value: object) -> bytes:
    """The one way in which a value is written."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError("a number is too large")
    return int(text)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a whole number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs) or not all(key.isascii() for key in read):
        raise ValueError("a key is double or not ASCII")
    return read


def parse(raw: bytes) -> Any:
    """The value of canonical JSON; a ValueError for all other bytes."""
    try:
        value = json.loads(
            raw.decode(),
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
            object_pairs_hook=_distinct,
        )
        same = canonical(value) == raw
    except (ValueError, RecursionError) as error:
        raise ValueError("geen canonieke JSON") from error
    if not same:
        raise ValueError("geen canonieke JSON")
    return value


Shape = Callable[[Any], bool]


def whole(value: Any) -> bool:
    """A whole number from 0."""
    return type(value) is int and value >= 0


def positive(value: Any) -> bool:
    """A whole number from 1."""
    return whole(value) and value > 0


def text(value: Any) -> bool:
    """A text."""
    return type(value) is str


def boolean(value: Any) -> bool:
    """True or false."""
    return type(value) is bool


def hexadecimal(digits: int) -> Shape:
    """A text of so many hexadecimal digits in lower case."""
    pattern = re.compile(f"[0-9a-f]{{{digits}}}")
    return lambda value: type(value) is str and pattern.fullmatch(value) is not None


HASH, ROUND, NONCE = hexadecimal(64), hexadecimal(32), hexadecimal(32)


def exactly(wanted: object) -> Shape:
    """This value and no other; 1 is not true."""
    return lambda value: type(value) is type(wanted) and value == wanted


def one_of(*wanted: object) -> Shape:
    """One of these values."""
    return lambda value: any(type(value) is type(each) and value == each for each in wanted)


def array(of: Shape) -> Shape:
    """An array in which everything has one shape."""
    return lambda value: type(value) is list and all(of(each) for each in value)


def fields(value: Any, shapes: dict[str, Shape]) -> None:
    """An object with exactly these fields; a ValueError names what differs."""
    if type(value) is not dict:
        raise ValueError("geen object")
    for name in sorted(shapes.keys() - value.keys()):
        raise ValueError(f"veld {name} ontbreekt")
    for name in sorted(value.keys() - shapes.keys()):
        raise ValueError(f"onbekend veld {short(name)}")
    for name, shape in shapes.items():
        if not shape(value[name]):
            raise ValueError(f"veld {name} heeft niet de goede vorm")


def row(**shapes: Shape) -> Shape:
    """An object with exactly these fields."""

    def shape(value: Any) -> bool:
        return (
            type(value) is dict
            and value.keys() == shapes.keys()
            and all(of(value[k]) for k, of in shapes.items())
        )

    return shape


def instant(value: Any) -> bool:
    """An instant in UTC like 2026-05-21T22:00:00Z, that exists."""
    if (
        not text(value)
        or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", value) is None
    ):
        return False
    try:
        datetime.fromisoformat(value[:-1])
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032, section 5.1), in extended homogeneous coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _equal(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _recover_x(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    """The point of 32 bytes; None if y is not below 2^255 - 19, or if no point has this y and sign."""
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    x = _recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, -1, P) % P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of 64 bytes was made over the message with the private half of the public key."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    signer, commitment = _point(public_key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if signer is None or commitment is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    return _equal(_times(s, BASE), _add(commitment, _times(k, signer)))


# ---------------------------------------------------------------------------------------------------------------------
# RFC 9162, section 2.1.1


def merkle_root(leaves: list[bytes]) -> bytes:
    """The Merkle Tree Hash: subtrees of equal size are joined as soon as there are two, what is left over from the right."""
    subtrees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, node = 1, hashlib.sha256(b"\0" + leaf).digest()
        while subtrees and subtrees[-1][0] == size:
            node = hashlib.sha256(b"\1" + subtrees.pop()[1] + node).digest()
            size *= 2
        subtrees.append((size, node))
    if not subtrees:
        return hashlib.sha256(b"").digest()
    _, node = subtrees.pop()
    while subtrees:
        node = hashlib.sha256(b"\1" + subtrees.pop()[1] + node).digest()
    return node


# ---------------------------------------------------------------------------------------------------------------------
# Section 9: the archive

ZIP_TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class Archive:
    """The nine files of a ZIP, each read only as far as it may be long."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digests: dict[str, str] = {}
        self._check_directory()
        try:
            self._zip = zipfile.ZipFile(self._file)
        except ZIP_TROUBLE as error:
            raise Fault("archive", f"dit is geen goed ZIP-bestand ({short(str(error))})") from error
        self._check_names()
        self._check_contents()

    def _check_directory(self) -> None:
        """The directory of the ZIP is as small as nine names make it, so that reading it is safe."""
        end = self._file.seek(0, 2)
        start = self._file.seek(max(0, end - 65_557))
        tail = self._file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) - at < 22:
            raise Unreadable("Dit is geen ZIP-bestand.")
        entries = int.from_bytes(tail[at + 10 : at + 12], "little")
        size = int.from_bytes(tail[at + 12 : at + 16], "little")
        if (
            b"PK\6\7" in tail[max(0, at - 20) : at]
            or entries != len(FILES)
            or size > 2**16
            or start + at < size
        ):
            raise Fault(
                "archive",
                f"het ZIP-bestand heeft {entries} bestanden in zijn lijst; het hoort er {len(FILES)} te hebben",
            )
        self._file.seek(0)

    def _check_names(self) -> None:
        names = Counter(info.orig_filename for info in self._zip.infolist())
        for name, times in names.items():
            if name not in FILES:
                raise Fault("archive", f"bestand {short(name)} hoort niet in het archief")
            if times > 1:
                raise Fault("archive", f"bestand {name} staat er {times} keer in")
        for name in FILES:
            if name not in names:
                raise Fault("archive", f"bestand {name} ontbreekt")
        for info in self._zip.infolist():
            if info.flag_bits & 0x1:
                raise Fault("archive", f"bestand {info.filename} is versleuteld")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Fault("archive", f"bestand {info.filename} is ingepakt op een manier die niet mag")
            if info.file_size > MOST_BYTES:
                raise Fault("archive", f"bestand {info.filename} is groter dan 1 GB")

    def _check_contents(self) -> None:
        for name in FILES:
            digest, length = hashlib.sha256(), 0
            with self.open(name) as stream:
                for piece in _pieces(stream, name):
                    length += len(piece)
                    if length > MOST_BYTES:
                        raise Fault("archive", f"bestand {name} is groter dan 1 GB")
                    digest.update(piece)
            self.digests[name] = digest.hexdigest()

    def open(self, name: str) -> IO[bytes]:
        """A stream of one file."""
        try:
            return self._zip.open(name)
        except ZIP_TROUBLE as error:
            raise Fault("archive", f"bestand {name} is beschadigd ({short(str(error))})") from error

    def read(self, name: str, code: str) -> bytes:
        """A small file; a large one is a fault with this code."""
        with self.open(name) as stream:
            raw = stream.read(MOST_LINE + 1)
        if len(raw) > MOST_LINE:
            raise Fault(code, f"{name} is te groot om goed te zijn")
        return raw

    def lines(self, name: str, code: str) -> Iterator[tuple[int, bytes]]:
        """The lines of a file with their number from 1, without line feed; each must have one."""
        with self.open(name) as stream:
            for number, line in enumerate(iter(lambda: stream.readline(MOST_LINE), b""), 1):
                if not line.endswith(b"\n"):
                    raise Fault(
                        code,
                        f"{name} regel {number}: de regel is te lang, of het einde van de regel ontbreekt",
                    )
                yield number, line[:-1]


@contextmanager
def opened(path: str) -> Iterator[Archive]:
    """The archive of a path, closed afterwards."""
    try:
        file = open(path, "rb")
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error
    with file:
        yield Archive(file)


def _pieces(stream: IO[bytes], name: str) -> Iterator[bytes]:
    while True:
        try:
            piece = stream.read(2**20)
        except ZIP_TROUBLE as error:
            raise Fault("archive", f"bestand {name} is beschadigd ({short(str(error))})") from error
        if not piece:
            return
        yield piece


# ---------------------------------------------------------------------------------------------------------------------
# Section 8: signed files, and the two statements that are signed

SEAL: dict[str, Shape] = {
    "ballots": whole,
    "batches": whole,
    "closes_at": instant,
    "head": HASH,
    "leaves": whole,
    "pots": array(row(entitled=whole, pot=text, roll=whole, voted=whole)),
    "round": ROUND,
    "rules_sha256": HASH,
    "sealed_sha256": HASH,
    "software": text,
    "type": exactly("wijkbudget-sealed"),
    "v": exactly(1),
}
RESULT: dict[str, Shape] = {
    "files": lambda value: type(value) is dict and all(HASH(each) for each in value.values()),
    "pots": array(
        row(
            ballots=whole,
            blank=whole,
            budget_cents=whole,
            completion=lambda value: value is None or text(value),
            funded=array(row(cost_cents=whole, number=whole)),
            lots=array(array(whole)),
            min_support=whole,
            offered=array(row(cents=whole, number=whole)),
            pot=text,
            rule=text,
            rule_version=whole,
            satisfaction=one_of(None, "cost", "cardinality"),
            spent_cents=whole,
            withdrawn=array(whole),
            withheld=boolean,
        )
    ),
    "round": ROUND,
    "seal_sha256": HASH,
    "type": exactly("wijkbudget-result"),
    "v": exactly(1),
}


def signed_file(archive: Archive, name: str, code: str, shapes: dict[str, Shape]) -> Any:
    """The signed file, of which only the form is good."""
    raw = archive.read(name, code)
    try:
        if not raw.endswith(b"\n"):
            raise ValueError("het bestand eindigt niet op een nieuwe regel")
        signed = parse(raw[:-1])
        fields(
            signed,
            {"signature": hexadecimal(128), "signer": HASH, "statement": lambda value: type(value) is dict},
        )
        fields(signed["statement"], shapes)
    except ValueError as error:
        raise Fault(code, f"{name}: {error}") from error
    return signed


def check_signature(signed: Any, name: str, code: str) -> None:
    """The signature is made by the signer that the file names."""
    statement = canonical(signed["statement"])
    if not signature_holds(bytes.fromhex(signed["signer"]), statement, bytes.fromhex(signed["signature"])):
        raise Fault(code, f"de handtekening in {name} klopt niet")


def check_result(archive: Archive, expected_signer: str | None) -> Any:
    """`result-form` and `result-signature`; gives the signed file."""
    signed = signed_file(archive, "result.json", "result-form", RESULT)
    check_signature(signed, "result.json", "result-signature")
    if expected_signer not in (None, signed["signer"]):
        raise Fault(
            "result-signature", f"de uitslag is ondertekend door {signed['signer']}, niet door wie u verwacht"
        )
    return signed


def check_files(archive: Archive, result: Any) -> None:
    """`file`: the result names every other file with its SHA-256."""
    named = result["files"]
    for name in FILES:
        if name != "result.json" and name not in named:
            raise Fault("file", f"de uitslag noemt {name} niet")
    for name in sorted(named):
        if name not in FILES or name == "result.json":
            raise Fault("file", f"de uitslag noemt {short(name)}, dat daar niet hoort")
        if archive.digests[name] != named[name]:
            raise Fault("file", f"{name} is niet het bestand dat bij de uitslag hoort")


# ---------------------------------------------------------------------------------------------------------------------
# Section 6: the board

OPENING: dict[str, Shape] = {
    "ballot_type": one_of("approval", "capped_approval", "ranking"),
    "pots": array(
        row(
            budget_cents=whole,
            name=text,
            pot=text,
            projects=array(row(cost_cents=positive, number=whole, title=text)),
        )
    ),
    "public_key": HASH,
    "round": ROUND,
    "round_name": text,
    "rules_sha256": HASH,
    "type": exactly("wijkbudget-board"),
    "v": exactly(1),
}
BATCH: dict[str, Shape] = {
    "batch": positive,
    "leaves": array(HASH),
    "previous": HASH,
    "root": HASH,
    "type": exactly("wijkbudget-batch"),
    "v": exactly(1),
}


class Batch:
    """One batch: its number, its leaves of 32 bytes, what it says of root and head before, and the hash of its line."""

    __slots__ = ("digest", "leaves", "number", "previous", "root")

    def __init__(self, read: Any, digest: bytes) -> None:
        self.number: int = read["batch"]
        self.leaves = [bytes.fromhex(leaf) for leaf in read["leaves"]]
        self.root, self.previous = bytes.fromhex(read["root"]), bytes.fromhex(read["previous"])
        self.digest = digest


class Board:
    """The board, with the checks of it in their order."""

    def __init__(self, archive: Archive) -> None:
        self._lines = archive.lines("board.jsonl", "board-form")
        self.opening: Any = None
        self.opening_digest = b""
        self.batches: list[Batch] = []
        self.leaves: set[bytes] = set()

    def check_rules(self, rules_sha256: str) -> None:
        """`rules`; an opening in which no hash of rules can be found is a fault of the board."""
        _, raw = next(self._lines, (1, b""))
        try:
            self.opening = parse(raw)
            if type(self.opening) is not dict or not HASH(self.opening.get("rules_sha256")):
                raise ValueError("dit is geen opening van een stembord")
        except ValueError as error:
            raise Fault("board-form", f"board.jsonl regel 1: {error}") from error
        self.opening_digest = hashlib.sha256(raw).digest()
        if self.opening["rules_sha256"] != rules_sha256:
            raise Fault("rules", "rules.txt is niet de tekst van de regels die bij de opening vastlag")

    def check_form(self) -> None:
        """`board-form`."""
        try:
            fields(self.opening, OPENING)
            codes = [pot["pot"] for pot in self.opening["pots"]]
            if not ascending(codes):
                raise ValueError("de wijken staan niet in de goede volgorde")
            for pot in self.opening["pots"]:
                if not ascending([project["number"] for project in pot["projects"]]):
                    raise ValueError(f"de projecten van {short(pot['pot'])} staan niet in de goede volgorde")
        except ValueError as error:
            raise Fault("board-form", f"board.jsonl regel 1: {error}") from error
        for number, raw in self._lines:
            try:
                read = parse(raw)
                fields(read, BATCH)
                if not read["leaves"]:
                    raise ValueError("een bundel zonder bewijzen")
                if read["batch"] != number - 1:
                    raise ValueError(f"hier hoort bundel {number - 1}, er staat {read['batch']}")
                if self.batches and len(self.batches[-1].leaves) < LEAST_LEAVES:
                    raise ValueError(
                        f"de bundel hiervoor heeft minder dan {LEAST_LEAVES} bewijzen en is niet de laatste"
                    )
            except ValueError as error:
                raise Fault("board-form", f"board.jsonl regel {number}: {error}") from error
            self.batches.append(Batch(read, hashlib.sha256(raw).digest()))

    def check_order(self) -> None:
        """`board-order`."""
        for batch in self.batches:
            if not ascending(batch.leaves):
                raise Fault(
                    "board-order", f"de bewijzen in bundel {batch.number} staan niet in oplopende volgorde"
                )
            for leaf in batch.leaves:
                if leaf in self.leaves:
                    raise Fault(
                        "board-order",
                        f"bewijs {leaf.hex()} staat twee keer op het bord, ook in bundel {batch.number}",
                    )
                self.leaves.add(leaf)

    def check_roots(self) -> None:
        """`board-root`."""
        for batch in self.batches:
            if merkle_root(batch.leaves) != batch.root:
                raise Fault("board-root", f"bundel {batch.number} heeft niet de wortel van zijn bewijzen")

    def check_chain(self) -> None:
        """`board-chain`."""
        before = self.opening_digest
        for batch in self.batches:
            if batch.previous != before:
                raise Fault("board-chain", f"bundel {batch.number} sluit niet aan op wat ervoor staat")
            before = batch.digest

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return (self.batches[-1].digest if self.batches else self.opening_digest).hex()


def ascending(values: list[Any]) -> bool:
    """Whether each is larger than the one before it, so that none is there twice; texts compare by code points."""
    return all(a < b for a, b in pairwise(values))


# ---------------------------------------------------------------------------------------------------------------------
# Section 7: the seal


def check_seal(archive: Archive, signer: str) -> Any:
    """`seal-form` and `seal-signature`; gives the seal."""
    signed = signed_file(archive, "seal.json", "seal-form", SEAL)
    check_signature(signed, "seal.json", "seal-signature")
    if signed["signer"] != signer:
        raise Fault("seal-signature", "het zegel is door een ander ondertekend dan de uitslag")
    return signed["statement"]


def check_seal_board(seal: Any, board: Board) -> None:
    """`seal-board`."""
    opening = board.opening
    same = {
        "de ronde": (seal["round"], opening["round"]),
        "het controlegetal van de regels": (seal["rules_sha256"], opening["rules_sha256"]),
        "het eind van het bord": (seal["head"], board.head),
        "het aantal bundels": (seal["batches"], len(board.batches)),
        "het aantal bewijzen": (seal["leaves"], len(board.leaves)),
        "de lijst van wijken": (
            [pot["pot"] for pot in seal["pots"]],
            [pot["pot"] for pot in opening["pots"]],
        ),
        "het aantal stembiljetten": (seal["ballots"], sum(pot["voted"] for pot in seal["pots"])),
    }
    for what, (sealed, found) in same.items():
        if sealed != found:
            raise Fault("seal-board", f"{what} in het zegel is {short(sealed)}; gevonden: {short(found)}")
    for pot in seal["pots"]:
        if not pot["voted"] <= pot["entitled"] <= pot["roll"]:
            raise Fault(
                "seal-board",
                f"wijk {short(pot['pot'])}: meer stemmers dan kiezers, of meer kiezers dan in het register",
            )


# ---------------------------------------------------------------------------------------------------------------------
# Section 4: the ballots


class Cast:
    """One line of `ballots.txt`; `choice` is None for a withheld ballot."""

    __slots__ = ("choice", "digest", "line", "pot", "receipt")

    def __init__(self, line: int, receipt: bytes, raw: bytes, read: Any) -> None:
        self.line, self.receipt, self.pot = line, receipt, read["pot"]
        self.choice: tuple[int, ...] | None = tuple(read["choice"]) if "choice" in read else None
        self.digest = hashlib.sha256(raw).digest()


class Ballots:
    """The ballots in force, with the checks of them in their order."""

    def __init__(self, archive: Archive, board: Board, result: Any) -> None:
        self._archive, self._board = archive, board
        self._pots = {pot["pot"]: pot for pot in board.opening["pots"]}
        self._results = {pot["pot"]: pot for pot in result["pots"]}
        self.cast: list[Cast] = []

    def check_form(self) -> None:
        """`ballot-form`."""
        shapes: dict[str, Shape] = {
            "choice": array(whole),
            "nonce": NONCE,
            "pot": self._known,
            "round": exactly(self._board.opening["round"]),
            "type": exactly("wijkbudget-ballot"),
            "v": exactly(1),
        }
        held: dict[str, Shape] = {"pot": self._known, "type": exactly("wijkbudget-withheld"), "v": exactly(1)}
        for number, line in self._archive.lines("ballots.txt", "ballot-form"):
            receipt, _, raw = line.partition(b" ")
            try:
                if not HASH(receipt.decode()):
                    raise ValueError("de regel begint niet met een bewijs")
                read = parse(raw)
                withheld = type(read) is dict and read.get("type") == "wijkbudget-withheld"
                fields(read, held if withheld else shapes)
            except ValueError as error:
                raise Fault("ballot-form", f"ballots.txt regel {number}: {short_reason(error)}") from error
            self.cast.append(Cast(number, bytes.fromhex(receipt.decode()), raw, read))

    def _known(self, value: Any) -> bool:
        return text(value) and value in self._pots

    def check_order(self) -> None:
        """`ballot-order`."""
        for one, other in pairwise(self.cast):
            if one.receipt >= other.receipt:
                raise Fault(
                    "ballot-order", f"ballots.txt regel {other.line} staat niet in oplopende volgorde"
                )

    def check_receipts(self) -> None:
        """`ballot-receipt`; a pot of which the result says nothing counts as not withheld."""
        for cast in self.cast:
            where = f"ballots.txt regel {cast.line}"
            if cast.choice is not None and cast.digest != cast.receipt:
                raise Fault("ballot-receipt", f"{where}: het bewijs hoort niet bij dit stembiljet")
            withheld = cast.pot in self._results and self._results[cast.pot]["withheld"]
            if withheld != (cast.choice is None):
                raise Fault(
                    "ballot-receipt", f"{where}: wel of niet achtergehouden, maar de uitslag zegt het anders"
                )

    def check_choices(self) -> None:
        """`ballot-choice`."""
        kind = self._board.opening["ballot_type"]
        costs = {
            code: {p["number"]: p["cost_cents"] for p in pot["projects"]} for code, pot in self._pots.items()
        }
        for cast in self.cast:
            choice, on_list = cast.choice or (), costs[cast.pot]
            where = f"ballots.txt regel {cast.line}"
            for number in choice:
                if number not in on_list:
                    raise Fault("ballot-choice", f"{where}: project {number} staat niet op de stemlijst")
            if len(set(choice)) != len(choice):
                raise Fault("ballot-choice", f"{where}: een project staat er twee keer op")
            if kind != "ranking" and not ascending(list(choice)):
                raise Fault("ballot-choice", f"{where}: de projecten staan niet in oplopende volgorde")
            if (
                kind == "capped_approval"
                and sum(map(on_list.__getitem__, choice)) > self._pots[cast.pot]["budget_cents"]
            ):
                raise Fault("ballot-choice", f"{where}: de projecten kosten samen meer dan het budget")

    def check_board(self) -> None:
        """`ballot-board`."""
        for cast in self.cast:
            if cast.receipt not in self._board.leaves:
                raise Fault(
                    "ballot-board", f"ballots.txt regel {cast.line}: het bewijs staat niet op het bord"
                )

    def check_numbers(self, seal: Any) -> None:
        """`ballot-count`; that the result has all pots is `result-pots`."""
        lines = Counter(cast.pot for cast in self.cast)
        blank = Counter(cast.pot for cast in self.cast if cast.choice == ())
        voted = {pot["pot"]: pot["voted"] for pot in seal["pots"]}
        for code in self._pots:
            where = f"wijk {short(code)}: {lines[code]} stembiljetten"
            if lines[code] != voted[code]:
                raise Fault("ballot-count", f"{where}; volgens het zegel {voted[code]}")
            pot = self._results.get(code)
            if pot and lines[code] != pot["ballots"]:
                raise Fault("ballot-count", f"{where}; volgens de uitslag {pot['ballots']}")
            if pot and not pot["withheld"] and blank[code] != pot["blank"]:
                raise Fault(
                    "ballot-count", f"{where}, {blank[code]} blanco; volgens de uitslag {pot['blank']} blanco"
                )

    def check_superseded(self) -> None:
        """`superseded`."""
        wanted = iter(sorted(self._board.leaves - {cast.receipt for cast in self.cast}))
        for number, line in self._archive.lines("superseded.txt", "superseded"):
            expected = next(wanted, None)
            if expected is None or line != expected.hex().encode():
                raise Fault(
                    "superseded", f"superseded.txt regel {number} is niet het volgende vervangen bewijs"
                )
        if (missing := next(wanted, None)) is not None:
            raise Fault("superseded", f"superseded.txt mist {missing.hex()}")


def short_reason(error: ValueError) -> str:
    """Why a line is not good; the message of Python about bytes that are no UTF-8 is not for people."""
    return "geen leesbare tekst" if isinstance(error, UnicodeError) else str(error)


def check_pots(result: Any, opening: Any) -> None:
    """`result-pots`."""
    if [pot["pot"] for pot in result["pots"]] != [pot["pot"] for pot in opening["pots"]]:
        raise Fault("result-pots", "de uitslag noemt niet dezelfde wijken als het bord, in dezelfde volgorde")
    for pot, opened in zip(result["pots"], opening["pots"], strict=True):
        where = f"wijk {short(pot['pot'])}"
        costs = {project["number"]: project["cost_cents"] for project in opened["projects"]}
        if pot["budget_cents"] != opened["budget_cents"]:
            raise Fault("result-pots", f"{where}: het budget is niet dat van het bord")
        spent = sum(each["cost_cents"] for each in pot["funded"]) + sum(
            each["cents"] for each in pot["offered"]
        )
        if spent != pot["spent_cents"] or spent > pot["budget_cents"]:
            raise Fault(
                "result-pots", f"{where}: het bedrag van de uitslag is niet de som, of meer dan het budget"
            )
        paid = [each["number"] for each in pot["funded"] + pot["offered"]]
        for numbers in (paid, pot["withdrawn"], *pot["lots"]):
            for number in numbers:
                if number not in costs:
                    raise Fault("result-pots", f"{where}: project {number} staat niet op de stemlijst")
            if len(set(numbers)) != len(numbers):
                raise Fault("result-pots", f"{where}: een project staat twee keer in een lijst")
        for each in pot["funded"]:
            if each["cost_cents"] != costs[each["number"]]:
                raise Fault(
                    "result-pots",
                    f"{where}: project {each['number']} heeft andere kosten dan op de stemlijst",
                )


# ---------------------------------------------------------------------------------------------------------------------
# Counting again (docs/rules). Money is in whole cents or in fractions of them.

MOST_ENDS = 512  # how many courses of a count are followed to see whether a tie matters
MOST_SECONDS = 900  # an archive made to keep this program busy does not do so for ever


class Uncounted(Exception):
    """The count comes to a point that the result does not answer, such as a tie without its lot."""


class Lots:
    """The lots of the result. A lot holds whenever some of its projects are tied."""

    def __init__(self, orders: list[list[int]]) -> None:
        self._orders = orders
        self._names = [set(order) for order in orders]
        self._met = [False] * len(orders)

    def drawn(self, tied: Iterable[int]) -> list[int] | None:
        """The tied projects in the order of the lot between them, or of the last that names them all."""
        names = set(tied)
        fitting = [at for at in range(len(self._orders)) if names <= self._names[at]]
        if not fitting:
            return None
        at = max(fitting, key=lambda each: (self._names[each] == names, each))
        self._met[at] = True
        return [number for number in self._orders[at] if number in names]

    def needed(self, tied: Iterable[int]) -> list[int]:
        """The same, where the tie decides who gets money."""
        order = self.drawn(tied)
        if order is None:
            raise Uncounted(f"de gelijke stand tussen {listed(sorted(tied))} beslist, maar er is geen lot")
        return order

    def not_met(self) -> list[list[int]]:
        """The lots that the count did not need."""
        return [order for order, met in zip(self._orders, self._met, strict=True) if not met]


def listed(numbers: Iterable[int]) -> str:
    """Numbers of projects for a person to read."""
    return ", ".join(map(str, numbers)) or "geen"


class Election:
    """What is counted in one pot. Withdrawn projects are gone from the ballots (conditions, article 1)."""

    def __init__(
        self,
        budget: int,
        costs: dict[int, int],
        choices: Iterable[tuple[int, ...]],
        withdrawn: Iterable[int],
        min_support: int,
    ) -> None:
        gone = set(withdrawn)
        self._until = time.monotonic() + MOST_SECONDS
        self.budget = budget
        self.costs = {number: costs[number] for number in sorted(costs) if number not in gone}
        self.ballots = Counter(tuple(n for n in choice if n not in gone) for choice in choices)
        self.voters = sum(self.ballots.values())
        self.votes: Counter[int] = Counter()
        for choice, times in self.ballots.items():
            for number in choice:
                self.votes[number] += times
        self.backed = [number for number in self.costs if self.votes[number] >= min_support]
        """Projects with the least support that the rules ask for (conditions, article 2), by number."""

    def keep_going(self) -> None:
        """Asked for at every larger step; raises NotCountable when the count takes too long."""
        if time.monotonic() > self._until:
            raise NotCountable("een telling die langer duurt dan een kwartier")

    def backed_ballots(self) -> Counter[tuple[int, ...]]:
        """The ballots without the projects that have too little support."""
        backed, ballots = set(self.backed), Counter[tuple[int, ...]]()
        for choice, times in self.ballots.items():
            ballots[tuple(number for number in choice if number in backed)] += times
        return ballots


class Allocation:
    """Who gets money, in the order of the decisions."""

    def __init__(self, budget: int) -> None:
        self.left = budget
        self.funded: list[int] = []
        self.offered: list[tuple[int, int]] = []

    def fund(self, number: int, cost: int) -> None:
        """Pay a project."""
        self.funded.append(number)
        self.left -= cost


def places(numbers: Iterable[int], key: Callable[[int], Any]) -> list[list[int]]:
    """Groups of equal projects, those with the highest key first, each by number."""
    groups: dict[Any, list[int]] = {}
    for number in sorted(numbers):
        groups.setdefault(key(number), []).append(number)
    return [groups[each] for each in sorted(groups, reverse=True)]


def allocate(money: Allocation, order: list[list[int]], costs: dict[int, int], lots: Lots) -> None:
    """Down the places; what does not fit is passed over. A tie decides if all that fit do not fit together."""
    for place in order:
        fitting = [number for number in place if costs[number] <= money.left]
        if sum(costs[number] for number in fitting) > money.left:
            fitting = lots.needed(fitting)
        for number in fitting:
            if costs[number] <= money.left:
                money.fund(number, costs[number])


def allocate_until_stop(money: Allocation, order: list[list[int]], costs: dict[int, int], lots: Lots) -> None:
    """Down the places until something does not fit (greedy and schulze, article 3.2 and 3.3, article 4.3)."""
    for place in order:
        if all(costs[number] > money.left for number in place):
            return
        together = sum(costs[number] for number in place) <= money.left
        for number in place if together else lots.needed(place):
            if costs[number] > money.left:
                return
            money.fund(number, costs[number])


def allocate_with_rest(money: Allocation, order: list[list[int]], costs: dict[int, int], lots: Lots) -> None:
    """Down the places; the first that does not fit is offered what is left (greedy-remainder, articles 3 and 4)."""
    for place in order:
        decides = money.left and len(place) > 1 and sum(costs[number] for number in place) > money.left
        for number in lots.needed(place) if decides else place:
            if costs[number] > money.left:
                if money.left:
                    money.offered.append((number, money.left))
                    money.left = 0
                return
            money.fund(number, costs[number])


def by_votes(election: Election) -> list[list[int]]:
    """The order of the greedy rules."""
    return places(election.backed, lambda number: election.votes[number])


def greedy(election: Election, lots: Lots) -> Allocation:
    """greedy.md."""
    money = Allocation(election.budget)
    allocate(money, by_votes(election), election.costs, lots)
    return money


def greedy_stop(election: Election, lots: Lots) -> Allocation:
    """greedy.md, with stopping."""
    money = Allocation(election.budget)
    allocate_until_stop(money, by_votes(election), election.costs, lots)
    return money


def greedy_remainder(election: Election, lots: Lots) -> Allocation:
    """greedy-remainder.md."""
    money = Allocation(election.budget)
    allocate_with_rest(money, by_votes(election), election.costs, lots)
    return money


def greedy_per_cost(election: Election, lots: Lots) -> Allocation:
    """greedy-per-cost.md."""
    money = Allocation(election.budget)
    order = places(election.backed, lambda number: Fraction(election.votes[number], election.costs[number]))
    allocate(money, order, election.costs, lots)
    return money


def add_by_votes(election: Election, money: Allocation, lots: Lots) -> None:
    """What is left goes to the projects with most votes that still fit (equal-shares, article 6)."""
    rest = [number for number in election.backed if number not in money.funded]
    allocate(money, places(rest, lambda number: election.votes[number]), election.costs, lots)


# --- rules that make an order out of rankings: a project with too little support keeps its place but gets no money


def above(election: Election) -> dict[int, dict[int, int]]:
    """How many voters put the first project above the second (schulze, article 1.1 and 1.2)."""
    numbers = list(election.costs)
    counted = {a: dict.fromkeys(numbers, 0) for a in numbers}
    for choice, times in election.ballots.items():
        election.keep_going()
        below = set(numbers)
        for number in choice:
            below.discard(number)
            row = counted[number]
            for other in below:
                row[other] += times
    return counted


def wins(election: Election) -> dict[tuple[int, int], int]:
    """The won comparisons with their strength."""
    counted = above(election)
    return {(a, b): counted[a][b] for a in counted for b in counted if counted[a][b] > counted[b][a]}


def layers(election: Election, before: Callable[[int, int], bool]) -> list[list[int]]:
    """Place after place: those that no other of the list goes before."""
    rest, order = sorted(election.costs), []
    while rest:
        election.keep_going()
        first = [number for number in rest if not any(before(other, number) for other in rest)]
        order.append(first)
        rest = [number for number in rest if number not in first]
    return order


def backed_only(election: Election, order: list[list[int]]) -> list[list[int]]:
    """The order without projects that cannot get money."""
    backed = set(election.backed)
    return [kept for place in order if (kept := [number for number in place if number in backed])]


def schulze_order(election: Election) -> list[list[int]]:
    """schulze.md, article 1."""
    numbers = list(election.costs)
    path = {a: dict.fromkeys(numbers, 0) for a in numbers}
    for (a, b), strength in wins(election).items():
        path[a][b] = strength
    for via in numbers:
        election.keep_going()
        onward = path[via]
        for a in numbers:
            row, reach = path[a], path[a][via]
            if reach:
                for b in numbers:
                    if b != a:
                        row[b] = max(row[b], min(reach, onward[b]))
    return backed_only(election, layers(election, lambda a, b: path[a][b] > path[b][a]))


def schulze(election: Election, lots: Lots) -> Allocation:
    """schulze.md."""
    money = Allocation(election.budget)
    allocate(money, schulze_order(election), election.costs, lots)
    return money


def schulze_stop(election: Election, lots: Lots) -> Allocation:
    """schulze.md, with stopping."""
    money = Allocation(election.budget)
    allocate_until_stop(money, schulze_order(election), election.costs, lots)
    return money


class Paths:
    """What lies below what, directly or through others; everything reaches itself."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.below = {number: {number} for number in numbers}

    def add(self, a: int, b: int) -> None:
        """Put a above b."""
        if b not in self.below[a]:
            for reached in self.below.values():
                if a in reached:
                    reached.update(self.below[b])


def ranked_pairs_order(election: Election) -> list[list[int]]:
    """ranked-pairs.md, article 1: `sure` is fixed whatever the order of equal wins, `possible` in some order of them."""
    sure, possible = Paths(election.costs), Paths(election.costs)
    groups: dict[int, list[tuple[int, int]]] = {}
    for pair, strength in wins(election).items():
        groups.setdefault(strength, []).append(pair)
    for strength in sorted(groups, reverse=True):
        not_against = [(a, b) for a, b in groups[strength] if a not in sure.below[b]]
        for a, b in not_against:
            possible.add(a, b)
        for a, b in not_against:
            if a not in possible.below[b]:
                sure.add(a, b)
    return backed_only(election, layers(election, lambda a, b: a != b and b in sure.below[a]))


def ranked_pairs(election: Election, lots: Lots) -> Allocation:
    """ranked-pairs.md."""
    money = Allocation(election.budget)
    allocate(money, ranked_pairs_order(election), election.costs, lots)
    return money


def borda(election: Election, lots: Lots) -> Allocation:
    """borda.md; points are counted double."""
    numbers, points = list(election.costs), Counter[int]()
    for choice, times in election.ballots.items():
        election.keep_going()
        named = set(choice)
        for at, number in enumerate(choice):
            points[number] += times * 2 * (len(numbers) - 1 - at)
        for number in numbers:
            if number not in named:
                points[number] += times * (len(numbers) - len(named) - 1)
    money = Allocation(election.budget)
    allocate(money, backed_only(election, places(numbers, points.__getitem__)), election.costs, lots)
    return money


def irv_budget(election: Election, lots: Lots) -> Allocation:
    """irv-budget.md."""
    costs = election.costs
    standing = {number for number in election.backed if costs[number] <= election.budget}
    dropped: list[list[int]] = []
    while True:
        election.keep_going()
        tops = Counter(dict.fromkeys(standing, 0))
        for choice, times in election.ballots.items():
            top = next((number for number in choice if number in standing), None)
            if top is not None:
                tops[top] += times
        total = sum(costs[number] for number in standing)
        if total <= election.budget:
            break
        last = places(standing, tops.__getitem__)[-1]
        others = [tops[number] for number in standing if number not in last]
        if len(last) > 1:
            together = sum(tops[number] for number in last) < min(others, default=0)
            until_all = total - sum(costs[n] for n in last) + min(costs[n] for n in last) > election.budget
            if not (together and until_all):
                last = lots.needed(last)[-1:]
        dropped.append(last)
        standing -= set(last)
    money = Allocation(election.budget)
    for place in places(standing, tops.__getitem__):
        for number in place:
            money.fund(number, costs[number])
    allocate(money, dropped[::-1], costs, lots)
    return money


# --- the set with most support


Pairs = list[tuple[int, int]]


def best_pairs(numbers: list[int], election: Election) -> list[Pairs]:
    """Of the first 0, 1, 2, ... projects: the sets that no other set beats, as (cost, support), cheapest first."""
    steps: list[Pairs] = [[(0, 0)]]
    for number in numbers:
        election.keep_going()
        cost, votes = election.costs[number], election.votes[number]
        larger = [(c + cost, v + votes) for c, v in steps[-1] if c + cost <= election.budget]
        best: Pairs = []
        for c, v in sorted(steps[-1] + larger, key=lambda pair: (pair[0], -pair[1])):
            if not best or v > best[-1][1]:
                best.append((c, v))
        steps.append(best)
    return steps


def best_support(one: Pairs, other: Pairs, room: int) -> int:
    """The most support of a set out of both lists within the room; -1 if there is none."""
    best, at = -1, len(other) - 1
    for cost, votes in one:
        while at >= 0 and cost + other[at][0] > room:
            at -= 1
        if at < 0:
            break
        best = max(best, votes + other[at][1])
    return best


def max_satisfaction(election: Election, lots: Lots) -> Allocation:
    """max-satisfaction.md."""
    numbers = [n for n in election.backed if election.votes[n] and election.costs[n] <= election.budget]
    chosen, free, room = settled_part(numbers, [], election, election.budget)
    drawn = lots.needed(free) if free else []
    for number in drawn:
        if number in free:
            sure, free, room = settled_part(
                [number, *(n for n in free if n != number)], [number], election, room
            )
            chosen += sure
    money = Allocation(election.budget)
    for number in sorted(chosen, key=lambda n: (drawn.index(n) if n in drawn else -1, n)):
        money.fund(number, election.costs[number])
    return money


def settled_part(
    numbers: list[int], taken: list[int], election: Election, room: int
) -> tuple[list[int], list[int], int]:
    """Take the first projects; then: what is in every best set, what is in some of them, and the room after the former."""
    rest = [number for number in numbers if number not in taken]
    room_left = room - sum(election.costs[number] for number in taken)
    before, after = best_pairs(rest, election), best_pairs(rest[::-1], election)[::-1]
    most = best_support(before[-1], [(0, 0)], room_left)
    sure = list(taken)
    some: list[int] = []
    for at, number in enumerate(rest):
        election.keep_going()
        without = best_support(before[at], after[at + 1], room_left)
        cost, votes = election.costs[number], election.votes[number]
        with_it = best_support(before[at], after[at + 1], room_left - cost)
        if with_it < 0 or with_it + votes < most:
            continue
        (some if without == most else sure).append(number)
    return sure, some, room - sum(election.costs[number] for number in sure)


# --- rules in which voters pay


class Backers:
    """Groups of equal ballots that support a project: place of the group, weight of one voter, number of voters."""

    def __init__(self, members: list[tuple[int, int, int]]) -> None:
        self.groups = [group for group, _, _ in members]
        self.members = members
        self.weight = sum(weight * times for _, weight, times in members)
        self.scale = lcm(*(weight for _, weight, _ in members))


class Purses:
    """What each voter of each group has, in parts of `unit` to a cent."""

    def __init__(self, groups: int, each: Fraction, unit: int = 1) -> None:
        self.unit = each.denominator * unit
        self.amounts = [each.numerator * unit] * groups

    def copy(self) -> Purses:
        other = Purses(0, Fraction(0))
        other.unit, other.amounts = self.unit, self.amounts[:]
        return other

    def total(self, backers: Backers) -> Fraction:
        """What the backers have together, in cents."""
        amounts = self.amounts
        return Fraction(sum(amounts[group] * times for group, _, times in backers.members), self.unit)

    def price(self, backers: Backers, cost: int) -> Fraction | None:
        """What one unit of weight pays if the backers pay the cost together, each at most what he has; None if they cannot."""
        amounts, scale, wanted = self.amounts, backers.scale, cost * self.unit
        if not backers.weight:
            return None
        if (
            min(amounts[group] * (scale // weight) for group, weight, _ in backers.members) * backers.weight
            >= wanted * scale
        ):
            return Fraction(cost, backers.weight)
        if sum(amounts[group] * times for group, _, times in backers.members) < wanted:
            return None
        payers = sorted(
            (amounts[group] * (scale // weight), weight * times) for group, weight, times in backers.members
        )
        paying = backers.weight
        for amount, weight in payers:  # amount: per unit of weight, times scale
            if amount * paying >= wanted * scale:
                break
            wanted -= amount * weight // scale
            paying -= weight
        return Fraction(wanted, paying * self.unit)

    def pay(self, backers: Backers, price: Fraction) -> None:
        """Each backer pays the price times his weight, or all he has."""
        factor = price.denominator // gcd(price.denominator, self.unit)
        if factor > 1:
            self.unit *= factor
            self.amounts = [amount * factor for amount in self.amounts]
        due = price.numerator * (self.unit // price.denominator)
        for group, weight, _ in backers.members:
            self.amounts[group] = max(0, self.amounts[group] - due * weight)


class Course:
    """A count that buys one project after the other; the rules below say what is tied, and when that cannot matter."""

    election: Election
    bought: list[int]

    def tied(self) -> list[int]:
        """The projects of which one is bought next, by number; none at the end."""
        raise NotImplementedError

    def harmless(self, tied: list[int]) -> bool:
        """Whether all of them are surely bought next, in any order with the same effect."""
        raise NotImplementedError

    def buy(self, number: int) -> None:
        raise NotImplementedError

    def copy(self) -> Any:
        raise NotImplementedError

    def money(self) -> tuple[Any, ...]:
        """What the voters have; what is equal is the same, but the same may look different."""
        raise NotImplementedError

    def choices(self, lots: Lots) -> list[int]:
        """Which projects may be bought next: one, unless a tie without a lot may matter; none at the end."""
        self.election.keep_going()
        tied = self.tied()
        if len(tied) < 2:
            return tied
        if self.harmless(tied):
            return tied[:1]
        order = lots.drawn(tied)
        return tied if order is None else order[:1]


class TooMany(Exception):
    """A count has more courses than are followed."""


def ends(start: Any, lots: Lots, most: int) -> set[frozenset[int]]:
    """The sets of projects that may have been bought in the end, over all orders of ties without a lot.

    Two orders that come to the same projects and the same money go on as one.
    """
    found: set[frozenset[int]] = set()
    todo, seen = [start], set()
    while todo:
        course = todo.pop()
        while choices := course.choices(lots):
            if len(choices) == 1:
                course.buy(choices[0])
                continue
            for number in choices:
                branch = course.copy()
                branch.buy(number)
                state = (frozenset(branch.bought), branch.money())
                if state not in seen:
                    seen.add(state)
                    todo.append(branch)
            if len(seen) > most:
                raise TooMany
            break
        else:
            found.add(frozenset(course.bought))
    return found


def first_end(course: Any, lots: Lots) -> Any:
    """The course at its end, if in every tie without a lot the lowest number goes first."""
    while choices := course.choices(lots):
        course.buy(choices[0])
    return course


def follow(course: Any, lots: Lots) -> list[int]:
    """What is bought, in order. A tie that matters needs a lot; in the others the lowest number goes first."""
    checked = False
    while choices := course.choices(lots):
        if len(choices) > 1 and not checked:
            try:
                checked = len(ends(course.copy(), lots, MOST_ENDS)) == 1
            except TooMany:
                checked = False
            if not checked:
                lots.needed(choices)
        course.buy(choices[0])
    return list(course.bought)


def two_of(tied: list[int], backers: dict[int, Backers], counts: Callable[[int], bool]) -> bool:
    """Whether a group that counts supports two of these projects."""
    seen: set[int] = set()
    for number in tied:
        mine = {group for group in backers[number].groups if counts(group)}
        if mine & seen:
            return True
        seen |= mine
    return False


class Market:
    """The projects that can be bought (equal-shares, article 1.2) with their backers, and the groups of equal ballots.

    A project weighs 1, or with points 2 for each project that takes part and does not stand above it (equal-shares-borda,
    article 1): itself and those below, counted double.
    """

    def __init__(self, election: Election, points: bool = False) -> None:
        self.election = election
        self.groups = list(election.backed_ballots().items())
        numbers = {n for n in election.backed if election.votes[n] and election.costs[n] <= election.budget}
        members: dict[int, list[tuple[int, int, int]]] = {number: [] for number in sorted(numbers)}
        for group, (choice, times) in enumerate(self.groups):
            for at, number in enumerate(choice):
                if number in numbers:
                    weight = 2 * (len(election.backed) - at) if points else 1
                    members[number].append((group, weight, times))
        self.backers = {number: Backers(each) for number, each in members.items()}
        self.costs = {number: election.costs[number] for number in members}


class EqualShares(Course):
    """equal-shares.md, articles 1 to 4, for all endowments from `low` to `high` at once.

    With low = high this is one run. Otherwise purses are kept for both. As long as the same projects are bought, more money at
    the start is no less money later, and a price under an endowment between them lies between the prices under both: so what
    may be bought next under any of them is what, under `high`, costs no more than the cheapest under `low`.
    """

    def __init__(self, market: Market, by_cost: bool, low: Fraction, high: Fraction) -> None:
        self.election, self.market, self.by_cost, self.bought = market.election, market, by_cost, []
        scale = lcm(*(backers.weight for backers in market.backers.values()))
        self.low = Purses(len(market.groups), low, scale)
        self.high = Purses(len(market.groups), high, scale) if high > low else None
        start = {
            n: self._per_worth(n, Fraction(market.costs[n], market.backers[n].weight)) for n in market.backers
        }
        self.least = [
            start,
            dict(start),
        ]  # a price never falls during a run: what is known of it, under low and high
        self.sure = True

    def copy(self) -> EqualShares:
        other = object.__new__(EqualShares)
        other.election, other.market = self.election, self.market
        other.by_cost, other.sure = self.by_cost, self.sure
        other.bought, other.low = self.bought[:], self.low.copy()
        other.high = self.high.copy() if self.high else None
        other.least = [dict(each) for each in self.least]
        return other

    def money(self) -> tuple[Any, ...]:
        return tuple((each.unit, *each.amounts) for each in (self.low, self.high) if each)

    def _per_worth(self, number: int, price: Fraction) -> Fraction:
        return price / self.market.costs[number] if self.by_cost else price

    def _cheapest(
        self, purses: Purses, least: dict[int, Fraction], limit: Fraction | None
    ) -> dict[int, Fraction]:
        """The prices per worth up to the limit; without a limit the lowest of all."""
        found: dict[int, Fraction] = {}
        lowest = limit
        for number in sorted(least, key=least.__getitem__):
            if lowest is not None and least[number] > lowest:
                break
            price = purses.price(self.market.backers[number], self.market.costs[number])
            if price is None:
                del least[number]
                continue
            least[number] = found[number] = self._per_worth(number, price)
            if limit is None and (lowest is None or found[number] < lowest):
                lowest = found[number]
        return {number: price for number, price in found.items() if lowest is not None and price <= lowest}

    def tied(self) -> list[int]:
        cheapest = self._cheapest(self.low, self.least[0], None)
        if self.high is None:
            return sorted(cheapest)
        if not cheapest:
            if self._cheapest(self.high, self.least[1], None):
                raise TooMany
            return []
        price = min(cheapest.values())
        rivals = self._cheapest(self.high, self.least[1], price)
        if not rivals.keys() <= self.least[0].keys():
            raise TooMany
        self.sure = all(each == price for each in rivals.values())
        return sorted(rivals)

    def choices(self, lots: Lots) -> list[int]:
        self.election.keep_going()
        tied = self.tied()
        if len(tied) < 2:
            return tied
        price = min(self.least[0][number] for number in tied)
        cheapest = [number for number in tied if self.least[0][number] == price]
        if self.sure and self.harmless(tied):
            return cheapest[:1]
        order = lots.drawn(tied) if self.sure else None
        return order[:1] if order and order[0] in cheapest else tied

    def harmless(self, tied: list[int]) -> bool:
        """Whoever supports two of them can pay the full price of all that he supports."""
        price = min(self.least[0][number] for number in tied)
        prices = {n: price * (self.market.costs[n] if self.by_cost else 1) * self.low.unit for n in tied}
        parts = lcm(*(each.denominator for each in prices.values()))
        due: Counter[int] = Counter()
        times: Counter[int] = Counter()
        for number in tied:
            each = int(prices[number] * parts)
            for group, weight, _ in self.market.backers[number].members:
                due[group] += each * weight
                times[group] += 1
        return all(due[g] <= self.low.amounts[g] * parts for g, projects in times.items() if projects > 1)

    def buy(self, number: int) -> None:
        backers, cost = self.market.backers[number], self.market.costs[number]
        for purses, least in zip((self.low, self.high), self.least, strict=True):
            if purses is not None:
                price = purses.price(backers, cost)
                if price is None:
                    raise TooMany
                purses.pay(backers, price)
                del least[number]
        self.bought.append(number)


class Raising:
    """equal-shares.md, article 5: the number of euros that each ballot gets more in the run that stands."""

    def __init__(self, market: Market, by_cost: bool, exhaustive: bool, lots: Lots) -> None:
        self.market, self.by_cost, self.exhaustive, self.lots = market, by_cost, exhaustive, lots
        self.share = Fraction(market.election.budget, market.election.voters)

    def run(self, first: int, last: int) -> EqualShares:
        """The runs with so many euros more."""
        return EqualShares(self.market, self.by_cost, self.share + 100 * first, self.share + 100 * last)

    def last_run(self) -> list[int]:
        """What is bought in the run that stands, in order.

        Runs that surely all go on are passed over in stretches that double. `possible` is what may be bought in the run that
        stands, over all orders of ties without a lot.
        """
        at, stretch = 0, 1
        possible: set[frozenset[int]] = set()
        while True:
            verdicts = self._verdicts(at, at + stretch - 1)
            if verdicts and set(verdicts.values()) == {"on"}:
                at, stretch = at + stretch, stretch * 2
                continue
            if stretch > 1:
                stretch //= 2
                continue
            if "dear" in verdicts.values():
                possible |= {
                    bought for bought, verdict in self._verdicts(at - 1, at - 1).items() if verdict == "on"
                }
            possible |= {bought for bought, verdict in verdicts.items() if verdict == "done"}
            if "on" not in verdicts.values():
                break
            at += 1
        if len(possible) != 1:
            raise Uncounted(
                f"bij {at} euro meer per stembiljet beslist een gelijke stand, maar er is geen lot"
            )
        course = first_end(self.run(at, at), self.lots)
        if self._verdict(frozenset(course.bought)) == "dear":
            course = first_end(self.run(at - 1, at - 1), self.lots)
        return list(course.bought)

    def _verdicts(self, first: int, last: int) -> dict[frozenset[int], str]:
        """What comes of what may be bought in these runs; nothing if that cannot be told."""
        try:
            found = ends(self.run(first, last), self.lots, MOST_ENDS if first == last else 16)
        except TooMany:
            return {}
        return {bought: self._verdict(bought) for bought in found}

    def _verdict(self, bought: frozenset[int]) -> str:
        """Go on, too dear, or done: nothing more to raise for."""
        costs = self.market.costs
        left = self.market.election.budget - sum(costs[number] for number in bought)
        if left < 0:
            return "dear"
        others = [cost for number, cost in costs.items() if number not in bought]
        return "on" if others and not (self.exhaustive and min(others) > left) else "done"


def equal_shares(
    election: Election, lots: Lots, satisfaction: str, completion: str, borda_points: bool = False
) -> Allocation:
    """equal-shares.md, and equal-shares-borda.md with points: double, so that the last place of all is worth 2."""
    money = Allocation(election.budget)
    if election.voters:
        market = Market(election, borda_points)
        raising = Raising(market, satisfaction == "cost", "exhaustive" in completion, lots)
        raised = completion.startswith("add1")
        for number in raising.last_run() if raised else follow(raising.run(0, 0), lots):
            money.fund(number, election.costs[number])
    if completion.endswith("greedy"):
        add_by_votes(election, money, lots)
    return money


class Phragmen(Course):
    """phragmen.md: of each group is kept when it last paid; a moment is the money that everybody has earned until then."""

    def __init__(self, market: Market) -> None:
        self.election, self.market, self.bought = market.election, market, []
        self.left = market.election.budget
        self.now = Fraction(0)
        self.moments = [Fraction(0)]
        self.since = [0] * len(market.groups)

    def copy(self) -> Phragmen:
        other = Phragmen(self.market)
        other.bought, other.left, other.now = self.bought[:], self.left, self.now
        other.moments, other.since = self.moments[:], self.since[:]
        return other

    def money(self) -> tuple[Any, ...]:
        return tuple(self.moments[at] for at in self.since)

    def _due(self, number: int) -> Fraction:
        backers, paid = self.market.backers[number], Counter[int]()
        for group, _, times in backers.members:
            paid[self.since[group]] += times
        earlier = sum((self.moments[at] * times for at, times in paid.items()), Fraction(0))
        return (self.market.costs[number] + earlier) / backers.weight

    def tied(self) -> list[int]:
        due = {number: self._due(number) for number in self.market.backers if number not in self.bought}
        self.now = min(due.values(), default=self.now)
        tied = [number for number in due if due[number] == self.now]
        return [] if any(self.market.costs[number] > self.left for number in tied) else tied

    def harmless(self, tied: list[int]) -> bool:
        fits = sum(self.market.costs[number] for number in tied) <= self.left
        return fits and not two_of(
            tied, self.market.backers, lambda g: self.moments[self.since[g]] < self.now
        )

    def buy(self, number: int) -> None:
        self.moments.append(self.now)
        for group in self.market.backers[number].groups:
            self.since[group] = len(self.moments) - 1
        self.left -= self.market.costs[number]
        self.bought.append(number)


def phragmen(election: Election, lots: Lots, completion: str) -> Allocation:
    """phragmen.md."""
    money = Allocation(election.budget)
    for number in follow(Phragmen(Market(election)), lots):
        money.fund(number, election.costs[number])
    if completion == "greedy":
        add_by_votes(election, money, lots)
    return money


class Expanding(Course):
    """expanding-approvals.md: in round r a voter supports the first r projects of his ballot that take part."""

    def __init__(self, election: Election) -> None:
        self.costs = {number: election.costs[number] for number in election.backed}
        self.election, self.bought = election, []
        ballots = election.backed_ballots()
        self.rounds: list[dict[int, Backers]] = []
        members: dict[int, list[tuple[int, int, int]]] = {number: [] for number in election.backed}
        for place in range(max(map(len, ballots), default=0)):
            for group, (choice, times) in enumerate(ballots.items()):
                if place < len(choice):
                    members[choice[place]].append((group, 1, times))
            self.rounds.append({number: Backers(list(each)) for number, each in members.items()})
        self.purses = Purses(len(ballots), Fraction(election.budget, election.voters))
        self.round = 0

    def copy(self) -> Expanding:
        other = object.__new__(Expanding)
        other.election, other.costs = self.election, self.costs
        other.rounds, other.round = self.rounds, self.round
        other.bought, other.purses = self.bought[:], self.purses.copy()
        return other

    def money(self) -> tuple[Any, ...]:
        return (self.round, self.purses.unit, *self.purses.amounts)

    def tied(self) -> list[int]:
        while self.round < len(self.rounds):
            support = {
                number: self.purses.total(backers) / self.costs[number]
                for number, backers in self.rounds[self.round].items()
                if number not in self.bought
            }
            most = max(support.values(), default=Fraction(0))
            if most >= 1:
                return [number for number in support if support[number] == most]
            self.round += 1
        return []

    def harmless(self, tied: list[int]) -> bool:
        return not two_of(tied, self.rounds[self.round], lambda group: self.purses.amounts[group] > 0)

    def buy(self, number: int) -> None:
        backers = self.rounds[self.round][number]
        price = self.purses.price(backers, self.costs[number])
        assert price is not None
        self.purses.pay(backers, price)
        self.bought.append(number)


def expanding_approvals(election: Election, lots: Lots, completion: str) -> Allocation:
    """expanding-approvals.md."""
    money = Allocation(election.budget)
    if election.voters:
        for number in follow(Expanding(election), lots):
            money.fund(number, election.costs[number])
    if completion == "greedy":
        add_by_votes(election, money, lots)
    return money


class Overspending(Course):
    """bos.md: x is what a backer pays per unit of worth, the part is what all pay together of the cost."""

    def __init__(self, election: Election, by_cost: bool) -> None:
        self.election, self.bought = election, []
        self.market, self.by_cost = Market(election), by_cost
        self.left = election.budget
        self.purses = [Fraction(election.budget, election.voters)]
        self.held = [0] * len(self.market.groups)  # which of the purses a voter of each group has
        self.least = dict.fromkeys(self.market.costs, Fraction(0))  # a ratio never falls during a count
        self.offers: dict[int, tuple[Fraction, Fraction]] = {}

    def copy(self) -> Overspending:
        other = object.__new__(Overspending)
        other.election, other.market = self.election, self.market
        other.by_cost, other.left = self.by_cost, self.left
        other.bought, other.purses, other.held = self.bought[:], self.purses[:], self.held[:]
        other.least, other.offers = dict(self.least), dict(self.offers)
        return other

    def money(self) -> tuple[Any, ...]:
        return tuple(self.purses[at] for at in self.held)

    def _offer(self, number: int) -> tuple[Fraction, Fraction] | None:
        """The smallest ratio and what a backer pays then (article 2, 1 to 3); None if no backer has money."""
        backers, cost = self.market.backers[number], self.market.costs[number]
        holders: Counter[int] = Counter()
        for group, _, times in backers.members:
            holders[self.held[group]] += times
        best: tuple[Fraction, Fraction, Fraction] | None = None
        spent, paying = Fraction(0), backers.weight
        for amount, times in sorted(
            (self.purses[at], times) for at, times in holders.items()
        ):  # all below pay all they have, `paying` others pay the amount
            full = spent + paying * amount >= cost
            amount_each = (cost - spent) / paying if full else amount
            part = Fraction(1) if full else (spent + paying * amount) / cost
            if part:
                candidate = (amount_each / part**2, -part, amount_each / part)
                best = candidate if best is None else min(best, candidate)
            if full:
                break
            spent += amount * times
            paying -= times
        if best is None:
            return None
        return (best[0] / cost if self.by_cost else best[0]), best[2]

    def tied(self) -> list[int]:
        self.offers = {}
        lowest: Fraction | None = None
        for number in sorted(self.least, key=self.least.__getitem__):
            if lowest is not None and self.least[number] > lowest:
                break
            offer = self._offer(number) if self.market.costs[number] <= self.left else None
            if offer is None:
                del self.least[number]
                continue
            self.offers[number], self.least[number] = offer, offer[0]
            lowest = offer[0] if lowest is None else min(lowest, offer[0])
        return sorted(number for number, (ratio, _) in self.offers.items() if ratio == lowest)

    def harmless(self, tied: list[int]) -> bool:
        fits = sum(self.market.costs[number] for number in tied) <= self.left
        return fits and not two_of(tied, self.market.backers, lambda group: self.purses[self.held[group]] > 0)

    def buy(self, number: int) -> None:
        _, price = self.offers[number]
        paid: dict[int, int] = {}
        for group in self.market.backers[number].groups:
            before = self.held[group]
            if before not in paid:
                paid[before] = len(self.purses)
                self.purses.append(max(Fraction(0), self.purses[before] - price))
            self.held[group] = paid[before]
        del self.least[number]
        self.left -= self.market.costs[number]
        self.bought.append(number)


def bos(election: Election, lots: Lots, satisfaction: str) -> Allocation:
    """bos.md."""
    money = Allocation(election.budget)
    if election.voters:
        for number in follow(Overspending(election, satisfaction == "cost"), lots):
            money.fund(number, election.costs[number])
    return money


# --- which rule, with which options, for which ballots

APPROVALS, RANKINGS = ("approval", "capped_approval"), ("ranking",)
WORTHS = ("cost", "cardinality")
RAISINGS = ("none", "add1", "add1-exhaustive", "greedy", "add1-greedy", "add1-exhaustive-greedy")
Rule = tuple[Callable[..., Allocation], tuple[str, ...], tuple[str, ...] | None, tuple[str, ...] | None]
RULES: dict[str, Rule] = {
    "greedy": (greedy, APPROVALS, None, None),
    "greedy-stop": (greedy_stop, APPROVALS, None, None),
    "greedy-remainder": (greedy_remainder, APPROVALS, None, None),
    "greedy-per-cost": (greedy_per_cost, APPROVALS, None, None),
    "equal-shares": (equal_shares, APPROVALS, WORTHS, RAISINGS),
    "phragmen": (phragmen, APPROVALS, None, ("none", "greedy")),
    "max-satisfaction": (max_satisfaction, APPROVALS, None, None),
    "bos": (bos, APPROVALS, WORTHS, None),
    "schulze": (schulze, RANKINGS, None, None),
    "schulze-stop": (schulze_stop, RANKINGS, None, None),
    "ranked-pairs": (ranked_pairs, RANKINGS, None, None),
    "borda": (borda, RANKINGS, None, None),
    "irv-budget": (irv_budget, RANKINGS, None, None),
    "expanding-approvals": (expanding_approvals, RANKINGS, None, ("greedy", "none")),
    "equal-shares-borda": (equal_shares, RANKINGS, WORTHS, RAISINGS),
}


def count(election: Election, pot: Any, ballot_type: str, lots: Lots) -> Allocation:
    """Count by the rule and options of a pot of the result; raises NotCountable or Uncounted."""
    if pot["rule"] not in RULES or pot["rule_version"] != 1:
        raise NotCountable(f"telregel {short(pot['rule'])} versie {pot['rule_version']}")
    counted, kinds, worths, completions = RULES[pot["rule"]]
    options: dict[str, Any] = {}
    for name, allowed in (("satisfaction", worths), ("completion", completions)):
        if pot[name] not in (allowed or (None,)):
            raise NotCountable(f"telregel {pot['rule']} met {name} {short(pot[name])}")
        if allowed:
            options[name] = pot[name]
    if ballot_type not in kinds:
        raise NotCountable(f"telregel {pot['rule']} op deze stembiljetten")
    if pot["rule"] == "equal-shares-borda":
        options["borda_points"] = True
    return counted(election, lots, **options)


def check_counts(result: Any, opening: Any, cast: list[Cast]) -> list[str]:
    """`result-count`: count every pot again; gives what could not be counted."""
    choices: dict[str, list[tuple[int, ...]]] = {pot["pot"]: [] for pot in result["pots"]}
    for each in cast:
        if each.choice is not None:
            choices[each.pot].append(each.choice)
    not_counted = []
    for pot, opened in zip(result["pots"], opening["pots"], strict=True):
        where = f"wijk {short(pot['pot'])}"
        if pot["withheld"]:
            say(f"  {where}: te weinig stemmen om ze te tonen; deze telling is niet na te doen.")
            continue
        costs = {project["number"]: project["cost_cents"] for project in opened["projects"]}
        lots = Lots(pot["lots"])
        election = Election(
            pot["budget_cents"], costs, choices[pot["pot"]], pot["withdrawn"], pot["min_support"]
        )
        try:
            counted = count(election, pot, opening["ballot_type"], lots)
        except NotCountable as unknown:
            not_counted.append(f"{where}: {unknown}")
            continue
        except Uncounted as gap:
            raise Fault("result-count", f"{where}: {gap}") from gap
        check_same(where, pot, counted)
        for order in lots.not_met():
            say(f"  {where}: het lot tussen {listed(order)} was niet nodig.")
        say(f"  {where}: {len(choices[pot['pot']])} stembiljetten opnieuw geteld met {pot['rule']}.")
    return not_counted


def check_same(where: str, pot: Any, counted: Allocation) -> None:
    """The count gives what the result says."""
    funded = [each["number"] for each in pot["funded"]]
    if funded != counted.funded:
        raise Fault("result-count", f"{where}: geld voor {listed(funded)}; geteld: {listed(counted.funded)}")
    offered = [(each["number"], each["cents"]) for each in pot["offered"]]
    if offered != counted.offered:
        told, found = (
            ", ".join(f"{cents} cent voor {n}" for n, cents in each) or "niets"
            for each in (offered, counted.offered)
        )
        raise Fault("result-count", f"{where}: aangeboden {told}; geteld: {found}")


# ---------------------------------------------------------------------------------------------------------------------
# The commands


def verify(path: str, expected_signer: str | None) -> int:
    """Check one archive; gives the exit code, and raises the first Fault."""
    with opened(path) as archive:
        return verify_archive(archive, expected_signer)


def verify_archive(archive: Archive, expected_signer: str | None) -> int:
    """All of section 10, in its order."""
    say("Het archief heeft de negen bestanden die erin horen.")
    signed = check_result(archive, expected_signer)
    result = signed["statement"]
    say(f"De uitslag is ondertekend met sleutel {signed['signer']}.")
    if expected_signer is None:
        say("  Vergelijk die sleutel met de sleutel op de pagina van de stemming.")
    check_files(archive, result)
    say("Elk bestand is het bestand dat bij de uitslag hoort.")
    board = Board(archive)
    board.check_rules(archive.digests["rules.txt"])
    say("De spelregels zijn die van de opening.")
    board.check_form()
    board.check_order()
    board.check_roots()
    board.check_chain()
    say(f"Het stembord klopt: {len(board.batches)} bundels, {len(board.leaves)} bewijzen.")
    seal = check_seal(archive, signed["signer"])
    check_seal_board(seal, board)
    say("Het zegel is goed ondertekend en past op het stembord.")
    if result["round"] != board.opening["round"]:
        raise Fault("seal-result", "de uitslag is van een andere ronde dan het stembord")
    if result["seal_sha256"] != archive.digests["seal.json"]:
        raise Fault("seal-result", "de uitslag noemt een ander zegel")
    say("De uitslag hoort bij dit zegel.")
    ballots = Ballots(archive, board, result)
    ballots.check_form()
    ballots.check_order()
    ballots.check_receipts()
    ballots.check_choices()
    ballots.check_board()
    ballots.check_numbers(seal)
    say(f"De {len(ballots.cast)} stembiljetten zijn geldig en staan op het stembord.")
    ballots.check_superseded()
    say("Alle andere bewijzen op het stembord zijn vervangen stemmen.")
    check_pots(result, board.opening)
    say("De bedragen van de uitslag kloppen. De telling:")
    not_counted = check_counts(result, board.opening, ballots.cast)
    for pot in not_counted:
        say(f"  {pot}: dit programma telt deze regel niet na.")
    if not_counted:
        say("De rest klopt, maar niet alles is nagegaan.")
        return 2
    say("Alles klopt.")
    return 0


def board_lines(path: str) -> Iterator[tuple[int, bytes]]:
    """The lines of the board in an archive or in a file of its own."""
    try:
        with open(path, "rb") as file:
            if file.read(2) != b"PK":
                file.seek(0)
                for number, line in enumerate(iter(lambda: file.readline(MOST_LINE), b""), 1):
                    yield number, line
                return
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error
    with opened(path) as archive:
        for number, line in archive.lines("board.jsonl", "board-form"):
            yield number, line + b"\n"


def verify_diff(old_path: str, new_path: str) -> int:
    """Whether the new board begins with the old one; gives the exit code, and raises a Fault where it does not."""
    new_lines, number = board_lines(new_path), 0
    for number, old in board_lines(old_path):
        _, new = next(new_lines, (0, None))
        if new is None:
            raise Fault("board-diff", f"regel {number} van het oude stembord ontbreekt in het nieuwe")
        if new != old:
            raise Fault("board-diff", f"regel {number} van het nieuwe stembord is niet die van het oude")
    if number == 0:
        raise Unreadable("Het oude stembord is leeg.")
    say(
        f"De {number} regels van het oude stembord staan zo in het nieuwe, dat er {sum(1 for _ in new_lines)} meer heeft."
    )
    say("Alles klopt.")
    return 0


USAGE = "Zo: python verify.py ARCHIEF.zip [--signer HEX], of: python verify.py --diff OUD NIEUW"


def run(arguments: list[str]) -> int:
    """Do what the command asks."""
    if len(arguments) == 3 and arguments[0] == "--diff":
        return verify_diff(arguments[1], arguments[2])
    expected_signer = None
    if len(arguments) == 3 and "--signer" in arguments[:2]:
        at = arguments.index("--signer")
        expected_signer = arguments[at + 1].lower()
        if not HASH(expected_signer):
            raise Unreadable("Een sleutel heeft 64 hexadecimale cijfers.")
        arguments = arguments[:at] + arguments[at + 2 :]
    if len(arguments) != 1 or arguments[0].startswith("--"):
        raise Unreadable(USAGE)
    return verify(arguments[0], expected_signer)


def main(arguments: list[str]) -> int:
    """The exit code of the command."""
    try:
        return run(arguments)
    except Fault as fault:
        say(f"FOUT {fault.code}: {fault}")
        return 1
    except (Unreadable, OSError) as trouble:
        say(str(trouble))
    except MemoryError:
        say("Er is te weinig geheugen om dit bestand na te gaan.")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
