"""Browser and system in a few words, for the list of where somebody is logged in."""

import pytest

from wijkbudget.domain.account_session import AccountSession
from wijkbudget.web.device import BROWSERS, SYSTEMS, device_of

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge op Windows"),
        (f"{MAC} Chrome/140.0.0.0 Safari/537.36", "Chrome op Mac"),
        (f"{MAC} Version/18.0 Safari/605.1.15", "Safari op Mac"),
        (f"{PHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari op iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox op Android"),
        ("curl/8.5", "Onbekende browser"),
        ("", "Onbekende browser"),
        ("<script>Linux", "Onbekende browser op Linux"),
    ],
)
def test_a_device_is_told_in_words(told: str, words: str) -> None:
    assert device_of(told) == words


def test_no_device_is_longer_than_its_column() -> None:
    longest = max(device_of(f"{browser} {system}") for browser, _ in BROWSERS for system, _ in SYSTEMS)
    assert len(longest) <= AccountSession.__table__.c.device.type.length  # type: ignore[attr-defined]
