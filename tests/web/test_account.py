"""Logging in, logging out, the end of a session, and a new password."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from tests.scene import PASSWORD, Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role

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


def test_whoever_was_sent_to_log_in_goes_on_to_the_page_they_wanted(visitor: Visitor) -> None:
    asked = visitor.get("/mijn/wachtwoord")
    assert asked.path == "/inloggen"
    assert visitor.submit(asked, {"email": EMAIL, "password": PASSWORD}).path == "/mijn/wachtwoord"


@pytest.mark.parametrize(
    "onward",
    [
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
        "",
    ],
)
def test_logging_in_never_leads_to_another_site(visitor: Visitor, onward: str) -> None:
    page = Page(visitor.client.get("/inloggen", query_string={"verder": onward}))
    token = page.form()["csrf_token"]
    answer = visitor.client.post(
        "/inloggen",
        query_string={"verder": onward},
        data={"email": EMAIL, "password": PASSWORD, "csrf_token": token},
    )
    assert answer.status_code == 303
    target = answer.headers["Location"]
    assert target.startswith("/")
    assert target[1:2] not in ("/", "\\")
    assert not any(character in target for character in "\\\t\r\n")


def test_logging_out_ends_the_session(visitor: Visitor) -> None:
    page = visitor.log_in(EMAIL)
    token = visitor.get("/mijn/wachtwoord").form()["csrf_token"]
    out = Page(visitor.client.post("/uitloggen", data={"csrf_token": token}, follow_redirects=True))
    assert page.path == "/gemeente/rondes"
    assert "U bent uitgelogd." in out.text
    assert not inside(visitor)


def test_a_session_ends_after_its_hours_even_when_it_is_used(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    hours = timedelta(hours=8)
    for age, still_in in ((hours - timedelta(minutes=1), True), (hours, False)):
        with visitor.client.session_transaction() as session:
            session["begun"] = (edge.system_clock() - age).isoformat()
        assert inside(visitor) is still_in


def test_a_session_ends_when_it_is_not_used(app: Flask, visitor: Visitor) -> None:
    """A cookie that was signed a little under, and a little over the idle time ago."""
    visitor.log_in(EMAIL)
    with visitor.client.session_transaction() as session:
        content = dict(session)
    for minutes, still_in in ((59, True), (61, False)):
        visitor.client.set_cookie("wijkbudget", signed_ago(app, content, minutes))
        assert inside(visitor) is still_in


def signed_ago(app: Flask, content: dict[str, object], minutes: int) -> str:
    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - minutes * 60

    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    serializer.signer = Earlier
    return str(serializer.dumps(content))


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
