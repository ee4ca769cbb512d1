"""Sessions on screen: where one is logged in, and cookies that were planted, copied or kept."""

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from tests.scene import PASSWORD, Scene
from tests.web.telephone import code_of
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.account_session import AccountSession

EMAIL = "ambtenaar@voorbeeld.example"
COOKIE = "wijkbudget"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def visitor(client: FlaskClient, scene: Scene) -> Visitor:
    scene.account(EMAIL, Role.OFFICIAL)
    return Visitor(client)


def another(visitor: Visitor, user_agent: str = "") -> Visitor:
    client = visitor.client.application.test_client()
    if user_agent:
        client.environ_base["HTTP_USER_AGENT"] = user_agent
    return Visitor(client)


def cookie(visitor: Visitor) -> str:
    found = visitor.client.get_cookie(COOKIE)
    assert found is not None
    return found.value


def with_cookie(visitor: Visitor, value: str) -> Visitor:
    thief = another(visitor)
    thief.client.set_cookie(COOKIE, value)
    return thief


def inside(visitor: Visitor) -> bool:
    return visitor.get("/mijn/account").heading == "Mijn account"


def test_a_cookie_that_was_planted_before_opens_nothing_afterwards(visitor: Visitor) -> None:
    """An attacker's cookie is put in somebody's browser, who then logs in with both steps."""
    attacker = another(visitor)
    attacker.get("/inloggen")
    visitor.client.set_cookie(COOKIE, cookie(attacker))
    visitor.log_in(EMAIL)
    assert inside(visitor)
    assert not inside(attacker)
    assert cookie(visitor) != cookie(attacker)


def test_a_cookie_from_between_password_and_code_opens_nothing_afterwards(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    other = another(visitor)
    page = other.submit(other.get("/inloggen"), {"email": EMAIL, "password": PASSWORD})
    thief = with_cookie(visitor, cookie(other))
    assert thief.get("/mijn/account").path == "/inloggen/code"
    other.submit(page, {"code": code_of(visitor.client.application, EMAIL)})
    assert inside(other)
    assert thief.get("/mijn/account").path == "/inloggen"


def test_whoever_logs_in_again_in_the_same_browser_leaves_no_session_behind(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    thief = with_cookie(visitor, cookie(visitor))
    assert inside(thief)
    token = visitor.get("/mijn/wachtwoord").form()["csrf_token"]
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    visitor.send(visitor.client.post, "/inloggen", data=data)
    assert not inside(thief)


def test_the_cookie_holds_an_id_and_the_database_only_its_hash(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    with visitor.client.session_transaction() as kept:
        held = dict(kept)
    assert held.keys() <= {"_user_id", "csrf_token", "_permanent", "_flashes"}
    row = edge.session().exec(select(AccountSession).where(AccountSession.complete)).one()
    assert held["_user_id"] not in str(row)
    with visitor.client.session_transaction() as kept:
        kept["_user_id"] = row.id_sha256
    assert not inside(visitor)


@pytest.mark.parametrize("old", ["1.0", "1", "", "x" * 5000, 1, None, ["1"]])
def test_a_cookie_of_an_older_version_is_as_if_nobody_were_logged_in(visitor: Visitor, old: object) -> None:
    visitor.get("/inloggen")
    for name in ("_user_id", "halfway"):
        with visitor.client.session_transaction() as kept:
            kept[name] = old
        assert visitor.get("/mijn/account").path == "/inloggen"
    assert visitor.log_in(EMAIL).path == "/gemeente/rondes"


def test_logging_out_here_leaves_other_devices_logged_in(visitor: Visitor) -> None:
    other = another(visitor)
    visitor.log_in(EMAIL)
    other.log_in(EMAIL)
    kept = cookie(visitor)
    token = visitor.get("/mijn/wachtwoord").form()["csrf_token"]
    visitor.send(visitor.client.post, "/uitloggen", data={"csrf_token": token})
    assert not inside(visitor)
    assert not inside(with_cookie(visitor, kept))
    assert inside(other)


def test_the_list_tells_the_devices_apart_and_ends_one_of_them(visitor: Visitor) -> None:
    other, third = another(visitor, FIREFOX), another(visitor)
    for who in (visitor, other, third):
        who.log_in(EMAIL)
    page = visitor.get("/mijn/sessies")
    assert page.heading == "Waar ben ik ingelogd"
    assert page.document
    rows = [" ".join(row.to_text().split()) for row in page.document.query("tbody tr")]
    assert len(rows) == 3
    assert sum("dit apparaat" in row for row in rows) == 1
    assert sum("Firefox op Linux" in row for row in rows) == 1
    row = (
        edge.session()
        .exec(select(AccountSession).where(AccountSession.device == "Firefox op Linux"))
        .all()[-1]
    )
    page = visitor.submit(page, action=f"/{row.id}/uitloggen")
    assert "Op dat apparaat bent u uitgelogd." in page.text
    assert (inside(visitor), inside(other), inside(third)) == (True, False, True)
    page = visitor.submit(page, action="/mijn/sessies/uitloggen")
    assert "Op al uw andere apparaten bent u uitgelogd." in page.text
    assert (inside(visitor), inside(third)) == (True, False)
    assert "Log overal uit" not in page.text


def test_a_session_of_somebody_else_cannot_be_ended(visitor: Visitor, scene: Scene) -> None:
    scene.account("ander@voorbeeld.example", Role.AUDITOR)
    other = another(visitor)
    other.log_in("ander@voorbeeld.example")
    row = edge.session().exec(select(AccountSession).where(AccountSession.complete)).one()
    visitor.log_in(EMAIL)
    data = {"csrf_token": visitor.get("/mijn/wachtwoord").form()["csrf_token"]}
    answer = visitor.send(visitor.client.post, f"/mijn/sessies/{row.id}/uitloggen", data=data)
    assert answer.status_code == 404
    assert inside(other)
