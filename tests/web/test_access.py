"""Who may see what: every route with its guard, and every role at every door."""

import os
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.conftest import FakeClock
from tests.databases import make_settings
from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import web
from wijkbudget.app import create_app
from wijkbudget.domain.account import Role
from wijkbudget.web import access

# WIJKBUDGET_TEST_WRITE_GOLDEN=1 pytest tests/web/test_access.py writes the table anew; read the difference.
GOLDEN = Path(__file__).parents[1] / "golden" / "routes.txt"
EXAMPLES = {"kind": "json", "filename": "wijkbudget.css", "token": "een-token-dat-niet-bestaat"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def methods(rule: Rule) -> list[str]:
    return [method for method in METHODS if method in (rule.methods or set())]


def audience(app: Flask, rule: Rule) -> access.Audience:
    found = access.audience_of(app, rule.endpoint)
    assert found is not None, rule.endpoint
    return found


def example(rule: Rule) -> str:
    """An address of this route, with numbers of things that do not exist."""

    def fill(match: re.Match[str]) -> str:
        converter, _, name = match[1].rpartition(":")
        return "1" if converter.startswith("int") else EXAMPLES.get(name, "voorbeeld")

    return re.sub(r"<([^>]+)>", fill, rule.rule)


def test_every_route_is_in_the_table_with_its_guard(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, demo=True))
    lines = [
        f"{'/'.join(methods(rule)):<9} {rule.rule:<86} {rule.endpoint:<38} {audience(app, rule).name}"
        for rule in rules(app)
    ]
    table = "\n".join(lines) + "\n"
    if os.environ.get("WIJKBUDGET_TEST_WRITE_GOLDEN"):
        GOLDEN.write_text(table, encoding="utf-8")
    assert table == GOLDEN.read_text(encoding="utf-8")


def test_an_endpoint_without_a_mark_stops_the_start(tmp_path: Path) -> None:
    app = Flask("bare", template_folder=str(tmp_path))
    app.extensions["settings"] = make_settings(tmp_path)
    app.add_url_rule("/kaal", "naked_page", lambda: "zonder merk")
    with pytest.raises(RuntimeError, match="without an audience: .*naked_page"):
        web.init_app(app)


def test_what_officials_and_members_do_is_behind_a_role(app: Flask) -> None:
    """The table could be written anew with a hole in it; this cannot."""
    for rule in rules(app):
        if rule.endpoint.startswith("official."):
            assert Role.PLATFORM_MEMBER not in (audience(app, rule).roles or {Role.PLATFORM_MEMBER}), rule
        if rule.endpoint.startswith("wijkplatform."):
            assert audience(app, rule) is access.PLATFORM, rule
        if rule.endpoint.startswith("resident."):
            assert audience(app, rule) in (access.PUBLIC, access.VOTER), rule
        changes = set(methods(rule)) - {"GET"}
        # An auditor may hold a share of the key of a vote: checking and giving it is an act of the holder alone.
        if changes and rule.endpoint.startswith("official.") and rule.endpoint != "official.use_own_share":
            assert Role.AUDITOR not in audience(app, rule).roles, f"{rule.endpoint}: an auditor only looks"


@pytest.fixture
def visitors(app: Flask, clock: FakeClock) -> dict[Role | None, FlaskClient]:
    """A browser for a visitor without account, and one for each role."""
    browsers: dict[Role | None, FlaskClient] = {None: app.test_client()}
    for role in Role:
        with app.app_context():
            Scene(clock).account(f"{role}@voorbeeld.example", role)
        browsers[role] = app.test_client()
        Visitor(browsers[role]).log_in(f"{role}@voorbeeld.example")
    return browsers


def token(client: FlaskClient) -> str:
    page = Page(client.get("/mijn/wachtwoord", follow_redirects=True))
    return page.form()["csrf_token"][0]


