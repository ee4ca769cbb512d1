"""Take the pictures of the README from a fresh demonstration: `make screenshots`."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import chromium
from tests.e2e.installation import free_port

HERE = Path(__file__).parent
PATIENCE_SECONDS = 120


def main() -> None:
    """Serve a demonstration in a temporary folder and take each picture."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"WIJKBUDGET_INSTANCE": folder, "WIJKBUDGET_PORT": str(port)}
        command = [sys.executable, "-m", "wijkbudget", "demo"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(address)
            with chromium() as browser:
                take_result(browser.new_page(viewport={"width": 1280, "height": 1000}), address)
                take_ballot(browser.new_page(viewport={"width": 390, "height": 844}), address)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.URLError:
            time.sleep(0.5)
    raise SystemExit("the demonstration does not answer")


def take_result(page: Page, address: str) -> None:
    """The public result of a wijk."""
    page.goto(address)
    page.get_by_role("link", name="Wijkbudget Oude Stad").first.click()
    if "uitslag" not in page.url:
        page.goto(page.url + "/uitslag")
    page.screenshot(path=HERE / "uitslag-1280.png")


def take_ballot(page: Page, address: str) -> None:
    """The ballot of the demonstration's resident, with two plans ticked."""
    page.goto(f"{address}/stemmen")
    page.get_by_label("E-mailadres").first.fill("inwoner@voorbeeld.example")
    page.get_by_label("Postcode").fill("2099 NA")
    page.get_by_label("Huisnummer").fill("12")
    page.get_by_role("button", name="Vraag stemlink aan").click()
    page.wait_for_url("**/aangevraagd")
    page.goto(f"{address}/demo/mail")
    page.locator("a[href*='/stemmen/link/']").first.click()
    page.get_by_role("button", name="Begin met stemmen").click()
    page.wait_for_url("**/biljet")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.evaluate("document.querySelector('fieldset').scrollIntoView()")
    page.screenshot(path=HERE / "stembiljet-390.png")


if __name__ == "__main__":
    main()
