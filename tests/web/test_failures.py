"""Every refusal is a clear page; the last ones come even without a database."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.scene import PASSWORD, Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.errors import TooManyAttempts
from wijkbudget.web import access


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def check(page: Page, status: int) -> None:
    """A page of ours: right status, a way on, our headers, and nothing of the machine room."""
    assert page.status == status
    assert f"Foutcode {status}" in page.text
    assert "/" in page.links()
    assert "Traceback" not in page.html and "sqlalchemy" not in page.html.lower()
    assert "frame-ancestors 'none'" in page.response.headers["Content-Security-Policy"]


def add_page(app: Flask, path: str, error: Exception) -> None:
    """A page that fails like this."""

    @access.declare(access.PUBLIC)
    def fail() -> str:
        raise error

    app.add_url_rule(path, path, fail)


def lose_database(app: Flask, tmp_path: Path) -> None:
    """Take the database away; in its place stands something that cannot be opened."""
    with app.app_context():
        edge.db.engine.dispose()
    for file in tmp_path.glob("wijkbudget.sqlite*"):
        file.unlink()
    (tmp_path / "wijkbudget.sqlite").mkdir()


def test_an_address_that_does_not_exist(visitor: Visitor) -> None:
    page = visitor.get("/bestaat-niet")
    check(page, 404)
    assert page.heading == "We vinden deze pagina niet"


def test_a_thing_that_does_not_exist_is_named(scene: Scene, visitor: Visitor) -> None:
    page = visitor.get("/rondes/999")
    check(page, 404)
    assert "Deze ronde bestaat niet." in page.text


def test_a_page_of_somebody_else(scene: Scene, visitor: Visitor) -> None:
    scene.account("lid@voorbeeld.example", Role.PLATFORM_MEMBER)
    visitor.log_in("lid@voorbeeld.example")
    check(visitor.get("/gemeente/rondes"), 403)


def test_a_method_that_a_page_does_not_have(visitor: Visitor) -> None:
    token = visitor.get("/inloggen").form()["csrf_token"]
    check(Page(visitor.client.post("/rondes", data={"csrf_token": token})), 405)


def test_a_form_that_stood_open_too_long(visitor: Visitor) -> None:
    page = Page(visitor.client.post("/inloggen", data={"email": "a@voorbeeld.example", "password": PASSWORD}))
    check(page, 400)
    assert "Deze pagina stond te lang open" in page.text
    assert "laad de pagina opnieuw" in page.text


def test_a_file_that_is_too_large(app: Flask, visitor: Visitor) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    page = Page(visitor.client.post("/inloggen", data={"email": "x" * 5000}))
    check(page, 413)
    assert "Er is niets opgeslagen." in page.text


def test_trying_too_often(app: Flask, visitor: Visitor) -> None:
    add_page(app, "/vaak", TooManyAttempts("Wacht een kwartier en probeer het dan nog eens."))
    page = visitor.get("/vaak")
    check(page, 429)
    assert "Wacht een kwartier en probeer het dan nog eens." in page.text


def test_a_crash_shows_nothing_of_itself(
    app: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    add_page(app, "/stuk", RuntimeError("kiezer1@voorbeeld.example in the machine room"))
    page = visitor.get("/stuk")
    check(page, 500)
    assert "machine room" not in page.html
    assert "unexpected error in /stuk" in caplog.text


def test_without_its_database_the_site_says_that_it_is_away(
    app: Flask, tmp_path: Path, visitor: Visitor
) -> None:
    visitor.get("/")
    lose_database(app, tmp_path)
    page = visitor.get("/rondes")
    check(page, 503)
    assert page.heading == "De website is even niet bereikbaar"


def test_who_is_logged_in_gets_that_page_too(
    app: Flask, scene: Scene, tmp_path: Path, visitor: Visitor
) -> None:
    add_page(app, "/stuk", RuntimeError("broken"))
    scene.account("ambtenaar@voorbeeld.example", Role.OFFICIAL)
    visitor.log_in("ambtenaar@voorbeeld.example")
    edge.db.session.close()
    lose_database(app, tmp_path)
    check(Page(visitor.client.get("/rondes")), 503)
    check(Page(visitor.client.get("/stuk")), 503)
    check(Page(visitor.client.get("/bestaat-niet")), 500)
    with visitor.client.get("/static/wijkbudget.css") as style:
        assert style.status_code == 200


def test_a_lost_database_is_logged_without_what_people_typed(
    app: Flask, tmp_path: Path, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    page = visitor.get("/inloggen")
    lose_database(app, tmp_path)
    check(visitor.submit(page, {"email": "kiezer1@voorbeeld.example", "password": PASSWORD}), 503)
    assert "database not available" in caplog.text
    assert "kiezer1" not in caplog.text and PASSWORD not in caplog.text
