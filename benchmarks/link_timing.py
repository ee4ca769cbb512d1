"""Whether the time of “send me a link” tells who is on the roll: known and unknown addresses, in turns, on a real server.

.venv/bin/python -m benchmarks.link_timing [--each 400] [--control]

Prints the AUC: the chance that a known address took longer than an unknown one. One half tells nothing. Exit 1 outside
0.45 to 0.55. `--control` lets the website look requests up itself, as the demonstration without a mail server does: it
shows that the measurement would see a difference.
"""

import argparse
import bisect
import re
import secrets
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.conftest import FakeClock
from tests.e2e.installation import Installation
from tests.e2e.mailbox import Mailbox
from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.config import load_settings

LOW, HIGH, WARM_UP = 0.45, 0.55, 20


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--each", type=int, default=400, help="requests of each kind")
    parser.add_argument("--control", action="store_true", help="look requests up in the website")
    chosen = parser.parse_args()
    mailbox = Mailbox()
    mailbox.controller.start()
    with tempfile.TemporaryDirectory(prefix="wijkbudget-timing-") as folder:
        installation = Installation(Path(folder), mailbox.port)
        installation.environment["WIJKBUDGET_LINKS_PER_NETWORK"] = str(10 * (chosen.each + WARM_UP))
        if chosen.control:
            del installation.environment["WIJKBUDGET_SMTP_HOST"]
        installation.run("init")
        prepare(installation, chosen.each + WARM_UP)
        installation.start()
        try:
            known, unknown = measure(installation, chosen.each)
        finally:
            installation.stop()
            mailbox.controller.stop()
    found = auc(known, unknown)
    for name, times in (("known", known), ("unknown", unknown)):
        print(f"{name:<8} median {statistics.median(times):7.3f} ms   mean {statistics.fmean(times):7.3f} ms")
    print(f"mails    {len(mailbox.received)}")
    print(f"AUC      {found:.3f}   ({len(known)} known and {len(unknown)} unknown addresses)")
    return 0 if LOW <= found <= HIGH else 1


def prepare(installation: Installation, voters: int) -> None:
    """A round in which so many people vote now."""
    given = {name: value for name, value in installation.environment.items() if name.startswith("WIJKBUDGET")}
    clock = FakeClock()
    app = create_app(load_settings(given, Path(installation.environment["WIJKBUDGET_INSTANCE"])), clock=clock)
    with app.app_context():
        scene, now = Scene(clock), edge.system_clock()
        budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=voters)
        with scene.edit(budget_round):
            for field, days in (
                ("submission_opens_at", -30),
                ("submission_closes_at", -20),
                ("voting_opens_at", -1),
                ("voting_closes_at", 7),
            ):
                setattr(budget_round, field, now + timedelta(days=days))
        edge.db.engine.dispose()


def measure(installation: Installation, each: int) -> tuple[list[float], list[float]]:
    """The times in milliseconds for known and for unknown addresses. In each pair chance says which comes first."""
    times: dict[bool, list[float]] = {True: [], False: []}
    visitor = Visitor(installation.port)
    for number in range(1, each + WARM_UP + 1):
        first = bool(secrets.randbelow(2))
        for on_the_roll in (first, not first):
            name = "kiezer" if on_the_roll else "iemand"
            taken = visitor.ask(f"{name}{number}@voorbeeld.example", number)
            if number > WARM_UP:
                times[on_the_roll].append(taken)
    return times[True], times[False]


class Visitor:
    """A browser that keeps its connection, its cookie and the form open."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.connection.request("GET", "/stemmen")
        answer = self.connection.getresponse()
        page = answer.read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        cookie = answer.getheader("Set-Cookie")
        assert answer.status == 200, page[:300]
        assert token is not None
        assert cookie is not None
        self.token, self.cookie = token[1], cookie.partition(";")[0]

    def ask(self, email: str, house_number: int) -> float:
        """Ask for a link; how long the answer took, in milliseconds."""
        fields = {
            "email": email,
            "postcode": "2000AA",
            "house_number": house_number,
            "csrf_token": self.token,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        body = urlencode(fields)
        begun = time.perf_counter_ns()
        self.connection.request("POST", "/stemmen", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        taken = time.perf_counter_ns() - begun
        assert answer.status == 303, answer.status
        return taken / 1_000_000


def auc(larger: list[float], smaller: list[float]) -> float:
    """The chance that one of the first is larger than one of the second; ties count half."""
    ordered = sorted(smaller)
    below = sum(bisect.bisect_left(ordered, x) + bisect.bisect_right(ordered, x) for x in larger)
    return below / (2 * len(larger) * len(smaller))


if __name__ == "__main__":
    sys.exit(main())
