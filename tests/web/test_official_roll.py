"""The kiesregister on screen: a check that stores nothing, an import of exactly the checked file, codes once."""

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import func, select

from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.domain.account import Role
from wijkbudget.domain.electoral_roll import RollEntry

HEADING = "nummer;wijk;postcode;huisnummer;leeftijd_ok;email\n"
GOOD = HEADING + "K1;F01;2000 AA;1;ja;kiezer1@voorbeeld.example\nK2;F01;;;nee;\n"


@pytest.fixture
def address(scene: Scene) -> str:
    return f"/gemeente/rondes/{scene.open_round(scene.wijk()).id}/kiesregister"


def upload(visitor: Visitor, address: str, content: str | bytes, name: str = "register.csv") -> Page:
    data = content.encode() if isinstance(content, str) else content
    return visitor.submit(visitor.get(address), {"file": (io.BytesIO(data), name)})


def how_many() -> int:
    edge.session().rollback()
    return edge.session().exec(select(func.count()).select_from(RollEntry)).one()


def staged_files() -> list[Path]:
    return sorted((edge.settings().instance / "uploads").glob("*"))


def test_a_good_file_is_checked_first_and_taken_in_after_the_second_button(
    official: Visitor, address: str
) -> None:
    report = upload(official, address, GOOD)
    assert report.status == 200
    assert report.heading == "Controle van het kiesregister"
    assert "2 goede regels" in figures(report)
    assert "1 mogen stemmen" in figures(report)
    assert "0 foute regels" in figures(report)
    assert how_many() == 0
    after = official.submit(report, action="/inlezen")
    assert "2 regels zijn ingelezen." in after.text
    assert how_many() == 2
    assert "Fictiewijk 2 1" in after.text
    assert staged_files() == []


def figures(page: Page) -> str:
    assert page.document
    return " ".join(
        f"{d.query('dd')[0].to_text()} {d.query('dt')[0].to_text()}" for d in page.document.query("dl > div")
    )


def test_the_waiting_file_has_a_random_name_and_is_for_the_server_alone(
    official: Visitor, address: str
) -> None:
    report = upload(official, address, GOOD, name="../../geheim.csv")
    [path] = staged_files()
    assert path.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"roll-[0-9a-f]{32}\.csv", path.name)
    assert report.form("/inlezen")["token"][0] in path.name


def test_the_import_refuses_a_file_that_changed_after_the_check(official: Visitor, address: str) -> None:
    report = upload(official, address, GOOD)
    [path] = staged_files()
    path.write_text(GOOD + "K3;F01;;;ja;\n", encoding="utf-8")
    after = official.submit(report, action="/inlezen")
    assert after.status == 409
    assert "Het bestand is veranderd na de controle." in after.text
    assert how_many() == 0


@pytest.mark.parametrize("token", ["", "../../wijkbudget.sqlite", "0" * 32])
def test_the_import_refuses_a_file_that_was_never_checked(
    official: Visitor, address: str, token: str
) -> None:
    report = upload(official, address, GOOD)
    after = official.submit(report, {"token": token}, action="/inlezen")
    assert after.status == 409
    assert "Kies het bestand opnieuw." in after.text
    assert how_many() == 0


def test_cancelling_throws_the_file_away(official: Visitor, address: str) -> None:
    after = official.submit(upload(official, address, GOOD), action="/annuleren")
    assert "Er is niets ingelezen." in after.text
    assert staged_files() == []
    assert how_many() == 0


def test_the_next_upload_throws_away_what_was_left_for_more_than_an_hour(
    official: Visitor, address: str
) -> None:
    upload(official, address, GOOD)
    [old] = staged_files()
    long_ago = edge.system_clock().timestamp() - 3700
    os.utime(old, (long_ago, long_ago))
    upload(official, address, GOOD)
    [new] = staged_files()
    assert new != old


def test_a_file_left_for_more_than_an_hour_goes_when_the_page_is_looked_at_or_the_server_starts(
    official: Visitor, address: str, app: Flask
) -> None:
    for throw_away in (lambda: official.get(address), lambda: create_app(app.extensions["settings"])):
        upload(official, address, GOOD)
        [old] = staged_files()
        long_ago = edge.system_clock().timestamp() - 3700
        os.utime(old, (long_ago, long_ago))
        throw_away()
        assert staged_files() == []


def test_every_bad_line_is_shown_and_there_is_no_button_to_go_on(official: Visitor, address: str) -> None:
    report = upload(official, address, GOOD + "K2;F01;;;ja;\nK4;<b>Nergens</b>;;;ja;\n")
    assert report.status == 422
    assert "Er is niets ingelezen" in report.text
    assert "4 Nummer “K2” staat ook al op regel 3." in report.text
    assert "5 De wijk “<b>Nergens</b>” doet niet mee" in report.text
    assert "Lees in" not in report.text
    assert how_many() == 0
    assert staged_files() == []


