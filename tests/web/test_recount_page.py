"""The page on which a visitor checks a published vote, in a real browser and under the page's own policy."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser import chromium
from tests.verifier_js.archive import NORTH, OTHER_KEY, SIGNER, Spoil, ballot_text, build, sha256
from tests.web.visitor import Visitor

ROOT = Path(__file__).parents[2]
VERIFIER = ROOT / "static" / "verifier"


class Silent(WSGIRequestHandler):
    """Keeps the test's output clean."""

    def log(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the application, served on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tab(site: str) -> Iterator[Any]:
    """The page in a browser of a phone; fails when a script fails, the policy blocks something or data is sent."""
    faults: list[str] = []
    sent: list[str] = []
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
        page.on("request", lambda made: sent.append(made.method) if made.method != "GET" else None)
        page.goto(f"{site}/natellen")
        yield page
    assert (faults, sent) == ([], [])


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    """Writes an archive to a file, spoiled or not."""

    def write(spoil: Spoil | None = None) -> Path:
        path = tmp_path / f"archief-{len(list(tmp_path.glob('*.zip')))}.zip"
        path.write_bytes(build(spoil))
        return path

    return write


def verdict(tab: Any) -> Any:
    return tab.locator("[data-verify=verdict-text]")


def choose(tab: Any, path: Path) -> None:
    tab.get_by_label("Archief van de stemming").set_input_files(path)


def accessible(tab: Any) -> list[str]:
    return [one["id"] for one in Axe().run(tab).response["violations"]]


@pytest.mark.browser
def test_a_visitor_picks_an_archive_and_sees_that_all_is_well_with_the_result_of_each_wijk(
    tab: Any, archive: Any
) -> None:
    assert accessible(tab) == []
    choose(tab, archive())
    expect(verdict(tab)).to_have_text("Alles klopt.")
    assert tab.get_by_role("status").first.inner_text().strip() == "Alles klopt."
    north, east = tab.locator(".wb-verify__pot").all()
    assert north.locator("li").all_inner_texts() == ["Plein: €\u00a0700", "Bank: €\u00a0250"]
    assert (
        "Nageteld in uw browser" in north.inner_text()
        and "6 stembiljetten, waarvan 1 leeg" in north.inner_text()
    )
    assert "Niet nageteld" in east.inner_text()
    assert tab.locator("[data-verify=signed]").inner_text() == SIGNER
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert accessible(tab) == []


@pytest.mark.browser
def test_a_fault_is_told_in_one_line_and_nothing_else_is_promised(tab: Any, archive: Any) -> None:
    choose(tab, archive())
    expect(verdict(tab)).to_have_text("Alles klopt.")
    choose(tab, archive({"superseded": lambda _: b""}))
    expect(verdict(tab)).to_have_text("FOUT superseded: superseded.txt: er ontbreekt 1 bewijs")
    assert not tab.get_by_role("heading", name="De uitslag per wijk").is_visible()
    assert not tab.get_by_label("Uw ontvangstbewijs").is_visible()
    assert accessible(tab) == []
    choose(tab, VERIFIER / "page.js")
    expect(verdict(tab)).to_have_text("FOUT archive: het bestand is geen ZIP")


@pytest.mark.browser
def test_a_rule_that_the_page_does_not_count_is_said(tab: Any, archive: Any) -> None:
    def lottery(result: Any) -> Any:
        result["pots"][0]["rule"] = "loterij"
        return result

    choose(tab, archive({"result": lottery}))
    expect(verdict(tab)).to_contain_text("Niet alles is nageteld")
    assert "Deze regel telt deze pagina niet na" in tab.locator(".wb-verify__pot").first.inner_text()


@pytest.mark.browser
def test_the_key_of_the_municipality_is_compared_when_it_is_filled_in(tab: Any, archive: Any) -> None:
    choose(tab, archive())
    expect(verdict(tab)).to_have_text("Alles klopt.")
    tab.get_by_text("Ook nagaan wie de uitslag tekende").click()
    tab.get_by_label("Sleutel van de gemeente").fill(OTHER_KEY.public_key().public_bytes_raw().hex())
    tab.get_by_role("button", name="Controleer met deze sleutel").click()
    expect(verdict(tab)).to_contain_text("FOUT result-signature: ")
    tab.get_by_label("Sleutel van de gemeente").fill("abc")
    tab.get_by_role("button", name="Controleer met deze sleutel").click()
    expect(tab.locator("[data-verify=progress]")).to_contain_text("64 tekens")


@pytest.mark.browser
def test_a_voter_finds_the_own_receipt_and_an_older_board_is_compared(
    tab: Any, archive: Any, tmp_path: Path
) -> None:
    boards: list[bytes] = []
    choose(tab, archive({"board": lambda data: boards.append(data) or data}))
    expect(verdict(tab)).to_have_text("Alles klopt.")
    found = tab.locator("[data-verify=found]")
    for receipt, words in (
        (sha256(ballot_text("F01", NORTH[0], 0))[:20], "Dit stembiljet telt mee"),
        (sha256(ballot_text("F01", [3], 200)), "daarna is opnieuw gestemd"),
        ("0" * 20, "staat niet op het bord"),
        ("hallo", "Dit is geen ontvangstbewijs"),
    ):
        tab.get_by_label("Uw ontvangstbewijs").fill(receipt)
        tab.get_by_label("Uw ontvangstbewijs").press("Enter")
        expect(found).to_contain_text(words)
    for number, (data, words) in enumerate(
        (
            (boards[0][: boards[0].index(b"\n") + 1], "Er is niets veranderd"),
            (boards[0].replace(b"Noord", b"Zuid!"), "FOUT verify-diff: regel 1 "),
        )
    ):
        older = tmp_path / f"board-{number}.jsonl"
        older.write_bytes(data)
        tab.get_by_label("Bord dat u eerder bewaarde").set_input_files(older)
        expect(tab.locator("[data-verify=grown]")).to_contain_text(words)


@pytest.mark.browser
def test_an_archive_can_be_dropped_on_the_page(tab: Any, archive: Any) -> None:
    data = list(archive().read_bytes())
    dropped = tab.evaluate_handle(
        """bytes => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "archief.zip"));
          return carried;
        }""",
        data,
    )
    tab.dispatch_event("[data-verify=drop]", "drop", {"dataTransfer": dropped})
    expect(verdict(tab)).to_have_text("Alles klopt.")


def test_without_javascript_the_page_says_what_to_do_instead(client: FlaskClient) -> None:
    page = Visitor(client).get("/natellen")
    assert page.status == 200
    assert "Deze pagina werkt alleen met JavaScript" in page.text
    assert "verify.py" in page.text and "wijkbudget verify" in page.text


def test_the_modules_name_no_other_host_and_send_nothing() -> None:
    for module in VERIFIER.rglob("*.js"):
        text = module.read_text("utf-8")
        for word in ("fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "localStorage"):
            assert word not in text, (module.name, word)
