"""Around the link: looking leaves no trace, asking tells nothing, and nobody makes up where a request comes from."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlmodel import select

from tests.conftest import FakeClock
from tests.databases import make_settings
from tests.scene import Scene
from tests.web.test_voting import HOME, PLANS, mails, new_link
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.config import SettingsError, load_settings
from wijkbudget.domain.link_request import VotingLinkRequest
from wijkbudget.domain.schema import metadata
from wijkbudget.services.forget_addresses import forget_addresses


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def contents() -> str:
    """A hash of every row of every table."""
    edge.session().rollback()
    digest = hashlib.sha256()
    for name in sorted(metadata.tables):
        rows = edge.session().connection().execute(text(f'SELECT * FROM "{name}"'))
        digest.update(repr((name, sorted(map(repr, rows)))).encode())
    edge.session().rollback()
    return digest.hexdigest()


def test_looking_a_hundred_times_writes_nothing_and_leaves_no_cookie(
    client: FlaskClient, scene: Scene
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    path, before, pages = new_link(scene), contents(), set()
    before = contents()
    for _ in range(100):
        for method in (client.get, client.head):
            answer = method(path)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
        pages.add(client.get(path).get_data())
    assert contents() == before
    assert len(pages) == 1, "the same page every time"
    assert client.get(path + "x").headers.get("Set-Cookie") is None


def test_a_post_without_a_valid_choice_changes_nothing(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    paper = visitor.submit(visitor.get(new_link(scene)))
    before = contents()
    for wrong in (["x"], ["987654"], ["1", "1"]):
        assert visitor.submit(paper, {"approval": wrong}).status == 422
    for ballot in ("", "van iemand anders"):
        assert visitor.submit(paper, {"ballot": ballot}).status == 409
    assert contents() == before


def test_the_form_of_a_link_must_come_from_its_own_page(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    page, other = visitor.get(new_link(scene, 1)), visitor.get(new_link(scene, 2))
    before = contents()
    assert Page(visitor.client.post(page.path)).status == 400
    assert Page(visitor.client.post(page.path, data=other.form())).status == 400
    for site in ("cross-site", "same-site"):
        answer = visitor.client.post(page.path, data=page.form(), headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 400, "another website begins no ballot in somebody's browser"
    assert contents() == before
    answer = visitor.client.post(page.path, data=page.form(), headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


def test_a_link_begins_the_ballot_of_its_own_voter_without_a_cookie_from_before(
    app: Flask, visitor: Visitor, scene: Scene
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    page = visitor.get(new_link(scene))
    fresh = app.test_client()
    assert fresh.post(page.path, data=page.form()).status_code == 303
    assert fresh.get("/stemmen/biljet").status_code == 200


@pytest.fixture
def mailing(app: Flask) -> Flask:
    """The application with a mail server set: the mail loop looks requests up, the website does not."""
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"smtp_host": "mail.example"})
    return app


def test_with_a_mail_server_the_page_only_writes_a_request_down(mailing: Flask, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    visitor = Visitor(mailing.test_client())
    for email in (HOME["email"], "niemand@voorbeeld.example"):
        answer = visitor.submit(visitor.get("/stemmen"), HOME | {"email": email})
        assert answer.path == "/stemmen/aangevraagd"
    assert mails() == []
    rows = edge.session().exec(select(VotingLinkRequest)).all()
    assert {row.email for row in rows} == {"kiezer1@voorbeeld.example", "niemand@voorbeeld.example"}
    assert {row.handled_at for row in rows} == {None}


def test_a_thousand_requests_to_the_page_give_at_most_three_mails(app: Flask, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    app.config["WTF_CSRF_ENABLED"] = False
    client, answers = app.test_client(), set()
    for number in range(1000):
        came_from = {"REMOTE_ADDR": f"198.51.{number % 250}.7"}
        answer = client.post("/stemmen", data=HOME, environ_base=came_from)
        answers.add((answer.status_code, answer.headers["Location"], answer.get_data()))
    assert len(mails()) == 3
    assert len(answers) == 1


def networks(database_url: str, folder: Path, clock: FakeClock, proxies: int, forged: list[str]) -> int:
    """How many networks requests seem to come from that all come over one connection, with these headers."""
    app = create_app(make_settings(folder, database_url, trusted_proxies=proxies), clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for header in forged:
        headers = {"X-Forwarded-For": header, "X-Real-IP": header, "Forwarded": f"for={header}"}
        assert client.post("/stemmen", data=HOME, headers=headers).status_code == 303
    with app.app_context():
        found = edge.session().exec(select(VotingLinkRequest.network_hash)).all()
        edge.db.session.close()
        edge.db.engine.dispose()
    assert len(found) == len(forged)
    return len(set(found))


@pytest.mark.parametrize(
    ("proxies", "forged", "expected"),
    [
        (0, ["203.0.113.1", "198.51.100.1", "2001:db8::1"], 1),
        (1, ["203.0.113.1, 192.0.2.9", "198.51.100.1, 192.0.2.9", "kwaad, 192.0.2.9"], 1),
        (1, ["192.0.2.9", "192.0.3.9"], 2),
        (2, ["203.0.113.1, 192.0.2.9, 10.0.0.1", "198.51.100.1, 192.0.2.9, 10.0.0.1"], 1),
    ],
    ids=["no proxy", "made up before the proxy", "as the proxy saw it", "two proxies"],
)
def test_a_forged_header_does_not_change_whose_limit_counts(
    database_url: str,
    tmp_path: Path,
    clock: FakeClock,
    scene: Scene,
    proxies: int,
    forged: list[str],
    expected: int,
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    edge.session().rollback()
    assert networks(database_url, tmp_path, clock, proxies, forged) == expected


def test_over_the_limit_of_the_network_the_answer_is_the_same(app: Flask, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"links_per_network": 1})
    visitor = Visitor(app.test_client())
    first = visitor.submit(visitor.get("/stemmen"), HOME | {"email": "niemand@voorbeeld.example"})
    second = visitor.submit(visitor.get("/stemmen"), HOME)
    assert (first.status, first.html) == (second.status, second.html)
    assert mails() == []
    scene.clock.advance(hours=1)
    scene.act(forget_addresses)
    assert edge.session().exec(select(VotingLinkRequest)).all() == []


def test_links_sent_before_a_new_key_work_after_it(
    app: Flask, database_url: str, tmp_path: Path, clock: FakeClock, scene: Scene
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    old, older = "o" * 40, "a" * 40
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"secret_key": old})
    path = new_link(scene)
    edge.session().rollback()
    for old_keys, status in (("", 404), (older, 404), (f"{old}, {older}", 200)):
        settings = make_settings(tmp_path, database_url, secret_key="n" * 40, old_secret_keys=old_keys)
        later = create_app(settings, clock=clock)
        assert later.test_client().get(path).status_code == status
        with later.app_context():
            edge.db.engine.dispose()


def test_an_old_key_that_is_too_short_stops_the_start(tmp_path: Path) -> None:
    environ = {"WIJKBUDGET_OLD_SECRET_KEYS": f"{'o' * 40},kort"}
    with pytest.raises(SettingsError, match="WIJKBUDGET_OLD_SECRET_KEYS"):
        load_settings(environ, tmp_path)
