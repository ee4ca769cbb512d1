"""The mail loop beside the server: a process of its own, started again whenever it stops."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click

from wijkbudget.config import Settings

LOOK_SECONDS, RESTART_SECONDS, STOP_SECONDS = 1.0, 5.0, 30.0


@contextmanager
def mail_loop(settings: Settings) -> Iterator[None]:
    """Deliver mail beside the server, when there is a mail server; in the demo the outbox page shows it."""
    if not settings.smtp_ready:
        click.echo("  geen mailserver ingesteld (WIJKBUDGET_SMTP_HOST): mail blijft in de demo-mail staan\n")
        yield
        return
    server, stop = os.getpid(), Event()
    watcher = Thread(target=_keep_running, args=(stop,), name="mail-loop", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        if os.getpid() == server:  # and not a worker, which leaves this block too when it ends
            stop.set()
            watcher.join(STOP_SECONDS + LOOK_SECONDS)


def _keep_running(stop: Event) -> None:
    """Run the loop until `stop`; when it ends before that, say so and start it again."""
    while not stop.is_set():
        # In a session of its own, so that Ctrl+C reaches only us: we let it finish the mail in its hands.
        command = [sys.executable, "-m", "wijkbudget", "mail", "send", "--loop"]
        loop = subprocess.Popen(command, start_new_session=True)
        while loop.poll() is None and not stop.wait(LOOK_SECONDS):
            pass
        if stop.is_set():
            _end(loop)
            return
        click.echo(
            f"De mailbezorging is gestopt. Zij start over {RESTART_SECONDS:.0f} seconden opnieuw.", err=True
        )
        stop.wait(RESTART_SECONDS)


def _end(loop: "subprocess.Popen[bytes]") -> None:
    loop.send_signal(signal.SIGTERM)
    try:
        loop.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        loop.kill()  # what it held is claimed again when its lease ends
