"""Accounts: an administrator sees them and makes them; nobody else does."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import func, select

from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Account, Role

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
