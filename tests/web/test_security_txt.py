"""`/.well-known/security.txt`: where a weakness can be told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.conftest import FakeClock
from tests.databases import SqliteFactory, make_settings
from tests.web.visitor import Page, Visitor
from wijkbudget.app import create_app

PATH = "/.well-known/security.txt"


def served(sqlite_factory: SqliteFactory, folder: Path, clock: FakeClock, **settings: object) -> Visitor:
    url = sqlite_factory.new(folder)
    app = create_app(make_settings(folder, url, **settings), clock=clock)
    app.testing = True
    return Visitor(app.test_client())


def fields(page: Page) -> dict[str, str]:
    assert page.status == 200
    assert page.response.mimetype == "text/plain"
    return dict(line.split(": ", 1) for line in page.response.get_data(as_text=True).splitlines())


@pytest.mark.parametrize(
    ("settings", "contact"),
    [
        ({"security_contact": "veilig@voorbeeld.example"}, "mailto:veilig@voorbeeld.example"),
        ({"security_contact": "mailto:veilig@voorbeeld.example"}, "mailto:veilig@voorbeeld.example"),
        ({"security_contact": "https://voorbeeld.example/cvd"}, "https://voorbeeld.example/cvd"),
        ({"contact": "mail info@voorbeeld.example."}, "mailto:info@voorbeeld.example"),
        ({"contact": "zie https://voorbeeld.example/contact"}, "https://voorbeeld.example/contact"),
        (
            {"contact": "info@voorbeeld.example", "security_contact": "veilig@voorbeeld.example"},
            "mailto:veilig@voorbeeld.example",
        ),
    ],
)
def test_the_contact_is_an_address_from_the_settings(
    sqlite_factory: SqliteFactory,
    tmp_path: Path,
    clock: FakeClock,
    settings: dict[str, str],
    contact: str,
) -> None:
    found = fields(served(sqlite_factory, tmp_path, clock, **settings).get(PATH))
    assert found["Contact"] == contact
    assert found["Preferred-Languages"] == "nl, en"


def test_it_expires_within_a_year_of_whoever_reads_it(
    sqlite_factory: SqliteFactory, tmp_path: Path, clock: FakeClock
) -> None:
    visitor = served(sqlite_factory, tmp_path, clock, security_contact="veilig@voorbeeld.example")
    for _ in range(2):
        expires = datetime.fromisoformat(fields(visitor.get(PATH))["Expires"])
        left = expires - clock()
        assert timedelta(days=30) < left < timedelta(days=365)
        clock.advance(days=400)


def test_its_own_address_is_told_where_it_is_reached_over_tls(
    sqlite_factory: SqliteFactory, tmp_path: Path, clock: FakeClock
) -> None:
    given = {
        "security_contact": "veilig@voorbeeld.example",
        "base_url": "https://wijkbudget.voorbeeld.example",
    }
    found = fields(served(sqlite_factory, tmp_path, clock, **given).get(PATH))
    assert found["Canonical"] == "https://wijkbudget.voorbeeld.example/.well-known/security.txt"


@pytest.mark.parametrize("contact", ["", "bel 010 000 00 00"])
def test_without_an_address_there_is_no_such_file(
    sqlite_factory: SqliteFactory, tmp_path: Path, clock: FakeClock, contact: str
) -> None:
    assert served(sqlite_factory, tmp_path, clock, contact=contact).get(PATH).status == 404


@pytest.mark.parametrize(
    "wrong", ["bel 14 023", "http://voorbeeld.example", "veilig@x y", "a@b\nExpires: x", "https://"]
)
def test_a_contact_that_nobody_can_use_stops_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValidationError, match="must be an e-mail address"):
        make_settings(tmp_path, security_contact=wrong)
