"""Starting the server: it refuses in one line what would not work, and stops when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.e2e.installation import free_port
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.config import load_settings
from wijkbudget.demo.seed import SEEDED
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.services.write_audit import write_audit

PRODUCTION = {
    "WIJKBUDGET_BASE_URL": "https://wijkbudget.voorbeeld.example",
    "WIJKBUDGET_SMTP_HOST": "127.0.0.1",
    "WIJKBUDGET_MAIL_FROM": "wijkbudget@voorbeeld.example",
}


def test_run_names_every_setting_that_it_misses(wijkbudget: Command) -> None:
    refusal = wijkbudget("run").refusal
    for name in PRODUCTION:
        assert name in refusal


def test_a_port_in_use_is_named_before_anything_is_made(
    wijkbudget: Command, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert f"port {port} on 127.0.0.1 is in use" in wijkbudget("demo").refusal
    assert not (instance / "wijkbudget.sqlite").exists()


def test_a_host_that_is_not_ours_is_named(wijkbudget: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIJKBUDGET_HOST", "192.0.2.1")
    assert "WIJKBUDGET_HOST" in wijkbudget("demo").refusal


def test_the_demo_leaves_a_database_in_use_alone(wijkbudget: Command, ready: Path) -> None:
    words = ("--email", "echt@voorbeeld.example", "--name", "Echt", "--role", "official")
    wijkbudget("user", "create", *words, "--password", "een lang wachtwoord")
    assert "al in gebruik" in wijkbudget("demo", "--seed-only").refusal


def test_the_demo_is_not_run_as_a_real_service(
    wijkbudget: Command, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**PRODUCTION, "WIJKBUDGET_PORT": str(free_port())}.items():
        monkeypatch.setenv(name, value)
    app = create_app(load_settings(os.environ, ready))
    with app.app_context():
        with edge.transaction() as session:
            write_audit(session, edge.now(), SYSTEM, SEEDED, "demo")
        edge.db.engine.dispose()
    assert "demonstration" in wijkbudget("run").refusal


def test_a_mail_loop_that_dies_is_started_again_and_ends_with_the_server(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"WIJKBUDGET_PORT": str(free_port()), "WIJKBUDGET_SMTP_PORT": str(free_port())}
    for name, value in {**PRODUCTION, **settings, "WIJKBUDGET_WORKERS": "1"}.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-m", "wijkbudget", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        first = wait_for_mail_loop(server, other_than=0)
        os.kill(first, signal.SIGKILL)
        second = wait_for_mail_loop(server, other_than=first)
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=60)
    finally:
        server.kill()
        server.wait()
    assert server.returncode == 0 and "Traceback" not in said, said
    assert said.count("De mailbezorging is gestopt") == 1, said
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def wait_for_mail_loop(server: "subprocess.Popen[str]", *, other_than: int) -> int:
    """The process that delivers the mail of this server, once there is one."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        children = Path(f"/proc/{server.pid}/task").glob("*/children")
        for pid in (int(pid) for listed in children for pid in listed.read_text().split()):
            with suppress(FileNotFoundError):
                words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
                if words[3:6] == ["mail", "send", "--loop"] and pid != other_than:
                    return pid
        time.sleep(0.3)
    raise AssertionError("no mail loop is running")


def test_the_server_answers_and_stops_on_sigterm(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    for name, value in {**PRODUCTION, "WIJKBUDGET_PORT": str(port), "WIJKBUDGET_WORKERS": "1"}.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-m", "wijkbudget", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        end, status = time.monotonic() + 60, 0
        while not status and time.monotonic() < end and server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    status = answer.status
            except urllib.error.URLError:
                time.sleep(0.2)
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=40)
    finally:
        server.kill()
        server.wait()
    assert status == 200, said
    assert server.returncode == 0 and "Traceback" not in said, said


def test_a_malformed_request_gets_400_and_leaves_nothing_of_itself_in_the_log(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    for name, value in {**PRODUCTION, "WIJKBUDGET_PORT": str(port), "WIJKBUDGET_WORKERS": "1"}.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-m", "wijkbudget", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    chunked = b"POST /stemmen HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n\r\nZZ\r\ngeheim\r\n"
    try:
        wait_until_open(server, port)
        for request in (
            b"GET /stemmen/link/geheim\r\n\r\n",
            b"GET / HTTP/1.1\r\nge heim: x\r\n\r\n",
            chunked + form,
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                line.sendall(request)
                assert b" 400 " in line.recv(200), request
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=60)
    finally:
        server.kill()
        server.wait()
    assert "geheim" not in said and "Traceback" not in said, said


def wait_until_open(server: "subprocess.Popen[str]", port: int) -> None:
    """Wait until the server takes connections."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError("the server takes no connections")
