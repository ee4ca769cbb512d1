"""Check a published archive from end to end, and name the first thing that is wrong: section 10 of the protocol."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wijkbudget.protocol.archive import FILES, RESULT, read_archive
from wijkbudget.protocol.ballot_text import BallotText, MalformedBallot
from wijkbudget.protocol.board import HEX_64, BallotList, Board, Fault, Opening, read_board
from wijkbudget.protocol.canonical import canonical_json, sha256
from wijkbudget.protocol.signing import NotSigned, Signed
from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    LotRequired,
    Outcome,
    Project,
    RankingBallot,
    TallyError,
    UnknownRule,
    count,
)

RECEIPT_LINE = re.compile(rb"([0-9a-f]{64}) (.*)", re.DOTALL)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Object = dict[str, Any]


class NotCounted(Exception):
    """All that could be checked holds, but a wijk was counted by a rule that this program does not know."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A ballot that counts: its receipt, its pot, and its text unless that is withheld."""

    receipt: str
    pot: str
    ballot: BallotText | None


@dataclass(frozen=True, slots=True)
class Verified:
    """An archive in which everything holds: the board, the ballots in force, the seal, the result, and who signed."""

    board: Board
    ballots: tuple[InForce, ...]
    seal: Object
    result: Object
    signer: str

    def status_of(self, beginning: str) -> list[tuple[str, str]]:
        """Receipts that begin like this, each with `counted` or `superseded`."""
        counted = {one.receipt for one in self.ballots}
        return [
            (leaf, "counted" if leaf in counted else "superseded")
            for leaf in sorted(self.board.leaves)
            if leaf.startswith(beginning)
        ]


def verify_archive(content: bytes, signer: str | None = None) -> Verified:
    """Everything of section 10, in its order. Raises Fault with the code of the first thing wrong, NoArchive, or NotCounted."""
    files = read_archive(content)
    result = _result(files, signer)
    _check_files(files, result.statement)
    board_lines = files["board.jsonl"]
    board = _checked_board(board_lines, files["rules.txt"])
    seal = _seal(files["seal.json"], board, result)
    ballots = _ballots(files["ballots.txt"], board)
    _check_receipts(files["ballots.txt"], ballots, result.statement, board)
    _check_counts(ballots, seal, result.statement, board)
    _check_superseded(files["superseded.txt"], ballots, board)
    _check_pots(result.statement, board)
    for pot, listed in zip(result.statement["pots"], board.opening.lists, strict=True):
        if not pot["withheld"]:
            _recount(pot, listed, board.opening.ballot_type, ballots)
    return Verified(board, tuple(ballots), seal, result.statement, result.signer)


def _result(files: Mapping[str, bytes], signer: str | None) -> Signed:
    try:
        signed = Signed.read(files[RESULT])
    except NotSigned:
        raise Fault("result-form", "result.json is geen ondertekend bestand") from None
    if not _is_result(signed.statement):
        raise Fault("result-form", "result.json heeft niet de goede vorm")
    if not signed.is_good:
        raise Fault("result-signature", "de handtekening onder de uitslag klopt niet")
    if signer is not None and signed.signer != signer:
        raise Fault("result-signature", f"de uitslag is ondertekend door {signed.signer}, niet door {signer}")
    return signed


def _is_result(value: Object) -> bool:
    """Whether a statement has the form of section 9."""
    keys = {"files", "pots", "round", "seal_sha256", "type", "v"}
    if value.keys() != keys or value["type"] != "wijkbudget-result" or not _is_one(value["v"]):
        return False
    files, pots = value["files"], value["pots"]
    if not isinstance(files, dict) or not all(_is_hash(one) for one in files.values()):
        return False
    return _is_hash(value["seal_sha256"]) and isinstance(pots, list) and all(map(_is_pot_result, pots))


def _is_pot_result(pot: object) -> bool:
    checks: dict[str, Any] = {
        "ballots": _is_amount,
        "blank": _is_amount,
        "budget_cents": _is_amount,
        "completion": lambda value: value is None or isinstance(value, str),
        "funded": lambda value: _are_grants(value, "cost_cents"),
        "lots": lambda value: isinstance(value, list) and all(map(_are_numbers, value)),
        "min_support": _is_amount,
        "offered": lambda value: _are_grants(value, "cents"),
        "pot": lambda value: isinstance(value, str),
        "rule": lambda value: isinstance(value, str),
        "rule_version": _is_amount,
        "satisfaction": lambda value: value is None or isinstance(value, str),
        "spent_cents": _is_amount,
        "withdrawn": _are_numbers,
        "withheld": lambda value: isinstance(value, bool),
    }
    return (
        isinstance(pot, dict)
        and pot.keys() == checks.keys()
        and all(check(pot[key]) for key, check in checks.items())
    )


