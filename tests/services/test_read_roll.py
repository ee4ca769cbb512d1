"""Reading a kiesregister: every line that cannot be taken is named, with its own number and the reason."""

from collections.abc import Iterable
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.errors import NotFound
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.read_roll import RollReading, read_roll, read_roll_file
from wijkbudget.services.register_wijk import import_addresses, register_wijk

HEADING = "nummer;wijk;postcode;huisnummer;leeftijd_ok;email\n"
GOOD = "K1;F01;2000 AA;1;ja;kiezer1@voorbeeld.example\n"
BAD_LINES = [
    (";F01;2000 AA;1;ja;\n", "Het nummer ontbreekt."),
    (f"{'9' * 41};F01;;;ja;\n", "Gebruik hoogstens 40 letters"),
    ("=1+1;F01;;;ja;\n", "Het nummer “=1+1” kan niet."),
    ("-1;F01;;;ja;\n", "Het nummer “-1” kan niet."),
    ("@SUM;F01;;;ja;\n", "Het nummer “@SUM” kan niet."),
    ("K\0;F01;;;ja;\n", "kan niet."),
    ("K9;Nergenshuizen;;;ja;\n", "De wijk “Nergenshuizen” doet niet mee in deze ronde."),
    ("K9;Elders;;;ja;\n", "De wijk “Elders” doet niet mee in deze ronde."),
    ("K9;;;;ja;\n", "Vul een wijk in, of postcode en huisnummer."),
    ("K9;;2000 ZZ;9;ja;\n", "Dit adres staat niet in de adrestabel. Vul de wijk in."),
    ("K9;;2000 CC;3;ja;\n", "Dit adres ligt in een wijk die niet meedoet."),
    ("K9;F01;2000 BB;2;ja;\n", "Dit adres ligt niet in de wijk “F01”."),
    ("K9;F01;2000 CC;3;ja;\n", "Dit adres ligt niet in de wijk “F01”."),
    ("K9;F01;2000 A;1;ja;\n", "“2000 A” is geen postcode."),
    ("K9;F01;2000 AA;nul;ja;\n", "“nul” is geen huisnummer."),
    ("K9;F01;2000 AA;;ja;\n", "Postcode en huisnummer horen bij elkaar."),
    ("K9;F01;;1;ja;\n", "Postcode en huisnummer horen bij elkaar."),
    ("K9;F01;;;misschien;\n", "“misschien” bij leeftijd_ok is geen ja of nee."),
    ("K9;F01;;;;\n", "“” bij leeftijd_ok is geen ja of nee."),
    ("K9;F01;;;ja;geen adres\n", "“geen adres” is geen e-mailadres."),
    ("K9;F01;;;ja\n", "De regel heeft 5 kolommen in plaats van 6."),
    ("K9;F01;;;ja;;\n", "De regel heeft 7 kolommen in plaats van 6."),
    ('"K9"x;F01;;;ja;\n', "De regel is geen CSV"),
    ('K9;"F01;;;ja;\n', 'Het aanhalingsteken (") op deze regel wordt niet gesloten.'),
    ("K9;F01;;;ja;ren\udce9@voorbeeld.example\n", "Deze regel is geen tekst in UTF-8."),
]
NO_ROLLS = [
    (b"", "Het bestand is leeg."),
    (HEADING.encode(), "Het bestand heeft geen regels onder de kop."),
    (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "Dit is een Excel-bestand."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "Dit is een Excel-bestand."),
    ((HEADING + GOOD).encode("utf-16"), "Dit bestand is in UTF-16"),
    ("númmer;wijk\n".encode("cp1252"), "geen tekst in UTF-8"),
    (b"wijk;postcode\nF01;2000AA\n", "er ontbreekt nummer, leeftijd_ok."),
    (b"nummer;leeftijd_ok;achternaam\nK1;ja;Voorbeeld\n", "te veel: achternaam."),
    (b"nummer;leeftijd_ok;nummer\nK1;ja;K1\n", "dubbel: nummer, nummer."),
    (b"x" * 100_000, "er ontbreekt nummer"),
]


