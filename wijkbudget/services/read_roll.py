"""Read an electoral roll from CSV, line by line, naming every line that cannot be taken and why."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.postal_address import parse_house_number, parse_postcode
from wijkbudget.domain.wijk import Address, Buurt
from wijkbudget.services.read_pots import pots_of

REQUIRED = ("nummer", "leeftijd_ok")
COLUMNS = ("nummer", "wijk", "postcode", "huisnummer", "leeftijd_ok", "email")
YES, NO = {"ja", "j", "1", "true", "yes"}, {"nee", "n", "0", "false", "no"}
MAX_LINES = 400_000


@dataclass(frozen=True)
class RollFault:
    """A line that cannot be taken: its number in the file (the heading is line 1) and the reason."""

    line: int
    reason: str


@dataclass(frozen=True)
class RollLine:
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


def read_roll(
    session: Session,
    round_id: int,
    lines: Iterable[str],
    progress: Callable[[int], object] = lambda line: None,
) -> RollReading:
    """Read the CSV (`;` or `,`; heading nummer;wijk;postcode;huisnummer;leeftijd_ok;email) without storing it.

    A wijk is given by code or name, or follows from postcode and house number. Bad lines are reported, all
    of them; a file without the needed heading has one fault, on line 1.
    """
    reading = RollReading()
    places = _Places(session, round_id)
    taken = set(session.exec(select(RollEntry.external_number).where(RollEntry.round_id == round_id)))
    try:
        rows = _rows(lines)
        for number, row in rows:
            if number % 1000 == 0:
                progress(number)
            if number > MAX_LINES:
                raise InvalidInput(f"Het bestand heeft meer dan {MAX_LINES} regels. Splits het.")
            try:
                line = _read_line(row, places)
                if line.external_number in taken:
                    raise InvalidInput(f"Nummer “{line.external_number}” komt al voor.")
            except InvalidInput as error:
                reading.faults.append(RollFault(number, error.message))
            else:
                taken.add(line.external_number)
                reading.lines.append(line)
    except InvalidInput as error:
        reading.faults.append(RollFault(1, error.message))
    except UnicodeDecodeError:
        reading.faults.append(RollFault(1, "Dit is geen tekst in UTF-8. Sla het bestand op als “CSV UTF-8”."))
    if not reading.lines and not reading.faults:
        reading.faults.append(RollFault(1, "Het bestand heeft geen regels onder de kop."))
    return reading


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows under the heading as (line number, column -> text); tells `;` from `,` by the heading."""
    source = iter(lines)
    heading = next(source, "").removeprefix("\ufeff").rstrip("\r\n")
    delimiter = ";" if ";" in heading else ","
    names = [name.strip().strip('"').lower() for name in heading.split(delimiter)]
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown or len(set(names)) < len(names):
        wrong = f"er ontbreekt {', '.join(missing)}" if missing else f"“{', '.join(unknown) or heading}” hoort er niet"
        raise InvalidInput(f"De kop klopt niet: {wrong}. De kop is: {';'.join(COLUMNS)}.")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInput(f"Regel {reader.line_num + 1} is geen CSV ({error}). Verder is niets gelezen.") from None
        number = reader.line_num + 1
        if not cells or not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            # An empty record keeps its place, so that the fault is reported on its own line.
            yield number, {"": f"{len(cells)} kolommen in plaats van {len(names)}"}
            continue
        yield number, dict(zip(names, (cell.strip() for cell in cells), strict=True))


class _Places:
    """Where a line of the roll belongs: the pots of the round by code, name and address."""

    def __init__(self, session: Session, round_id: int) -> None:
        pots = pots_of(session, round_id)
        self.by_name = {name.lower(): pot.id for pot in pots for name in (pot.wijk_code, pot.wijk)}
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
        named = self.by_name.get(wijk.lower())
        if named is None:
            raise InvalidInput(f"De wijk “{wijk}” doet niet mee in deze ronde.")
        if key in self.by_address and at_address != named:
            raise InvalidInput(f"Dit adres ligt niet in de wijk “{wijk}”.")
        return named


def _read_line(row: dict[str, str], places: _Places) -> RollLine:
    if "" in row:
        raise InvalidInput(f"De regel heeft {row['']}.")
    number = row["nummer"]
    if not number or len(number) > 40:
        raise InvalidInput("Het nummer ontbreekt of is langer dan 40 tekens.")
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