def _check_files(files: Mapping[str, bytes], result: Object) -> None:
    stated = result["files"]
    if stated.keys() != set(FILES) - {RESULT}:
        raise Fault("file", "de uitslag noemt niet alle bestanden van het archief")
    for name in sorted(stated):
        if sha256(files[name]) != stated[name]:
            raise Fault("file", f"{name} is veranderd nadat de uitslag werd ondertekend")


def _checked_board(lines: bytes, rules: bytes) -> Board:
    """The board; the rules are checked first, against what its first line says."""
    if Opening.read(lines.split(b"\n", 1)[0]).rules_sha256 != sha256(rules):
        raise Fault("rules", "de spelregels zijn niet die van de opening van het bord")
    return read_board(lines)


def _seal(text: bytes, board: Board, result: Signed) -> Object:
    try:
        signed = Signed.read(text)
    except NotSigned:
        raise Fault("seal-form", "seal.json is geen ondertekend bestand") from None
    seal = signed.statement
    if not _is_seal(seal):
        raise Fault("seal-form", "seal.json heeft niet de goede vorm")
    if not signed.is_good:
        raise Fault("seal-signature", "de handtekening onder het zegel klopt niet")
    if signed.signer != result.signer:
        raise Fault("seal-signature", "het zegel is door een ander ondertekend dan de uitslag")
    _check_seal_and_board(seal, board)
    if result.statement["round"] != board.opening.round_id or result.statement["seal_sha256"] != sha256(text):
        raise Fault("seal-result", "de uitslag hoort niet bij dit zegel of deze ronde")
    return seal


def _check_seal_and_board(seal: Object, board: Board) -> None:
    leaves = len(board.leaves)
    stated = (seal["round"], seal["rules_sha256"], seal["head"], seal["batches"], seal["leaves"])
    opening = board.opening
    if stated != (opening.round_id, opening.rules_sha256, board.head, len(board.batches), leaves):
        raise Fault(
            "seal-board",
            f"het zegel hoort niet bij dit bord: {seal['batches']} groepen en {seal['leaves']} bewijzen, "
            f"op het bord {len(board.batches)} en {leaves}",
        )
    if [pot["pot"] for pot in seal["pots"]] != [one.pot for one in opening.lists]:
        raise Fault("seal-board", "de wijken van het zegel zijn niet die van het bord")
    for pot in seal["pots"]:
        if not pot["voted"] <= pot["entitled"] <= pot["roll"]:
            raise Fault("seal-board", f"{pot['pot']}: er zijn meer stemmers dan stemgerechtigden")
    if sum(pot["voted"] for pot in seal["pots"]) != seal["ballots"]:
        raise Fault("seal-board", "het zegel noemt een ander aantal biljetten dan stemmers")


def _is_seal(value: Object) -> bool:
    numbers, hashes = ("ballots", "batches", "leaves"), ("head", "rules_sha256", "sealed_sha256")
    texts = ("closes_at", "round", "software", "type")
    if value.keys() != {*numbers, *hashes, *texts, "pots", "v"} or not _is_one(value["v"]):
        return False
    pots = value["pots"]
    return (
        value["type"] == "wijkbudget-sealed"
        and all(_is_amount(value[key]) for key in numbers)
        and all(_is_hash(value[key]) for key in hashes)
        and all(isinstance(value[key], str) for key in texts)
        and INSTANT.fullmatch(value["closes_at"]) is not None
        and isinstance(pots, list)
        and all(_is_turnout(pot) for pot in pots)
    )


def _is_turnout(pot: object) -> bool:
    return (
        isinstance(pot, dict)
        and pot.keys() == {"entitled", "pot", "roll", "voted"}
        and isinstance(pot["pot"], str)
        and all(_is_amount(pot[key]) for key in ("entitled", "roll", "voted"))
    )


