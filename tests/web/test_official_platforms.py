"""Wijken and their platforms on screen: recognise, convert, end, and add members. One per wijk."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.wijk import Wijk
from wijkbudget.domain.wijkplatform import PlatformKind, Wijkplatform
from wijkbudget.services.found_wijkplatform import found_wijkplatform


def wijkraad(scene: Scene, wijk: Wijk) -> Wijkplatform:
    return scene.act(
        found_wijkplatform,
        SYSTEM,
        wijk_id=wijk.id,
        name="Wijkraad Fictie",
        recognised_on=date(2015, 1, 1),
        kind=PlatformKind.WIJKRAAD,
    )


def recognition(**changes: Any) -> dict[str, Any]:
    values = {"name": "Wijkplatform Fictie", "kind": "wijkplatform", "recognised_on": "2025-02-01"} | changes
    return {f"recognise-{name}": value for name, value in values.items()}


def platforms() -> list[Wijkplatform]:
    edge.session().rollback()
    return list(edge.session().exec(select(Wijkplatform).execution_options(populate_existing=True)))


def test_the_list_shows_each_wijk_with_its_platform(official: Visitor, scene: Scene) -> None:
    scene.platform(scene.wijk())
    scene.wijk("Verzonnenoord", "F02")
    page = official.get("/gemeente/wijken")
    assert "Fictiewijk F01 Wijkplatform Fictie wijkplatform" in page.text
    assert "Verzonnenoord F02 geen gemeente neemt aan" in page.text


def test_a_platform_is_recognised_in_a_wijk_that_has_none(official: Visitor, scene: Scene) -> None:
    page = official.get(f"/gemeente/wijken/{scene.wijk().id}")
    page = official.submit(page, recognition())
    assert "Wijkplatform Fictie is erkend." in page.text
    assert "Erkend op 1 februari 2025" in page.text
    assert len(platforms()) == 1


def test_a_second_active_platform_is_refused_in_words(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    scene.platform(wijk)
    answer = official.submit(page, recognition(name="Ander platform"))
    assert answer.status == 422
    assert "Deze wijk heeft al een actief wijkplatform. Per wijk kan er één zijn." in answer.text
    assert [platform.name for platform in platforms()] == ["Wijkplatform Fictie"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Vul de naam in."),
        ({"name": "x" * 101}, "Gebruik hoogstens 100 tekens."),
        ({"recognised_on": ""}, "Vul de datum van de erkenning in."),
        ({"recognised_on": "morgen"}, "datum"),
        ({"recognised_on": "0001-01-01"}, "Kies een jaar van 1900 tot en met 2200"),
        ({"name": "Wijkplatform\r\nFictie"}, "Schrijf dit op één regel"),
        ({"kind": "stadsraad"}, "keuze"),
    ],
)
def test_a_recognition_with_a_mistake_is_asked_again(
    official: Visitor, scene: Scene, changes: dict[str, str], told: str
) -> None:
    page = official.get(f"/gemeente/wijken/{scene.wijk().id}")
    answer = official.submit(page, recognition(**changes))
    assert answer.status == 422
    assert told in answer.text
    assert platforms() == []


def test_a_wijkraad_becomes_a_wijkplatform_and_keeps_its_old_name_for_the_history(
    official: Visitor, scene: Scene
) -> None:
    wijk = scene.wijk()
    wijkraad(scene, wijk)
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    assert "Deze wijkraad kan geen plannen meer indienen" in page.text
    new = {"convert-name": "Wijkplatform Fictie", "convert-converted_on": "2024-06-01"}
    page = official.submit(page, new, action="/omzetten")
    assert "De wijkraad is nu het wijkplatform Wijkplatform Fictie." in page.text
    assert "Omgezet op 1 juni 2024 (was Wijkraad Fictie)" in page.text
    assert "Deze wijkraad kan geen plannen meer indienen" not in page.text


def test_a_conversion_before_the_recognition_is_told_at_the_date(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    wijkraad(scene, wijk)
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    new = {"convert-name": "Wijkplatform Fictie", "convert-converted_on": "2014-06-01"}
    answer = official.submit(page, new, action="/omzetten")
    assert answer.status == 422
    assert "Wijkplatform vanaf: De datum ligt vóór de erkenning van de wijkraad." in answer.text
    assert platforms()[0].kind == PlatformKind.WIJKRAAD


def test_an_ended_platform_moves_to_the_history_and_makes_room(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    scene.platform(wijk, "Eerste platform")
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    page = official.submit(page, {"end-ended_on": "2026-01-31"}, action="/stoppen")
    assert "Eerste platform is gestopt." in page.text
    assert "Eerder in deze wijk" in page.text
    page = official.submit(page, recognition(name="Tweede platform"))
    assert "Tweede platform is erkend." in page.text
    assert "Eerste platform wijkplatform 1 februari 2025 31 januari 2026" in page.text


def test_a_platform_does_not_end_before_it_began(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    scene.platform(wijk)
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    answer = official.submit(page, {"end-ended_on": "2020-01-31"}, action="/stoppen")
    assert answer.status == 422
    assert "De datum ligt vóór het begin van het wijkplatform." in answer.text
    assert platforms()[0].status == "active"


def test_a_member_is_added_by_e_mail_address_and_only_once(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    scene.platform(wijk)
    scene.account("lid@voorbeeld.example", Role.PLATFORM_MEMBER, name="Lid van Fictie")
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    member = {
        "member-email": " Lid@Voorbeeld.example ",
        "member-since": "2026-01-01",
        "member-kind": "network",
    }
    page = official.submit(page, member, action="/leden")
    assert "Lid van Fictie is lid van Wijkplatform Fictie." in page.text
    assert "Lid van Fictie lid@voorbeeld.example netwerk 1 januari 2026" in page.text
    again = official.submit(page, member | {"member-since": "2026-02-02"}, action="/leden")
    assert again.status == 422
    assert "Dit account is al lid van het wijkplatform." in again.text


def test_a_member_without_the_role_can_do_nothing_yet_and_the_page_says_so(
    official: Visitor, scene: Scene
) -> None:
    wijk = scene.wijk()
    scene.platform(wijk)
    scene.account("controle@voorbeeld.example", Role.AUDITOR)
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    member = {"member-email": "controle@voorbeeld.example", "member-since": "2026-01-01"}
    page = official.submit(page, member, action="/leden")
    assert "Dit account heeft nog geen rol als lid" in page.text


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("niemand@voorbeeld.example", "Er is geen account met dit e-mailadres."),
        ("geen adres", "“geen adres” is geen e-mailadres."),
        ("", "Vul het e-mailadres van het account in."),
    ],
)
def test_an_address_without_an_account_is_told_at_the_field(
    official: Visitor, scene: Scene, email: str, told: str
) -> None:
    wijk = scene.wijk()
    scene.platform(wijk)
    page = official.get(f"/gemeente/wijken/{wijk.id}")
    answer = official.submit(page, {"member-email": email, "member-since": "2026-01-01"}, action="/leden")
    assert answer.status == 422
    assert told in answer.text


def test_a_wijk_that_does_not_exist_is_not_found(official: Visitor) -> None:
    assert official.get("/gemeente/wijken/99").status == 404


def test_the_auditor_reads_and_the_administrator_may_act(client: FlaskClient, scene: Scene) -> None:
    wijk = scene.wijk()
    scene.account("controle@voorbeeld.example", Role.AUDITOR)
    scene.account("beheer@voorbeeld.example", Role.ADMINISTRATOR)
    auditor = Visitor(client)
    auditor.log_in("controle@voorbeeld.example")
    page = auditor.get(f"/gemeente/wijken/{wijk.id}")
    assert page.status == 200
    assert page.document
    assert not page.document.query("main form")
    token = page.document.query("input[name=csrf_token]")[0].attrs["value"]
    sent = {"csrf_token": token, **recognition()}
    assert client.post(f"/gemeente/wijken/{wijk.id}/platform", data=sent).status_code == 403
    assert platforms() == []
    administrator = Visitor(client.application.test_client())
    administrator.log_in("beheer@voorbeeld.example")
    page = administrator.get(f"/gemeente/wijken/{wijk.id}")
    assert "Wijkplatform Fictie is erkend." in administrator.submit(page, recognition()).text
