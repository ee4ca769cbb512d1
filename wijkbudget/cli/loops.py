"""What runs beside the server: mail and boards, each a process of its own, started again whenever it stops."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click

from wijkbudget.config import Settings

BESIDE = click.option("--beside", type=int, hidden=True, help="End with this process.")
STOPPED = {"mail": "De mailbezorging is gestopt.", "board": "Het bijwerken van de borden is gestopt."}
LOOK_SECONDS, RESTART_SECONDS, STOP_SECONDS = 1.0, 5.0, 30.0


def is_left_alone(beside: int | None) -> bool:
    """Whether the process that started this loop is gone; never for a loop that was started by hand."""
    return beside is not None and os.getppid() != beside


@contextmanager
def mail_loop(settings: Settings) -> Iterator[None]:
    """Deliver mail beside the server, when there is a mail server; in the demo the outbox page shows it."""
    if not settings.smtp_ready:
        click.echo("  geen mailserver ingesteld (WIJKBUDGET_SMTP_HOST): mail blijft in de demo-mail staan\n")
        yield
        return
    with _beside("mail", "send"):
        yield


@contextmanager
def board_loop() -> Iterator[None]:
    """Put receipts on the public boards beside the server."""
    with _beside("board", "batch"):
        yield


@contextmanager
def _beside(*words: str) -> Iterator[None]:
    """Keep a command of this program running with `--loop` until the server ends."""
    server, stop = os.getpid(), Event()
    watcher = Thread(target=_keep_running, args=(words, stop), name=" ".join(words), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        if os.getpid() == server:  # and not a worker, which leaves this block too when it ends
            stop.set()
            watcher.join(STOP_SECONDS + LOOK_SECONDS)


def _keep_running(words: tuple[str, ...], stop: Event) -> None:
    """Run the loop until `stop`; when it ends before that, say so and start it again."""
    while not stop.is_set():
        # In a session of its own, so that Ctrl+C reaches only us: we let it finish what it has in its hands.
        command = [sys.executable, "-m", "wijkbudget", *words, "--loop", "--beside", str(os.getpid())]
        loop = subprocess.Popen(command, start_new_session=True)
        while loop.poll() is None and not stop.wait(LOOK_SECONDS):
            pass
        if stop.is_set():
            _end(loop)
            return
        click.echo(f"{STOPPED[words[0]]} Dat start over {RESTART_SECONDS:.0f} seconden opnieuw.", err=True)
        stop.wait(RESTART_SECONDS)


def _end(loop: "subprocess.Popen[bytes]") -> None:
    loop.send_signal(signal.SIGTERM)
    try:
        loop.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        loop.kill()  # what it held is claimed again when its lease ends
