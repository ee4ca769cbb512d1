"""Accounts: an administrator sees them and makes them; nobody else does."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import func, select

from tests.scene import PASSWORD, Scene
from tests.web.telephone import code_of
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.account_session import AccountSession

NEW: dict[str, Any] = {
    "name": "Nieuwe Ambtenaar",
    "email": "Nieuw@voorbeeld.example",
    "password": "een eerste wachtwoord",
    "roles": ["official", "auditor"],
}


@pytest.fixture
def administrator(scene: Scene, client: FlaskClient) -> Visitor:
    scene.account("beheer@voorbeeld.example", Role.ADMINISTRATOR, name="Beheerder Fictie")
    visitor = Visitor(client)
    visitor.log_in("beheer@voorbeeld.example")
    return visitor


def how_many() -> int:
    edge.session().rollback()
    return edge.session().exec(select(func.count()).select_from(Account)).one()


def test_the_list_shows_who_can_log_in_and_with_which_roles(administrator: Visitor) -> None:
    page = administrator.get("/gemeente/accounts")
    assert "Beheerder Fictie beheer@voorbeeld.example applicatiebeheerder open" in page.text


def test_a_new_account_can_log_in_with_its_roles(administrator: Visitor) -> None:
    page = administrator.submit(administrator.get("/gemeente/accounts/nieuw"), NEW)
    assert "Het account van Nieuwe Ambtenaar is gemaakt." in page.text
    assert "Nieuwe Ambtenaar nieuw@voorbeeld.example ambtenaar, controleur open" in page.text
    assert "een eerste wachtwoord" not in page.html
    newcomer = Visitor(administrator.client.application.test_client())
    newcomer.log_in("nieuw@voorbeeld.example", "een eerste wachtwoord")
    assert newcomer.get("/gemeente/rondes/nieuw").status == 200
    assert newcomer.get("/gemeente/accounts").status == 403


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Vul een naam in"),
        ({"name": "   "}, "Vul een naam in"),
        ({"email": "geen adres"}, "“geen adres” is geen e-mailadres."),
        ({"email": "BEHEER@voorbeeld.example"}, "Er is al een account met dit e-mailadres."),
        ({"password": "te kort"}, "Kies een wachtwoord van ten minste 12 tekens"),
        ({"password": ""}, "Vul een eerste wachtwoord in."),
        ({"roles": None}, "Kies ten minste één rol."),
        ({"roles": ["burgemeester"]}, "keuze"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_no_account_is_made(
    administrator: Visitor, changes: dict[str, Any], told: str
) -> None:
    page = administrator.submit(administrator.get("/gemeente/accounts/nieuw"), NEW | changes)
    assert page.status == 422
    assert told in page.text
    assert how_many() == 1


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.AUDITOR, Role.PLATFORM_MANAGER])
def test_accounts_are_for_administrators_alone(client: FlaskClient, scene: Scene, role: Role) -> None:
    scene.account("ander@voorbeeld.example", role)
    visitor = Visitor(client)
    home = visitor.log_in("ander@voorbeeld.example")
    assert "/gemeente/accounts" not in home.links()
    assert visitor.get("/gemeente/accounts").status == 403
    assert visitor.get("/gemeente/accounts/nieuw").status == 403


@pytest.fixture
def other(scene: Scene, administrator: Visitor) -> Visitor:
    """An official who is logged in elsewhere, with account 2."""
    assert scene.account("ander@voorbeeld.example", Role.OFFICIAL, name="Ander Fictie").id == 2
    visitor = Visitor(administrator.client.application.test_client())
    visitor.log_in("ander@voorbeeld.example")
    return visitor


def inside(visitor: Visitor) -> bool:
    return visitor.get("/mijn/account").heading == "Mijn account"


def test_a_lost_second_step_is_wiped_and_set_up_anew(administrator: Visitor, other: Visitor) -> None:
    page = administrator.get("/gemeente/accounts/2")
    assert page.heading == "Account van Ander Fictie"
    done = administrator.submit(page, action="/tweede-stap")
    assert "De tweede stap is gewist." in done.text
    assert "nog niet ingesteld" in done.text
    assert not inside(other)
    password = other.submit(
        other.get("/inloggen"), {"email": "ander@voorbeeld.example", "password": PASSWORD}
    )
    assert password.path == "/inloggen/twee-stappen"
    assert "tweede stap gewist" in administrator.get("/gemeente/logboek").text


@pytest.mark.parametrize("action", ["/tweede-stap", "/rollen", "/sluiten"])
def test_what_is_weighty_asks_for_the_code_again(administrator: Visitor, other: Visitor, action: str) -> None:
    page = administrator.get("/gemeente/accounts/2")
    with edge.transaction() as session:
        for row in session.exec(select(AccountSession)):
            row.code_at = edge.system_clock() - timedelta(minutes=5)
    asked = administrator.submit(page, {}, action=action)
    assert asked.path == "/mijn/code"
    assert inside(other)
    code = code_of(administrator.client.application, "beheer@voorbeeld.example")
    back = administrator.submit(asked, {"code": code})
    assert back.path == "/gemeente/accounts/2"


def test_other_roles_and_a_closed_account_end_the_sessions(administrator: Visitor, other: Visitor) -> None:
    page = administrator.get("/gemeente/accounts/2")
    page = administrator.submit(page, {"roles": ["auditor"]}, action="/rollen")
    assert "De rollen zijn gewijzigd." in page.text
    assert not inside(other)
    other.log_in("ander@voorbeeld.example")
    assert other.get("/gemeente/rondes/nieuw").status == 403
    assert administrator.submit(page, {"roles": None}, action="/rollen").status == 422
    page = administrator.submit(page, action="/sluiten")
    assert "Het account is gesloten." in page.text
    assert not inside(other)
    assert other.log_in("ander@voorbeeld.example").status == 422
    page = administrator.submit(page, action="/openen")
    assert "Het account is weer open." in page.text
    other.log_in("ander@voorbeeld.example")
    assert inside(other)


def test_one_s_own_account_is_for_another_administrator(administrator: Visitor) -> None:
    page = administrator.get("/gemeente/accounts/1")
    assert "Een andere applicatiebeheerder kan uw rollen wijzigen" in page.text
    data = {"csrf_token": administrator.get("/mijn/wachtwoord").form()["csrf_token"], "roles": ["official"]}
    for act in ("rollen", "sluiten", "openen", "tweede-stap"):
        answer = administrator.send(administrator.client.post, f"/gemeente/accounts/1/{act}", data=data)
        assert answer.status_code == 403, act
    assert inside(administrator)
