"""Logging in, logging out, the end of a session, and a new password."""

import time
from contextvars import Context
from datetime import timedelta
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from tests.scene import PASSWORD, Scene
from tests.web.telephone import code_of, second_step
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.account_session import AccountSession

EMAIL = "ambtenaar@voorbeeld.example"
NEW = "een heel ander wachtwoord"


@pytest.fixture
def visitor(client: FlaskClient, scene: Scene) -> Visitor:
    scene.account(EMAIL, Role.OFFICIAL)
    return Visitor(client)


def inside(visitor: Visitor) -> bool:
    """Whether the visitor is logged in: the page of one's own password opens instead of asking to log in."""
    return visitor.get("/mijn/wachtwoord").heading == "Wachtwoord wijzigen"


def test_logging_in_opens_the_pages_of_the_role(visitor: Visitor) -> None:
    assert not inside(visitor)
    page = visitor.log_in(EMAIL)
    assert (page.status, page.path) == (200, "/gemeente/rondes")
    assert inside(visitor)
    assert visitor.get("/inloggen").path == "/gemeente/rondes"


def test_a_platform_member_lands_on_the_plans_of_the_platform(visitor: Visitor, scene: Scene) -> None:
    scene.member(scene.platform(scene.wijk()))
    assert visitor.log_in("lid@voorbeeld.example").path == "/wijkplatform/plannen"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "niet dit wachtwoord"),
        ("niemand@voorbeeld.example", PASSWORD),
        ("geen adres", "ook geen wachtwoord"),
    ],
)
def test_a_refusal_does_not_tell_what_was_wrong(visitor: Visitor, email: str, password: str) -> None:
    page = visitor.log_in(email, password)
    assert page.status == 422
    assert "E-mailadres en wachtwoord horen niet bij elkaar" in page.text
    assert password not in page.html
    assert not inside(visitor)


def test_what_misses_is_named(visitor: Visitor) -> None:
    page = visitor.log_in("", "")
    assert page.status == 422
    assert "Vul uw e-mailadres in." in page.text
    assert "Vul uw wachtwoord in." in page.text


def test_ten_failures_lock_the_account_and_a_quarter_of_an_hour_opens_it(
    visitor: Visitor, scene: Scene
) -> None:
    for _ in range(10):
        visitor.log_in(EMAIL, "mis")
    assert visitor.log_in(EMAIL).status == 422
    scene.clock.advance(minutes=15)
    assert visitor.log_in(EMAIL).status == 200


def test_a_forged_forwarding_header_does_not_escape_the_lock(visitor: Visitor) -> None:
    for i in range(10):
        page = visitor.get("/inloggen")
        headers = {
            "X-Forwarded-For": f"192.0.2.{i}",
            "Forwarded": f"for=192.0.2.{i}",
            "X-Real-IP": f"192.0.2.{i}",
        }
        data = {"email": EMAIL, "password": "mis", "csrf_token": page.form()["csrf_token"]}
        assert visitor.send(visitor.client.post, "/inloggen", data=data, headers=headers).status_code == 422
    assert visitor.log_in(EMAIL).status == 422


def test_whoever_was_sent_to_log_in_goes_on_to_the_page_they_wanted(visitor: Visitor) -> None:
    asked = visitor.get("/mijn/wachtwoord")
    assert asked.path == "/inloggen"
    page = visitor.submit(asked, {"email": EMAIL, "password": PASSWORD})
    assert second_step(visitor, page, EMAIL).path == "/mijn/wachtwoord"


ELSEWHERE = (
    "https://boef.example/",
    "//boef.example/",
    "///boef.example",
    "/\\boef.example",
    "\\\\boef.example",
    "/\t/boef.example",
    "/%09/boef.example",
    "\t//boef.example",
    " //boef.example",
    "http:boef.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "boef.example",
    "https:/boef.example",
    "/\n/boef.example",
    "//boef.example@wijkbudget.test/",
    "/\u2028/boef.example",
    "https:boef.example",
    "https:///boef.example",
    "\\/boef.example",
    "/\\/boef.example",
    "/\r/boef.example",
    "\x01//boef.example",
    "\u00a0//boef.example",
    "//boef%E3%80%82example",
    "/inloggen?verder=//boef.example",
    "",
)


@pytest.mark.parametrize("page", ["/inloggen", "/inloggen/code", "/mijn/code"])
def test_logging_in_never_leads_to_another_site(
    visitor: Visitor, page: str, subtests: pytest.Subtests
) -> None:
    visitor.log_in(EMAIL)
    for onward in ELSEWHERE:
        with subtests.test(onward):
            data = {"email": EMAIL, "password": PASSWORD}
            if page != "/mijn/code":
                Context().run(visitor.client.delete_cookie, "wijkbudget")
            if page == "/inloggen/code":
                visitor.submit(visitor.get("/inloggen"), data)
            if page != "/inloggen":
                data = {"code": code_of(visitor.client.application, EMAIL)}
            address = {"query_string": {"verder": onward}}
            shown = visitor.get(page)
            data["csrf_token"] = shown.form()["csrf_token"][0]
            answer = Context().run(visitor.client.post, page, data=data, **address)
            assert answer.status_code == 303
            assert_of_this_site(answer.headers["Location"])
            for carried in parse_qs(urlsplit(answer.headers["Location"]).query).get("verder", []):
                assert_of_this_site(carried)