def test_of_many_bad_lines_the_first_200_are_shown_and_all_can_be_downloaded(
    official: Visitor, address: str
) -> None:
    report = upload(official, address, HEADING + "".join(f"K{i};Nergens;;;ja;\n" for i in range(1500)))
    assert "1.500 regels zijn fout" in report.text
    assert "201 De wijk “Nergens”" in report.text
    assert "202 De wijk “Nergens”" not in report.text
    download = official.submit(report, action="/fouten").response
    assert download.mimetype == "text/plain"
    lines = download.get_data(as_text=True).splitlines()
    assert len(lines) == 1500
    assert lines[-1] == "regel 1501: De wijk “Nergens” doet niet mee in deze ronde."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "Het bestand is leeg."),
        (b"PK\x03\x04rest of a workbook", "Dit is een Excel-bestand."),
        (GOOD.encode("utf-16"), "Dit bestand is in UTF-16"),
        ("naam;leeftijd_ok\nK1;ja\n", "De kop klopt niet, er ontbreekt nummer."),
        (GOOD.replace("K2", "K\u00e9").encode("cp1252"), "Deze regel is geen tekst in UTF-8."),
    ],
)
def test_another_kind_of_file_is_refused_in_words(
    official: Visitor, address: str, content: str | bytes, told: str
) -> None:
    report = upload(official, address, content)
    assert report.status == 422
    assert told in report.text
    assert how_many() == 0


def test_no_file_at_all_is_told_at_the_field(official: Visitor, address: str) -> None:
    page = official.submit(official.get(address), {"file": (io.BytesIO(b""), "")})
    assert page.status == 422
    assert "Kies een CSV-bestand." in page.text


def test_a_file_that_is_too_large_gets_its_own_page(app: Flask, official: Visitor, address: str) -> None:
    page = official.get(address)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = official.submit(page, {"file": (io.BytesIO(GOOD.encode() + b"x" * 2000), "register.csv")})
    assert answer.status == 413
    assert "hoogstens 64 MB" in answer.text


def test_a_second_file_adds_to_the_roll_and_the_page_says_so(official: Visitor, address: str) -> None:
    official.submit(upload(official, address, GOOD), action="/inlezen")
    page = official.get(address)
    assert "De nieuwe regels komen bij het kiesregister dat er al is." in page.text
    again = upload(official, address, HEADING + "K3;F01;;;ja;\n")
    assert "1 regel is ingelezen." in official.submit(again, action="/inlezen").text
    assert how_many() == 3


def test_a_line_that_somebody_else_took_in_after_the_check_stops_the_import(
    official: Visitor, address: str, scene: Scene
) -> None:
    report = upload(official, address, GOOD)
    round_id = int(address.split("/")[3])
    scene.roll(type("R", (), {"id": round_id})(), "K1;F01;;;ja;")  # type: ignore[arg-type]
    after = official.submit(report, action="/inlezen")
    assert after.status == 422
    assert "2 Nummer “K1” staat al in het kiesregister." in after.text
    assert how_many() == 1


def test_after_the_ballot_list_is_fixed_the_roll_is_shown_and_cannot_change(
    official: Visitor, scene: Scene
) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    address = f"/gemeente/rondes/{budget_round.id}/kiesregister"
    page = official.get(address)
    report = upload(official, address, HEADING + "K3;F01;;;ja;\n")
    scene.list_all(scene.proposal(scene.pot(budget_round), scene.platform(wijk)))
    scene.roll(budget_round, "K1;F01;;;ja;")
    scene.fix_list(budget_round.id)
    assert "Het kiesregister kan nu niet veranderen" in official.get(address).text
    assert official.submit(report, action="/inlezen").status == 409
    late = official.submit(page, {"file": (io.BytesIO(GOOD.encode()), "register.csv")})
    assert late.status == 409
    assert how_many() == 1


def test_letter_codes_are_explained_and_given_out_in_one_download(official: Visitor, scene: Scene) -> None:
    budget_round = scene.open_round(scene.wijk())
    scene.roll(budget_round, "K1;F01;;;ja;", "K2;F01;;;nee;")
    address = f"/gemeente/rondes/{budget_round.id}/briefcodes"
    page = official.get(address)
    assert "U krijgt dit bestand één keer" in page.text
    download = official.submit(page).response
    assert (
        download.headers["Content-Disposition"]
        == f"attachment; filename=briefcodes-ronde-{budget_round.id}.csv"
    )
    assert download.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"nummer;code\r\nK1;[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\r\n", download.get_data(as_text=True)
    )
    after = official.get(address)
    assert "Iedereen die mag stemmen heeft een code." in after.text
    assert not forms(after)


def forms(page: Page) -> list[Any]:
    assert page.document
    return list(page.document.query("main form"))


def test_there_are_no_codes_without_a_roll_or_outside_the_round(official: Visitor, scene: Scene) -> None:
    draft = scene.draft_round(scene.wijk())
    page = official.get(f"/gemeente/rondes/{draft.id}/briefcodes")
    assert "Nu kunt u geen codes maken" in page.text
    opened = scene.open_round(scene.wijk("Verzonnenoord", "F02"))
    assert "Het kiesregister is nog leeg." in official.get(f"/gemeente/rondes/{opened.id}/briefcodes").text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PLATFORM_MEMBER])
def test_only_an_official_comes_near_the_roll(
    client: FlaskClient, scene: Scene, address: str, role: Role
) -> None:
    scene.account("ander@voorbeeld.example", role)
    visitor = Visitor(client)
    visitor.log_in("ander@voorbeeld.example")
    assert visitor.get(address).status == 403
    assert visitor.get(address.replace("kiesregister", "briefcodes")).status == 403


def test_a_round_that_does_not_exist_has_no_roll(official: Visitor) -> None:
    assert official.get("/gemeente/rondes/99/kiesregister").status == 404
    assert official.get("/gemeente/rondes/99/briefcodes").status == 404
