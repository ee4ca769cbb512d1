"""Taking a kiesregister in: all of it or nothing, until the ballot list is fixed; and the codes for the letters."""

from pathlib import Path

import pytest
from sqlmodel import col, func, select

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, WrongPhase
from wijkbudget.services.import_roll import import_roll
from wijkbudget.services.issue_letter_codes import (
    codes_csv,
    hash_letter_code,
    issue_letter_codes,
    parse_letter_code,
)
from wijkbudget.services.read_roll import RollReading, read_roll, read_roll_file

HEADING = "nummer;wijk;postcode;huisnummer;leeftijd_ok;email\n"
KEY = "een sleutel voor deze test"


def reading(budget_round: BudgetRound, *lines: str) -> RollReading:
    return read_roll(edge.session(), budget_round.id, [HEADING, *lines])


def entries() -> list[tuple[str, bool, str | None]]:
    wanted = select(RollEntry.external_number, RollEntry.age_ok, RollEntry.email)
    return list(edge.session().exec(wanted.order_by(col(RollEntry.external_number))))


def how_many() -> int:
    edge.session().rollback()
    return edge.session().exec(select(func.count()).select_from(RollEntry)).one()


def last_audit() -> AuditLine:
    return edge.session().exec(select(AuditLine).order_by(col(AuditLine.id).desc())).first()  # type: ignore[return-value]


def test_a_roll_is_stored_as_it_stands_in_the_file(scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    lines = ["K1;F01;2000 AA;1;ja;Kiezer1@Voorbeeld.example\n", "K2;Fictiewijk;;;nee;\n"]
    assert scene.act(import_roll, SYSTEM, budget_round.id, reading(budget_round, *lines)) == 2
    assert entries() == [("K1", True, "kiezer1@voorbeeld.example"), ("K2", False, None)]
    audit = last_audit()
    assert (audit.action, audit.details) == ("roll.imported", '{"entitled":1,"entries":2}')


def test_a_roll_with_one_bad_line_leaves_nothing_behind(scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    bad = reading(budget_round, *[f"K{i};F01;;;ja;\n" for i in range(6000)], "K1;F01;;;ja;\n")
    with pytest.raises(InvalidInput, match="1 foute regel"):
        scene.act(import_roll, SYSTEM, budget_round.id, bad)
    assert how_many() == 0
    assert last_audit().action != "roll.imported"


def test_a_second_file_adds_to_the_roll(scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    scene.roll(budget_round, "K1;F01;;;ja;")
    scene.roll(budget_round, "K2;F01;;;ja;")
    assert how_many() == 2


def test_two_officials_with_the_same_file_do_not_store_it_twice_and_not_by_halves(scene: Scene) -> None:
    """Both have checked it before either imports; the second fails as a whole, also the new line in it."""
    budget_round = scene.open_round(scene.wijk())
    round_id = budget_round.id
    mine = reading(budget_round, *[f"A{i};F01;;;ja;\n" for i in range(5001)], "K1;F01;;;ja;\n")
    theirs = reading(budget_round, "K1;F01;;;ja;\n")
    scene.act(import_roll, SYSTEM, round_id, theirs)
    with pytest.raises(DomainError, match="Er is niets dubbel opgeslagen"):
        scene.act(import_roll, SYSTEM, round_id, mine)
    assert how_many() == 1


def test_a_roll_is_taken_in_from_the_opening_until_the_ballot_list_is_fixed(scene: Scene) -> None:
    wijk = scene.wijk()
    draft = scene.draft_round(wijk)
    with pytest.raises(WrongPhase):
        scene.act(import_roll, SYSTEM, draft.id, reading(draft, "K1;F01;;;ja;\n"))
    budget_round = scene.open_round(wijk)
    plan = scene.proposal(scene.pot(budget_round), scene.platform(wijk))
    scene.list_all(plan)
    scene.roll(budget_round, "K1;F01;;;ja;")
    scene.fix_list(budget_round.id)
    with pytest.raises(WrongPhase):
        scene.act(import_roll, SYSTEM, budget_round.id, reading(budget_round, "K2;F01;;;ja;\n"))
    assert how_many() == 1


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PLATFORM_MEMBER])
def test_only_an_official_takes_a_roll_in(scene: Scene, role: Role) -> None:
    budget_round = scene.open_round(scene.wijk())
    actor = scene.actor(scene.account("ander@voorbeeld.example", role))
    with pytest.raises(NotAllowed):
        scene.act(import_roll, actor, budget_round.id, reading(budget_round, "K1;F01;;;ja;\n"))
    assert how_many() == 0


def test_storing_reports_its_progress_per_batch(scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    seen: list[int] = []
    lines = [f"K{i};F01;;;ja;\n" for i in range(5001)]
    scene.act(import_roll, SYSTEM, budget_round.id, reading(budget_round, *lines), seen.append)
    assert seen == [5000, 5001]


def test_a_file_is_read_from_disk_and_stored(scene: Scene, tmp_path: Path) -> None:
    budget_round = scene.open_round(scene.wijk())
    path = tmp_path / "register.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (HEADING + "K1;F01;;;ja;\n").replace("\n", "\r\n").encode())
    scene.act(import_roll, SYSTEM, budget_round.id, read_roll_file(edge.session(), budget_round.id, path))
    assert entries() == [("K1", True, None)]


def test_every_entitled_entry_gets_one_code_and_the_database_keeps_only_its_hash(scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    scene.roll(budget_round, "K1;F01;;;ja;", "K2;F01;;;nee;", "K3;F01;;;ja;kiezer3@voorbeeld.example")
    issued = dict(scene.act(issue_letter_codes, SYSTEM, budget_round.id, key=KEY))
    assert sorted(issued) == ["K1", "K3"]
    wanted = select(RollEntry.external_number, RollEntry.letter_code_hash)
    stored = dict(edge.session().exec(wanted).all())
    assert stored["K2"] is None
    for number, code in issued.items():
        assert stored[number] == hash_letter_code(parse_letter_code(code), KEY)
    assert last_audit().details == '{"codes":2}'


def test_codes_are_made_once_and_later_entries_get_theirs_with_the_next_list(scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    scene.roll(budget_round, "K1;F01;;;ja;")
    first = list(scene.act(issue_letter_codes, SYSTEM, budget_round.id, key=KEY))
    scene.roll(budget_round, "K2;F01;;;ja;")
    second = list(scene.act(issue_letter_codes, SYSTEM, budget_round.id, key=KEY))
    assert [number for number, _ in first] == ["K1"]
    assert [number for number, _ in second] == ["K2"]
    assert list(scene.act(issue_letter_codes, SYSTEM, budget_round.id, key=KEY)) == []


def test_the_list_for_the_letters_has_a_heading_and_semicolons() -> None:
    assert codes_csv([("K1", "7KM4-QRT9-XWACD")]) == b"nummer;code\r\nK1;7KM4-QRT9-XWACD\r\n"


def test_codes_are_not_made_before_the_opening_or_after_the_vote(scene: Scene) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bankje": 1000})
    scene.closed_phase()
    with pytest.raises(WrongPhase):
        scene.act(issue_letter_codes, SYSTEM, budget_round.id, key=KEY)
