"""Read an electoral roll from CSV, line by line, naming every line that cannot be taken and why."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session, col, select

from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput, NotFound
from wijkbudget.domain.postal_address import parse_house_number, parse_postcode
from wijkbudget.domain.wijk import Address, Buurt
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.roll_csv import open_roll, read_records

YES, NO = {"ja", "j", "1", "true", "yes"}, {"nee", "n", "0", "false", "no"}
LONGEST_REASON = 200
# The number is printed in lists that are opened in a spreadsheet: it must not begin a formula there.
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/ -]{0,39}")


class RollFault(NamedTuple):
    """A line that cannot be taken: its number in the file (the heading is line 1) and the reason."""

    line: int
    reason: str


class RollLine(NamedTuple):
    """One person of the roll, ready to be stored."""

    external_number: str
    pot_id: int
    postcode: str | None
    house_number: int | None
    age_ok: bool
    email: str | None


@dataclass
class RollReading:
    """What a file holds: the good lines and the faults. A roll with faults is not imported."""

    lines: list[RollLine] = field(default_factory=list)
    faults: list[RollFault] = field(default_factory=list)

    @property
    def entitled(self) -> int:
        """How many of the good lines may vote."""
        return sum(line.age_ok for line in self.lines)

    def per_pot(self) -> dict[int, int]:
        """Good lines per pot."""
        counts: dict[int, int] = {}
        for line in self.lines:
            counts[line.pot_id] = counts.get(line.pot_id, 0) + 1
        return counts

    def refuse(self, line: int, reason: str) -> None:
        """Add a fault. The reason is cut off where a line holds half a book."""
        short = reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]}…"
        self.faults.append(RollFault(line, short))


def read_roll_file(
    session: Session, round_id: int, path: Path, progress: Callable[[int], object] = lambda line: None
) -> RollReading:
    """Read a file as `read_roll` does. A file that is no CSV in UTF-8 has a fault that says so."""
    try:
        with open_roll(path) as lines:
            return read_roll(session, round_id, lines, progress)
    except InvalidInput as error:
        return RollReading(faults=[RollFault(1, error.message)])


def read_roll(
    session: Session,
    round_id: int,
    lines: Iterable[str],
    progress: Callable[[int], object] = lambda line: None,
) -> RollReading:
    """Read the CSV (`;` or `,`; heading nummer;wijk;postcode;huisnummer;leeftijd_ok;email) without storing it.

    A wijk is given by code or name, or follows from postcode and house number. Bad lines are reported, all
    of them; a file without the needed heading has one fault, on line 1. Raises NotFound for an unknown round.
    """
    if session.get(BudgetRound, round_id) is None:
        raise NotFound("Deze ronde bestaat niet.")
    reading, places, numbers = RollReading(), _Places(session, round_id), _Numbers(session, round_id)
    try:
        for number, record in read_records(lines):
            if number % 1000 == 0:
                progress(number)
            try:
                line = _read_line(record, places)
                numbers.add(line.external_number, number)
            except InvalidInput as error:
                reading.refuse(number, error.message)
            else:
                reading.lines.append(line)
    except InvalidInput as error:
        reading.refuse(1, error.message)
    if not reading.lines and not reading.faults:
        reading.refuse(1, "Het bestand heeft geen regels onder de kop.")
    return reading


class _Numbers:
    """The numbers that are in the roll or were seen in the file, with the line they stand on."""

    def __init__(self, session: Session, round_id: int) -> None:
        stored = session.exec(select(RollEntry.external_number).where(RollEntry.round_id == round_id))
        self.line_of = dict.fromkeys(stored, 0)

    def add(self, number: str, line: int) -> None:
        """Take a number. Raises InvalidInput when somebody else has it."""
        first = self.line_of.setdefault(number, line)
        if first == 0:
            raise InvalidInput(f"Nummer “{number}” staat al in het kiesregister.")
        if first != line:
            raise InvalidInput(f"Nummer “{number}” staat ook al op regel {first}.")


class _Places:
    """Where a line of the roll belongs: the pots of the round by code, name and address."""

    def __init__(self, session: Session, round_id: int) -> None:
        pots = pots_of(session, round_id)
        self.by_name: dict[str, int | None] = {}
        for pot in pots:
            for name in {pot.wijk_code.lower(), pot.wijk.lower()}:
                # Two wijken may share a name; then it says nothing.
                self.by_name[name] = pot.id if name not in self.by_name else None
        by_wijk = {pot.wijk_id: pot.id for pot in pots}
        wanted = select(Address.postcode, Address.house_number, Buurt.wijk_id).join(
            Buurt, col(Buurt.code) == col(Address.buurt_code)
        )
        self.by_address = {(p, n): by_wijk.get(wijk) for p, n, wijk in session.exec(wanted)}

    def pot(self, wijk: str, postcode: str | None, house_number: int | None) -> int:
        """The pot of a line. Raises InvalidInput when wijk and address leave it open or contradict."""
        key = (postcode or "", house_number or 0)
        at_address = self.by_address.get(key)
        if not wijk:
            if postcode is None:
                raise InvalidInput("Vul een wijk in, of postcode en huisnummer.")
            if key not in self.by_address:
                raise InvalidInput("Dit adres staat niet in de adrestabel. Vul de wijk in.")
            if at_address is None:
                raise InvalidInput("Dit adres ligt in een wijk die niet meedoet.")
            return at_address
        if wijk.lower() not in self.by_name:
            raise InvalidInput(f"De wijk “{wijk}” doet niet mee in deze ronde.")
        named = self.by_name[wijk.lower()]
        if named is None:
            raise InvalidInput(f"Er is meer dan één wijk “{wijk}”. Vul de code van de wijk in.")
        if key in self.by_address and at_address != named:
            raise InvalidInput(f"Dit adres ligt niet in de wijk “{wijk}”.")
        return named


def _read_line(row: dict[str, str] | str, places: _Places) -> RollLine:
    if isinstance(row, str):
        raise InvalidInput(row)
    number = row["nummer"]
    if not number:
        raise InvalidInput("Het nummer ontbreekt.")
    if not _NUMBER.fullmatch(number):
        raise InvalidInput(
            f"Het nummer “{number}” kan niet. Gebruik hoogstens 40 letters, cijfers, punten en streepjes. "
            "Begin met een letter of cijfer."
        )
    age = row["leeftijd_ok"].lower()
    if age not in YES | NO:
        raise InvalidInput(f"“{row['leeftijd_ok']}” bij leeftijd_ok is geen ja of nee.")
    postcode_text, number_text = row.get("postcode", ""), row.get("huisnummer", "")
    if bool(postcode_text) != bool(number_text):
        raise InvalidInput("Postcode en huisnummer horen bij elkaar. Vul ze allebei in, of geen van beide.")
    postcode = parse_postcode(postcode_text) if postcode_text else None
    house_number = parse_house_number(number_text) if number_text else None
    email_text = row.get("email", "")
    return RollLine(
        external_number=number,
        pot_id=places.pot(row.get("wijk", ""), postcode, house_number),
        postcode=postcode,
        house_number=house_number,
        age_ok=age in YES,
        email=parse_email(email_text) if email_text else None,
    )
