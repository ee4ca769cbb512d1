"""A real browser for tests: Debian's Chromium, driven by Playwright. Missing in CI is a failure, elsewhere a loud skip."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = (
    os.environ.get("WIJKBUDGET_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
# Without these the browser calls its maker at every start; a test talks to this machine only.
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium without a window."""
    if CHROMIUM is None:
        message = "browser tests SKIPPED: no chromium on this machine (make test installs it when it may)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # A loaded machine may take its time; a page that never comes still fails.
    expect.set_options(timeout=20_000)
    sandbox = () if hasattr(os, "geteuid") and os.geteuid() else ("--no-sandbox",)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        try:
            yield launched
        finally:
            launched.close()
