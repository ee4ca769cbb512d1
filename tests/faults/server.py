"""The real server in processes of its own, that a test kills one by one; and voters who send their forms to it."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from queue import Empty, Queue
from threading import Semaphore
from typing import Any
from urllib.parse import urlencode

from tests.e2e.installation import free_port
from tests.faults.forks import FORKS
from tests.faults.running_vote import Paper, RunningVote
from tests.faults.serve import serve
from wijkbudget import edge

PATIENCE_SECONDS = 60.0
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Host": "wijkbudget.test"}


def wait_until(true: Callable[[], object], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is true; fail after a while, saying what was waited for."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


@dataclass(frozen=True)
class Answer:
    """What a browser got: the status and the page, and the receipt that the browser knows from now on."""

    status: int
    page: str
    receipt: str | None = None


class Server:
    """gunicorn with its workers and the loop of the boards beside it, on the database of the test."""

    def __init__(self, vote: RunningVote, folder: Path) -> None:
        self.vote, self.port, self.deaths, self.log = vote, free_port(), folder / "deaths", folder / "log"
        self.deaths.mkdir(exist_ok=True)
        settings = edge.settings()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WIJKBUDGET_")}
        self.environment = kept | {
            "WIJKBUDGET_INSTANCE": str(settings.instance),
            "WIJKBUDGET_DATABASE_URL": settings.database_url,
            "WIJKBUDGET_SECRET_KEY": settings.secret_key,
            "WIJKBUDGET_BASE_URL": settings.base_url,
            "WIJKBUDGET_PORT": str(self.port),
        }
        self.process: Any = None

    def start(self, *, loops: bool = False) -> None:
        """Start it, and wait until it answers; with `loops` the boards are kept beside it."""
        given = (self.environment, self.vote.scene.clock(), self.deaths, self.log, loops)
        self.process = FORKS.Process(target=serve, args=given)
        self.process.start()
        wait_until(self.answers, f"the server answers; {self.log}")

    def answers(self) -> bool:
        """Whether the home page comes."""
        answer = self.get("/rondes")
        return answer is not None and answer.status == 200

    def workers(self) -> list[int]:
        """The workers that live now: children of the server with its own command line."""
        own = _words(self.process.pid)
        return [pid for pid in _children(self.process.pid) if own and _words(pid) == own]

    def kill_worker(self) -> int:
        """kill -9 of one worker; its pid."""
        wait_until(self.workers, "a worker lives")
        pid = self.workers()[0]
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all(self) -> None:
        """kill -9 of the server, its workers and its loops."""
        family = _children(self.process.pid)
        self.process.kill()
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.join(10)
        wait_until(lambda: not any(_words(pid) for pid in family), "everything is dead", seconds=10)

    def stop(self) -> None:
        """Stop it as an administrator would; kill what does not stop."""
        if not self.process.is_alive():
            return
        self.process.terminate()
        self.process.join(30)
        if self.process.is_alive():
            self.kill_all()

    def get(self, path: str) -> Answer | None:
        """A page, or None when the connection was lost."""
        return self._send("GET", path, "", "")

    def cast(self, paper: Paper) -> Answer | None:
        """Send the form of the check page, or None when the connection was lost."""
        return self._send("POST", "/stemmen/uitbrengen", paper.cookie, urlencode(paper.fields))

    def _send(self, method: str, path: str, cookie: str, body: str) -> Answer | None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, HEADERS | {"Cookie": f"wijkbudget={cookie}"})
            response = connection.getresponse()
            page = response.read().decode()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        given = SimpleCookie(response.headers.get("Set-Cookie", "")).get("wijkbudget")
        in_hand = response.status == 303 and given is not None
        return Answer(response.status, page, self.vote.receipt_in(given.value) if in_hand and given else None)


class Voters:
    """A few browsers at once that send their forms; who gets no answer, or a bad one, lets it be.

    After the `first` so many they stop, until `wait` lets them send the rest.
    """

    def __init__(
        self, server: Server, papers: list[Paper], *, first: int | None = None, browsers: int = 4
    ) -> None:
        self.server, self.answers = server, dict[str, list[Answer | None]]()
        self._turns = Semaphore(len(papers) if first is None else first)
        self._more = len(papers) + browsers
        self._queue: Queue[Paper] = Queue()
        for paper in papers:
            self._queue.put(paper)
        self._threads = [threading.Thread(target=self._send_all, daemon=True) for _ in range(browsers)]

    @property
    def acknowledged(self) -> dict[str, str]:
        """For every form that was answered with a receipt: the receipt."""
        return {
            form: answer.receipt
            for form, answers in list(self.answers.items())
            for answer in answers
            if answer is not None and answer.receipt is not None
        }

    @property
    def sent(self) -> int:
        """How many forms were sent."""
        return len(self.answers)

    def bad(self) -> list[Answer]:
        """The answers that were pages without a receipt."""
        return [a for answers in self.answers.values() for a in answers if a is not None and not a.receipt]

    def start(self) -> "Voters":
        """Begin sending."""
        for thread in self._threads:
            thread.start()
        return self

    def wait(self) -> None:
        """Let them send what is left, and wait until every form was sent."""
        self._turns.release(self._more)
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads), "a browser is stuck"

    def _send_all(self) -> None:
        while self._turns.acquire(timeout=PATIENCE_SECONDS):
            try:
                paper = self._queue.get_nowait()
            except Empty:
                return
            answers = self.answers.setdefault(paper.form.number, [])
            answers.append(self.server.cast(paper))
            if len(self.answers) % 5 == 0:  # an impatient one, who presses the button once more
                answers.append(self.server.cast(paper))


@contextmanager
def served(vote: RunningVote, folder: Path, *, loops: bool = False) -> Iterator[Server]:
    """A running server, that is gone afterwards."""
    server = Server(vote, folder)
    server.start(loops=loops)
    try:
        yield server
    finally:
        server.stop()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _words(pid: int) -> bytes:
    """The command line of a process; empty for one that is gone or waits to be buried."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