def _ballots(text: bytes, board: Board) -> list[InForce]:
    lines = text.split(b"\n")
    if lines.pop() != b"":
        raise Fault("ballot-form", "ballots.txt eindigt niet met een regeleinde")
    pots = {one.pot for one in board.opening.lists}
    found = [_in_force(line, place, board.opening.round_id, pots) for place, line in enumerate(lines, 1)]
    receipts = [one.receipt for one in found]
    for place, (one, after) in enumerate(itertools.pairwise(receipts), 2):
        if after <= one:
            raise Fault("ballot-order", f"ballots.txt regel {place} staat dubbel of niet op volgorde")
    return found


def _in_force(line: bytes, place: int, round_id: str, pots: set[str]) -> InForce:
    match = RECEIPT_LINE.fullmatch(line)
    if match:
        receipt, text = match[1].decode(), match[2]
        for pot in pots:
            if text == canonical_json({"pot": pot, "type": "wijkbudget-withheld", "v": 1}):
                return InForce(receipt, pot, None)
        try:
            ballot = BallotText.read(text)
        except MalformedBallot:
            ballot = None
        if ballot and ballot.round_id == round_id and ballot.pot in pots:
            return InForce(receipt, ballot.pot, ballot)
    raise Fault("ballot-form", f"ballots.txt regel {place} is geen biljet van deze ronde")


def _check_receipts(text: bytes, ballots: Sequence[InForce], result: Object, board: Board) -> None:
    withheld = {pot["pot"]: pot["withheld"] for pot in result["pots"]}
    for place, one in enumerate(ballots, 1):
        if one.ballot is not None and one.ballot.receipt != one.receipt:
            raise Fault("ballot-receipt", f"ballots.txt regel {place}: het bewijs hoort niet bij het biljet")
        if withheld.get(one.pot, False) != (one.ballot is None):
            raise Fault(
                "ballot-receipt", f"ballots.txt regel {place}: {one.pot} is wel of juist niet openbaar"
            )
    for place, one in enumerate(ballots, 1):
        listed = next(pot for pot in board.opening.lists if pot.pot == one.pot)
        if one.ballot is not None and not _is_valid(one.ballot.choice, listed, board.opening.ballot_type):
            raise Fault("ballot-choice", f"ballots.txt regel {place}: deze keuze kan niet in {one.pot}")
    leaves = set(board.leaves)
    for place, one in enumerate(ballots, 1):
        if one.receipt not in leaves:
            raise Fault("ballot-board", f"ballots.txt regel {place}: het bewijs staat niet op het bord")


def _is_valid(choice: Sequence[int], listed: BallotList, ballot_type: str) -> bool:
    costs = {project.number: project.cost_cents for project in listed.projects}
    if len(set(choice)) < len(choice) or not costs.keys() >= set(choice):
        return False
    if ballot_type != "ranking" and list(choice) != sorted(choice):
        return False
    return ballot_type != "capped_approval" or sum(costs[number] for number in choice) <= listed.budget_cents


def _check_counts(ballots: Sequence[InForce], seal: Object, result: Object, board: Board) -> None:
    lines = Counter(one.pot for one in ballots)
    blank = Counter(one.pot for one in ballots if one.ballot is not None and not one.ballot.choice)
    voted = {pot["pot"]: pot["voted"] for pot in seal["pots"]}
    stated = {pot["pot"]: pot for pot in result["pots"]}
    for listed in board.opening.lists:
        pot = stated.get(listed.pot, {"ballots": None, "withheld": True})
        if lines[listed.pot] != voted[listed.pot]:
            raise Fault(
                "ballot-count",
                f"{listed.pot}: {voted[listed.pot]} stemmers, maar {lines[listed.pot]} biljetten",
            )
        if pot["ballots"] not in (None, lines[listed.pot]):
            raise Fault("ballot-count", f"{listed.pot}: de uitslag noemt {pot['ballots']} biljetten")
        if not pot["withheld"] and pot["blank"] != blank[listed.pot]:
            raise Fault("ballot-count", f"{listed.pot}: de uitslag noemt {pot['blank']} blanco biljetten")


def _check_superseded(text: bytes, ballots: Sequence[InForce], board: Board) -> None:
    counted = {one.receipt for one in ballots}
    expected = [leaf for leaf in sorted(board.leaves) if leaf not in counted]
    if text != b"".join(leaf.encode() + b"\n" for leaf in expected):
        raise Fault("superseded", f"superseded.txt noemt niet precies de {len(expected)} vervangen bewijzen")