@pytest.fixture
def budget_round(scene: Scene) -> BudgetRound:
    """A round of two wijken, in which 2000 AA 1 lies in Fictiewijk, 2000 BB 2 in Verzonnenoord, 2000 CC 3 elsewhere."""
    places = [
        ("F01", "Fictiewijk", "BU99990101"),
        ("F02", "Verzonnenoord", "BU99990201"),
        ("F03", "Elders", "BU99990301"),
    ]
    wijken = [
        scene.act(
            register_wijk,
            SYSTEM,
            code=code,
            name=name,
            gemeente="Voorbeeldstad",
            besluit="Besluit voorbeeld 2025/1",
            valid_from=date(2025, 1, 1),
            buurten=[(buurt, f"Buurt {name}")],
        )
        for code, name, buurt in places
    ]
    rows = [("2000AA", "1", "99990101"), ("2000BB", "2", "99990201"), ("2000CC", "3", "99990301")]
    scene.act(import_addresses, SYSTEM, rows)
    return scene.open_round(*wijken[:2])


def read(budget_round: BudgetRound, *lines: str, heading: str = HEADING) -> RollReading:
    return read_roll(edge.session(), budget_round.id, [heading, *lines])


def only_fault(reading: RollReading) -> tuple[int, str]:
    assert len(reading.faults) == 1, reading.faults
    return reading.faults[0]


def test_a_bad_line_is_reported_with_its_number_and_the_lines_around_it_are_read(
    budget_round: BudgetRound,
) -> None:
    lines = [line for i, (bad, _) in enumerate(BAD_LINES) for line in (bad, f"G{i};F02;;;nee;\n")]
    reading = read(budget_round, *lines)
    assert [fault.line for fault in reading.faults] == list(range(2, 2 + len(lines), 2))
    for fault, (line, reason) in zip(reading.faults, BAD_LINES, strict=True):
        assert reason in fault.reason, line
    assert [good.external_number for good in reading.lines] == [f"G{i}" for i in range(len(BAD_LINES))]


def test_every_bad_line_is_reported_not_only_the_first(budget_round: BudgetRound) -> None:
    reading = read(budget_round, *[f"K{i};Nergens;;;ja;\n" for i in range(3000)])
    assert [fault.line for fault in reading.faults] == list(range(2, 3002))


def test_a_number_that_stands_in_the_file_twice_points_at_the_first_line(budget_round: BudgetRound) -> None:
    reading = read(budget_round, GOOD, "K2;F02;;;ja;\n", "K1;F02;;;ja;\n")
    assert only_fault(reading) == (4, "Nummer “K1” staat ook al op regel 2.")


def test_a_number_that_is_in_the_roll_already_is_refused_but_only_in_the_same_round(
    scene: Scene, budget_round: BudgetRound
) -> None:
    scene.roll(budget_round, GOOD.strip())
    reading = read(budget_round, GOOD)
    assert only_fault(reading) == (2, "Nummer “K1” staat al in het kiesregister.")
    wijk = scene.wijk("Anderwijk", "A01")
    other = scene.open_round(wijk, name="Andere ronde")
    assert not read(other, "K1;A01;;;ja;\n").faults


def test_the_address_decides_the_wijk_where_the_file_names_none(budget_round: BudgetRound) -> None:
    reading = read(budget_round, "K1;;2000aa;1;ja;\n", "K2;;2000 BB;2 hs;ja;\n")
    assert not reading.faults
    pots = {line.external_number: line.pot_id for line in reading.lines}
    by_name = {pot.wijk: pot.id for pot in pots_of(edge.session(), budget_round.id)}
    assert pots == {"K1": by_name["Fictiewijk"], "K2": by_name["Verzonnenoord"]}


def test_a_wijk_is_known_by_code_and_by_name_in_any_case(budget_round: BudgetRound) -> None:
    reading = read(budget_round, "K1;f02;;;ja;\n", "K2;VERZONNENOORD;;;ja;\n")
    wanted = next(pot.id for pot in pots_of(edge.session(), budget_round.id) if pot.wijk == "Verzonnenoord")
    assert reading.per_pot() == {wanted: 2}


def test_a_name_that_two_wijken_share_is_refused_and_the_codes_still_work(scene: Scene) -> None:
    twins = [scene.wijk("Tweelingwijk", "T01"), scene.wijk("Tweelingwijk", "T02")]
    reading = read(scene.open_round(*twins), "K1;Tweelingwijk;;;ja;\n", "K2;T02;;;ja;\n")
    assert only_fault(reading) == (2, "Er is meer dan één wijk “Tweelingwijk”. Vul de code van de wijk in.")
    assert [line.external_number for line in reading.lines] == ["K2"]


