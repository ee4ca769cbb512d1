"""The ballot in a real browser, on the real pages and under their own policy."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser import chromium
from tests.scene import Scene, cast_choices
from wijkbudget import edge
from wijkbudget.domain.budget_round import BallotType
from wijkbudget.domain.electoral_roll import RollEntry

pytestmark = pytest.mark.browser

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}


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
def tab(site: str, scene: Scene) -> Iterator[Any]:
    """A browser tab of a phone that fails the test when a script fails or the policy blocks something.

    The browser stops before the application does: its event loop would be in the way of the application's end.
    """
    faults: list[str] = []
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
        yield page
    assert faults == []


def press(tab: Any, name: str) -> None:
    """Press a button that leads to another page, and wait until that page and its scripts are there."""
    with tab.expect_navigation():
        tab.get_by_role("button", name=name, exact=True).click()


def begin(tab: Any, site: str, scene: Scene) -> None:
    entry = edge.session().exec(select(RollEntry.id).order_by(RollEntry.id)).first()
    tab.goto(f"{site}/stemmen/link/{scene.link(entry)[0]}")
    press(tab, "Begin met stemmen")


def cast(tab: Any) -> list[int]:
    """Go on, cast, and read the ballot that is in the box."""
    press(tab, "Verder naar controleren")
    press(tab, "Stem")
    assert tab.locator("h1").inner_text() == "Uw stem is ontvangen"
    (chosen,) = cast_choices()
    return chosen


def test_a_ranking_made_by_buttons_and_dragging_is_the_one_that_is_cast(
    tab: Any, site: str, scene: Scene
) -> None:
    rules = {"ballot_type": BallotType.RANKING, "counting_rule": "schulze"}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    tree, square, bench = [plan.id for plan in plans]
    begin(tab, site, scene)
    for name in ("Bomen", "Plein", "Bank"):
        tab.get_by_role("button", name=f"Kies {name}").click()
    tab.get_by_role("button", name="Hoger Plein").click()
    handle = "[data-project='{}'] [data-handle]"
    tab.locator(handle.format(bench)).drag_to(tab.locator(handle.format(square)))
    tab.wait_for_function(f"document.querySelector('[data-ranked] > *').dataset.project === '{bench}'")
    assert cast(tab) == [bench, square, tree]


def test_the_meter_of_a_capped_ballot_follows_the_ticks_and_the_server_has_the_last_word(
    tab: Any, site: str, scene: Scene
) -> None:
    rules = {"ballot_type": BallotType.CAPPED_APPROVAL, "budget": 8_000_00}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    square, bench = plans[1].id, plans[2].id
    begin(tab, site, scene)
    total, over = tab.locator("[data-running-total]"), tab.locator("[data-over-budget]")
    tab.get_by_label("Bomen").check()
    assert total.inner_text() == "€\u00a06.000 gekozen van €\u00a08.000"
    assert tab.locator("[data-meter]").get_attribute("width") == "750"
    tab.get_by_label("Bank").check()
    assert over.is_visible()
    press(tab, "Verder naar controleren")
    assert "Dat is meer dan het budget" in tab.locator(".wb-error-summary").inner_text()
    assert tab.get_by_label("Bomen").is_checked()
    tab.get_by_label("Bomen").uncheck()
    tab.get_by_label("Plein").check()
    assert over.is_hidden()
    assert cast(tab) == [square, bench]


def test_reading_a_plan_in_its_own_tab_does_not_lose_the_choice(tab: Any, site: str, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    bench = plans[2].id
    begin(tab, site, scene)
    tab.get_by_label("Bank").check()
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name="Lees het plan Bank").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{site}/plannen/{bench}"
    assert opened.value.evaluate("document.referrer") == ""
    opened.value.close()
    assert tab.get_by_label("Bank").is_checked()
    assert cast(tab) == [bench]


def test_no_screen_of_the_vote_is_wider_than_a_phone(tab: Any, site: str, scene: Scene) -> None:
    long = {"Fietstunnelkunstwerkverlichtingsarmaturenvervangingsprogramma": 6000, "Bank": 3000}
    scene.voting_round(scene.wijk("Fictiewijk-Waarderpolder-Zuidoost"), long)
    seen = []

    def measure() -> None:
        seen.append((tab.url.split("/")[4:5], tab.evaluate("document.documentElement.scrollWidth")))

    tab.goto(f"{site}/stemmen")
    measure()
    press(tab, "Vraag stemlink aan")
    measure()
    tab.goto(f"{site}/stemmen/aangevraagd")
    measure()
    begin(tab, site, scene)
    tab.locator("input[type=checkbox]").first.check()
    measure()
    press(tab, "Verder naar controleren")
    measure()
    press(tab, "Stem")
    measure()
    assert {width for _, width in seen} == {390}, seen