def _check_pots(result: Object, board: Board) -> None:
    pots = result["pots"]
    if [pot["pot"] for pot in pots] != [one.pot for one in board.opening.lists]:
        raise Fault("result-pots", "de wijken van de uitslag zijn niet die van het bord")
    for pot, listed in zip(pots, board.opening.lists, strict=True):
        costs = {project.number: project.cost_cents for project in listed.projects}
        named = [one["number"] for one in (*pot["funded"], *pot["offered"])]
        named += [number for numbers in (*pot["lots"], pot["withdrawn"]) for number in numbers]
        spent = sum(one["cost_cents"] for one in pot["funded"]) + sum(one["cents"] for one in pot["offered"])
        if pot["budget_cents"] != listed.budget_cents:
            raise Fault("result-pots", f"{listed.pot}: het budget is niet dat van het bord")
        if not costs.keys() >= set(named):
            raise Fault(
                "result-pots", f"{listed.pot}: de uitslag noemt een plan dat niet op de stemlijst staat"
            )
        if any(one["cost_cents"] != costs[one["number"]] for one in pot["funded"]):
            raise Fault("result-pots", f"{listed.pot}: een bedrag is niet dat van de stemlijst")
        granted = [one["number"] for one in (*pot["funded"], *pot["offered"])]
        twice = any(len(set(each)) < len(each) for each in (granted, pot["withdrawn"], *pot["lots"]))
        if twice:
            raise Fault("result-pots", f"{listed.pot}: de uitslag noemt een plan twee keer")
        if spent != pot["spent_cents"] or spent > pot["budget_cents"]:
            raise Fault("result-pots", f"{listed.pot}: het totaal is niet de som, of meer dan het budget")


def _recount(pot: Object, listed: BallotList, ballot_type: str, ballots: Sequence[InForce]) -> None:
    chosen = [one.ballot.choice for one in ballots if one.pot == listed.pot and one.ballot is not None]
    where = f"{listed.pot}: natellen"
    try:
        outcome = recount(pot, listed, chosen, ranked=ballot_type == "ranking")
    except UnknownRule:
        raise NotCounted(f"{where} kan dit programma niet: het kent de telregel {pot['rule']} niet") from None
    except TallyError as error:
        raise Fault("result-count", f"{where} lukt niet ({error})") from None
    if isinstance(outcome, LotRequired):
        raise Fault("result-count", f"{where} stuit op een gelijke stand zonder loting")
    funded = [int(step.project) for step in outcome.steps if step.decision == Decision.FUNDED]
    offered = [
        {"cents": step.left_before - step.left_after, "number": int(step.project)}
        for step in outcome.steps
        if step.decision == Decision.OFFERED_REMAINDER
    ]
    stated = [one["number"] for one in pot["funded"]]
    if funded != stated or offered != pot["offered"]:
        raise Fault("result-count", f"{where} geeft plannen {funded}, de uitslag {stated}")


def recount(
    pot: Object, listed: BallotList, choices: Sequence[Sequence[int]], *, ranked: bool
) -> Outcome | LotRequired:
    """Count choices as a result says. Ids are numbers padded to one width, so that they sort as numbers do."""
    width = len(str(max(listed.numbers, default=0)))
    ids = {number: str(number).zfill(width) for number in listed.numbers}
    withdrawn = set(pot["withdrawn"])
    projects = [
        Project(ids[one.number], one.cost_cents, one.title, withdrawn=one.number in withdrawn)
        for one in listed.projects
    ]
    ballots = [
        RankingBallot(tuple(frozenset({ids[number]}) for number in choice))
        if ranked
        else ApprovalBallot(frozenset(ids[number] for number in choice))
        for choice in choices
    ]
    return count(
        Election.of(pot["budget_cents"], projects, ballots),
        pot["rule"],
        rule_version=pot["rule_version"],
        lots=[Lot(tuple(ids[number] for number in lot)) for lot in pot["lots"]],
        min_support=pot["min_support"],
        satisfaction=pot["satisfaction"] or "cost",
        completion=pot["completion"],
    )


def _is_one(value: object) -> bool:
    return type(value) is int and value == 1


def _is_amount(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and HEX_64.fullmatch(value) is not None


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_amount, value))


def _are_grants(value: object, amount: str) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and one.keys() == {amount, "number"}
        and _is_amount(one[amount])
        and _is_amount(one["number"])
        for one in value
    )