def test_each_role_gets_in_where_it_may_and_nowhere_else(
    app: Flask, visitors: dict[Role | None, FlaskClient], subtests: pytest.Subtests
) -> None:
    for role, client in visitors.items():
        with subtests.test(str(role)):
            for rule in rules(app):
                if "GET" in methods(rule):
                    with client.get(example(rule)) as answer:
                        expect(answer, audience(app, rule), role, f"GET {rule.endpoint} as {role}")


def test_each_role_may_do_what_it_may_do_and_nothing_else(
    app: Flask, visitors: dict[Role | None, FlaskClient], subtests: pytest.Subtests
) -> None:
    for role, client in visitors.items():
        with subtests.test(str(role)):
            for rule in rules(app):
                allowed = audience(app, rule)
                admitted = not allowed.roles or role in allowed.roles
                for method in set(methods(rule)) - {"GET"}:
                    if not admitted:
                        data = {"csrf_token": token(client)}
                        answer = client.open(example(rule), method=method, data=data)
                        expect(answer, allowed, role, f"{method} {rule.endpoint} as {role}")


def expect(answer: TestResponse, allowed: access.Audience, role: Role | None, what: str) -> None:
    if allowed is access.VOTER:
        assert answer.status_code == 403, f"{what}: no account opens a ballot, only a link does"
    elif allowed is access.HALFWAY:
        assert answer.status_code == 303, what
        assert answer.headers["Location"] == ("/inloggen" if role is None else "/mijn"), what
    elif not allowed.roles or role in allowed.roles:
        assert answer.status_code not in (401, 403), what
        assert answer.status_code < 500, what
        assert not answer.headers.get("Location", "").startswith("/inloggen"), what
    elif role is None:
        assert answer.status_code == 303, what
        assert answer.headers["Location"].startswith("/inloggen"), what
    else:
        assert answer.status_code == 403, what


def test_nothing_is_done_without_the_token_of_a_form(
    app: Flask, visitors: dict[Role | None, FlaskClient], subtests: pytest.Subtests
) -> None:
    for rule in rules(app):
        for method in set(methods(rule)) - {"GET"}:
            roles = audience(app, rule).roles
            client = visitors[sorted(roles)[0] if roles else None]
            for data in ({}, {"csrf_token": "verzonnen"}):
                with subtests.test(f"{method} {rule.endpoint}"):
                    assert client.open(example(rule), method=method, data=data).status_code == 400


def test_a_key_that_no_row_has_is_not_found_and_a_nul_is_refused(
    app: Flask, visitors: dict[Role | None, FlaskClient], subtests: pytest.Subtests
) -> None:
    for rule in rules(app):
        roles = audience(app, rule).roles
        client = visitors[sorted(roles)[0] if roles else None]
        if "GET" in methods(rule) and "<int:" in rule.rule:
            with subtests.test(rule.endpoint):
                huge = example(rule).replace("/1", "/99999999999999999999", 1)
                assert client.get(huge).status_code == 404
        if "POST" in methods(rule):
            with subtests.test(f"NUL for {rule.endpoint}"):
                data = {"csrf_token": token(client), "name": "a\x00b"}
                assert client.post(example(rule), data=data).status_code == 400


def test_a_page_that_is_not_there_is_a_page_too(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    page = visitor.get("/bestaat/niet")
    assert (page.status, page.heading) == (404, "We vinden deze pagina niet")
    assert Page(app.test_client().delete("/")).status == 405


def test_every_answer_carries_the_strict_policy(app: Flask, visitors: dict[Role | None, FlaskClient]) -> None:
    for path in ("/", "/inloggen", "/bestaat/niet", "/mijn/wachtwoord"):
        headers = visitors[Role.OFFICIAL].get(path).headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_over_tls_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, base_url="https://wijkbudget.test"))
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    with app.test_request_context("/robots.txt"):
        answer = app.process_response(app.response_class())
    assert "Strict-Transport-Security" in answer.headers