def assert_of_this_site(target: str) -> None:
    """As a browser reads an address: it drops tabs and line ends, and takes a backslash for a slash."""
    as_read = "".join(c for c in target if c not in "\t\r\n").strip().replace("\\", "/")
    assert as_read.startswith("/")
    assert urlsplit(urljoin("http://wijkbudget.test/inloggen", as_read)).netloc == "wijkbudget.test"
    assert target.isprintable()


def log_out(visitor: Visitor) -> Page:
    token = visitor.get("/mijn/wachtwoord").form()["csrf_token"]
    return Page(visitor.send(visitor.client.post, "/uitloggen", data={"csrf_token": token}))


def test_logging_out_ends_the_session(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    assert "U bent uitgelogd." in log_out(visitor).text
    assert not inside(visitor)


@pytest.mark.parametrize(
    ("field", "limit"), [("begun_at", timedelta(hours=8)), ("seen_at", timedelta(minutes=60))]
)
def test_a_session_ends_after_its_hours_and_when_it_is_not_used(
    visitor: Visitor, field: str, limit: timedelta
) -> None:
    for age, still_in in ((limit - timedelta(minutes=1), True), (limit, False)):
        visitor.log_in(EMAIL)
        with edge.transaction() as session:
            row = last_session(session)
            moment = edge.system_clock() - age
            row.begun_at = moment
            if field == "seen_at":
                row.seen_at = moment
        assert inside(visitor) is still_in
        Context().run(visitor.client.delete_cookie, "wijkbudget")


def test_use_is_noted_now_and_then(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    for age, noted in ((timedelta(minutes=4), False), (timedelta(minutes=6), True)):
        with edge.transaction() as session:
            row = last_session(session)
            row.begun_at = row.seen_at = edge.system_clock() - age
        assert inside(visitor)
        row = last_session(edge.session())
        assert (row.seen_at > row.begun_at) is noted


def test_a_page_comes_at_once_while_others_are_writing(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    with edge.transaction() as session:
        row = last_session(session)
        row.begun_at = row.seen_at = edge.system_clock() - timedelta(minutes=6)
    writer = edge.db.engine.connect()
    raw = writer.connection.driver_connection
    assert raw is not None
    raw.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    assert inside(visitor)
    assert time.monotonic() - began < 5
    raw.execute("ROLLBACK")
    writer.close()
    row = last_session(edge.session())
    assert row.seen_at == row.begun_at


def last_session(session: Session) -> AccountSession:
    """The session that began last."""
    row = session.exec(select(AccountSession).order_by(col(AccountSession.id).desc())).first()
    assert row is not None
    return row


def test_a_new_password_ends_every_other_session_and_keeps_this_one(app: Flask, visitor: Visitor) -> None:
    elsewhere = Visitor(app.test_client())
    visitor.log_in(EMAIL)
    elsewhere.log_in(EMAIL)
    form = visitor.get("/mijn/wachtwoord")
    page = visitor.submit(form, {"old": PASSWORD, "new": NEW, "again": NEW})
    assert "Uw wachtwoord is gewijzigd." in page.text
    assert inside(visitor)
    assert not inside(elsewhere)
    assert Visitor(app.test_client()).log_in(EMAIL, NEW).status == 200
    assert Visitor(app.test_client()).log_in(EMAIL, PASSWORD).status == 422


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"old": "mis", "new": NEW, "again": NEW}, "Dit is niet uw huidige wachtwoord."),
        (
            {"old": PASSWORD, "new": "te kort", "again": "te kort"},
            "Kies een wachtwoord van ten minste 12 tekens",
        ),
        ({"old": PASSWORD, "new": NEW, "again": "anders"}, "De twee nieuwe wachtwoorden verschillen."),
        ({"old": "", "new": "", "again": ""}, "Vul dit in."),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_the_old_one_stays(
    app: Flask, visitor: Visitor, typed: dict[str, str], message: str
) -> None:
    visitor.log_in(EMAIL)
    page = visitor.submit(visitor.get("/mijn/wachtwoord"), typed)
    assert page.status == 422
    assert message in page.text
    assert Visitor(app.test_client()).log_in(EMAIL).status == 200


def test_an_account_that_is_closed_is_out_at_once(visitor: Visitor, scene: Scene) -> None:
    account = scene.account("ander@voorbeeld.example", Role.AUDITOR)
    visitor.log_in("ander@voorbeeld.example")
    assert inside(visitor)
    with scene.edit(account):
        account.active = False
    assert not inside(visitor)
