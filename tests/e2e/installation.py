"""A new installation in an empty folder, run with the product's own commands and served by its own server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE_SECONDS = 60


class Installation:
    """The command `wijkbudget` with settings of its own, and the server when it is started."""

    def __init__(self, folder: Path, smtp_port: int) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WIJKBUDGET_")}
        self.environment = kept | {
            "WIJKBUDGET_INSTANCE": str(folder / "instance"),
            "WIJKBUDGET_PORT": str(self.port),
            "WIJKBUDGET_BASE_URL": self.url,
            "WIJKBUDGET_MUNICIPALITY": "Voorbeeldstad",
            "WIJKBUDGET_SMTP_HOST": "127.0.0.1",
            "WIJKBUDGET_SMTP_PORT": str(smtp_port),
            "WIJKBUDGET_MAIL_FROM": "wijkbudget@voorbeeld.example",
            # For the clock that a test can move; nothing is seeded.
            "WIJKBUDGET_DEMO": "true",
        }
        self.server: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str:
        """Run one command; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "wijkbudget", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"wijkbudget {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.log = (self.folder / "server.log").open("wb")
        command = [sys.executable, "-m", "wijkbudget", "run"]
        self.server = subprocess.Popen(
            command, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            assert self.server.poll() is None, (self.folder / "server.log").read_text()
            try:
                urllib.request.urlopen(self.url, timeout=5).close()  # noqa: S310  (our own address)
                return
            except urllib.error.URLError:
                time.sleep(0.2)
        raise AssertionError("the server does not answer")

    def stop(self) -> str:
        """Stop the server as an administrator would; what it wrote."""
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(timeout=60)
            self.log.close()
        return (self.folder / "server.log").read_text()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
