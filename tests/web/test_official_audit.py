"""The audit log on screen: newest first, a hundred at a time, and whether the chain is whole."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.services.write_audit import write_audit


@pytest.fixture
def auditor(scene: Scene, client: FlaskClient) -> Visitor:
    scene.account("controle@voorbeeld.example", Role.AUDITOR, name="Controleur Fictie")
    visitor = Visitor(client)
    visitor.log_in("controle@voorbeeld.example")
    return visitor


def test_the_newest_line_comes_first_with_who_and_what_in_words(auditor: Visitor, scene: Scene) -> None:
    scene.wijk()
    page = auditor.get("/gemeente/logboek")
    assert "Het logboek klopt" in page.text
    assert page.document
    rows = [" ".join(row.to_text().split()) for row in page.document.query("tbody tr")]
    assert "het systeem wijk vastgelegd wijk-id 1" in rows[0]
    assert "besluit: Besluit voorbeeld 2025/1, buurten: [], code: F01" in rows[0]
    assert "Controleur Fictie ingelogd" in rows[1]


def test_a_long_log_is_paged_by_the_hundred(auditor: Visitor) -> None:
    with edge.transaction() as session:
        for number in range(1, 131):
            write_audit(session, edge.now(), SYSTEM, "wijk.registered", f"wijk:{number}")
    first, second = auditor.get("/gemeente/logboek"), auditor.get("/gemeente/logboek?pagina=2")
    assert first.document
    assert second.document
    assert len(first.document.query("tbody tr")) == 100
    assert len(second.document.query("tbody tr")) == 33
    assert "wijk-id 130" in first.text
    assert "wijk-id 130" not in second.text
    assert "Pagina 1 van 2" in first.text
    assert "/gemeente/logboek?pagina=2" in first.links()
    for wrong in ("0", "3", "-1", "x", "999999999999", "²"):
        assert auditor.get(f"/gemeente/logboek?pagina={wrong}").status == 404


def test_a_changed_line_is_told_with_its_number(auditor: Visitor, scene: Scene) -> None:
    scene.wijk()
    with edge.db.engine.begin() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for (name,) in triggers.all():
            if "audit" in name:
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE audit_line SET details = '{}' WHERE action = 'wijk.registered'"))
    page = auditor.get("/gemeente/logboek")
    assert "Het logboek klopt niet" in page.text
    assert "regel 4: de inhoud is gewijzigd" in page.text


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICIAL, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.PLATFORM_MEMBER, 403),
        (Role.PLATFORM_MANAGER, 403),
    ],
)
def test_the_log_is_for_staff(client: FlaskClient, scene: Scene, role: Role, status: int) -> None:
    scene.account("ander@voorbeeld.example", role)
    visitor = Visitor(client)
    visitor.log_in("ander@voorbeeld.example")
    assert visitor.get("/gemeente/logboek").status == status