def test_a_field_with_line_breaks_does_not_shift_the_numbers_of_the_lines_after_it(
    budget_round: BudgetRound,
) -> None:
    lines = ['K1;"F01\n', "\n", ' x";;;ja;\n', GOOD, "K2;Nergens;;;ja;\n"]
    reading = read(budget_round, *lines)
    assert [fault.line for fault in reading.faults] == [2, 6]


def test_a_quote_that_never_closes_costs_one_line_and_not_the_rest_of_the_file(
    budget_round: BudgetRound,
) -> None:
    reading = read(budget_round, 'K0;"F01;;;ja;\n', *[f"K{i};F01;;;ja;\n" for i in range(1, 41)])
    assert only_fault(reading)[0] == 2
    assert len(reading.lines) == 40


def test_a_quote_that_runs_into_the_quotes_of_the_next_line_does_not_take_it_along(
    budget_round: BudgetRound,
) -> None:
    reading = read(budget_round, 'K0;"F01;;;ja;\n', 'K1;"F01";;;ja;\n', "K2;F01;;;ja;\n")
    assert only_fault(reading)[0] == 2
    assert [line.external_number for line in reading.lines] == ["K1", "K2"]


def test_files_of_every_spreadsheet_are_read_alike(budget_round: BudgetRound, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    text = HEADING + GOOD + "\n" + '"K2";"F02";;;"nee";""\n;;;;;\n'
    for start, delimiter, ending in product(("", "\ufeff"), (";", ","), ("\n", "\r\n", "\r")):
        path.write_bytes((start + text.replace(";", delimiter).replace("\n", ending)).encode())
        reading = read_roll_file(edge.session(), budget_round.id, path)
        assert not reading.faults, (start, delimiter, ending)
        assert [(line.external_number, line.age_ok, line.email) for line in reading.lines] == [
            ("K1", True, "kiezer1@voorbeeld.example"),
            ("K2", False, None),
        ]
        assert reading.entitled == 1


def test_columns_may_stand_in_another_order_and_optional_ones_may_miss(budget_round: BudgetRound) -> None:
    reading = read(budget_round, "ja;F01;0007\n", heading='Leeftijd_OK; "wijk" ;Nummer\n')
    assert not reading.faults
    assert reading.lines[0].external_number == "0007"
    assert reading.lines[0].email is None


def test_a_file_that_is_no_roll_is_refused_on_its_first_line(
    budget_round: BudgetRound, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    for content, reason in NO_ROLLS:
        path.write_bytes(content)
        number, told = only_fault(read_roll_file(edge.session(), budget_round.id, path))
        assert number == 1
        assert reason in told
        assert len(told) <= 201


def test_an_old_encoding_is_reported_on_each_line_that_it_spoils(
    budget_round: BudgetRound, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    lines = (
        HEADING
        + GOOD
        + "K2;F01;;;ja;ren\u00e9@voorbeeld.example\n"
        + "K3;F01;;;ja;\n"
        + "K4;caf\u00e9;;;ja;\n"
    )
    path.write_bytes(lines.encode("cp1252"))
    reading = read_roll_file(edge.session(), budget_round.id, path)
    assert [fault.line for fault in reading.faults] == [3, 5]
    assert all("UTF-8" in fault.reason for fault in reading.faults)


def test_a_file_with_more_lines_than_a_city_has_people_is_refused(
    budget_round: BudgetRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wijkbudget.services.roll_csv.MAX_LINES", 3)
    reading = read(budget_round, *[f"K{i};F01;;;ja;\n" for i in range(3)])
    assert only_fault(reading) == (1, "Het bestand heeft meer dan 3 regels. Splits het.")


def test_a_reason_never_repeats_half_a_book(budget_round: BudgetRound) -> None:
    reading = read(budget_round, f"K1;F01;;;{'x' * 50_000};\n")
    assert len(only_fault(reading)[1]) == 201


def test_progress_tells_how_far_the_reading_is(budget_round: BudgetRound) -> None:
    seen: list[int] = []
    lines: Iterable[str] = [HEADING, *(f"K{i};F01;;;ja;\n" for i in range(2500))]
    read_roll(edge.session(), budget_round.id, lines, seen.append)
    assert seen == [1000, 2000]


def test_a_round_that_does_not_exist_has_no_roll(scene: Scene) -> None:
    with pytest.raises(NotFound):
        read_roll(edge.session(), 99, [HEADING, GOOD])
