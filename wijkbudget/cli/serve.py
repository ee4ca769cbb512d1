"""`wijkbudget run` and `wijkbudget demo`: serve the web application, with the mail loop beside it."""

import errno
import logging
import os
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from gunicorn.app.base import BaseApplication

from wijkbudget import edge
from wijkbudget.cli.install import migrate
from wijkbudget.cli.loops import board_loop, mail_loop
from wijkbudget.config import Settings, SettingsError, require_production
from wijkbudget.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, DEMO_VOTERS
from wijkbudget.demo.sealed_vote import play_sealed_vote
from wijkbudget.demo.seed import is_demo, seed_demo


class WithoutRequestLines(logging.Filter):
    """Keeps addresses of requests out of the server's log: some of them are voting links."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the fault through, without the request that it came with."""
        if "request" in str(record.msg):
            record.msg, record.args = "a request could not be handled", ()
        return True


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around our application, with settings from ours instead of a file."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.wijkbudget, self.settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        """Threads for waiting on the database, few workers; access logs stay off, since they hold addresses."""
        logging.getLogger("gunicorn.error").addFilter(WithoutRequestLines())
        for name, value in {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": self.settings.workers,
            "worker_class": "gthread",
            "threads": 4,
            "timeout": 120,
            "graceful_timeout": 20,
            # Its warnings quote malformed requests, and with them voting links.
            "loglevel": "error",
            "control_socket_disable": True,
            # Which proxies are believed is for WIJKBUDGET_TRUSTED_PROXIES alone.
            "forwarded_allow_ips": "",
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made before the workers are forked."""
        return self.wijkbudget


@click.command()
@with_appcontext
def run() -> None:
    """Start de website, met de instellingen uit WIJKBUDGET_*."""
    settings = edge.settings()
    require_production(settings)
    require_free_port(settings)
    migrate()
    if settings.demo:
        click.echo("WIJKBUDGET_DEMO staat aan: iedereen kan de uitgaande mail lezen.", err=True)
    elif is_demo(edge.session()):
        raise SettingsError(
            f"WIJKBUDGET_INSTANCE: {settings.instance} holds the demonstration, whose passwords everybody knows. "
            "Choose another folder or database, or start it with: wijkbudget demo"
        )
    click.echo(f"wijkbudget luistert op http://{settings.host}:{settings.port}")
    _serve(settings)


@click.command()
@click.option("--seed-only", is_flag=True, help="Maak de demo, maar start de website niet.")
@click.option(
    "--archive",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Speel alleen een kleine verzegelde stemming, en schrijf haar archief in dit ZIP-bestand.",
)
@click.pass_context
def demo(context: click.Context, seed_only: bool, archive: Path | None) -> None:
    """Start een demonstratie met verzonnen mensen en plannen. Gegevens blijven bewaard."""
    os.environ["WIJKBUDGET_DEMO"] = "true"
    if archive is not None:
        _write_archive(context, archive)
        return
    app = context.ensure_object(ScriptInfo).load_app()
    with app.app_context():
        settings = edge.settings()
        if not seed_only:
            require_free_port(settings)
        migrate()
        if not is_demo(edge.session()):
            click.echo("De demo wordt gemaakt. Dit duurt een halve minuut.")
            seed_demo()
        if seed_only:
            return
        _say_where(settings)
        _serve(settings)


def _write_archive(context: click.Context, path: Path) -> None:
    """Play a vote in a database of its own, which is gone afterwards."""
    with TemporaryDirectory(prefix="wijkbudget-") as folder:
        os.environ["WIJKBUDGET_INSTANCE"], os.environ["WIJKBUDGET_DATABASE_URL"] = folder, ""
        with context.ensure_object(ScriptInfo).load_app().app_context():
            migrate()
            content = play_sealed_vote()
            edge.db.engine.dispose()
    path.write_bytes(content)
    click.echo(f"Geschreven: {path}. Controleer het met: wijkbudget verify {path}")


def _say_where(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    lines = ["", f"  wijkbudget  {address}", f"  demo-mail   {address}/demo/mail", ""]
    lines += [f"  {a.role_label:<30} {a.email:<28} {DEMO_PASSWORD}" for a in DEMO_ACCOUNTS]
    lines += ["", "  stemmen zonder account, op /stemmen"]
    lines += [f"  {voter.role_label:<30} {voter.email:<28} {voter.address}" for voter in DEMO_VOTERS]
    lines += ["", f"  gegevens in {settings.instance.resolve()}", "  stoppen met Ctrl+C", ""]
    click.echo("\n".join(lines))
    sys.stdout.flush()


def require_free_port(settings: Settings) -> None:
    """Raise SettingsError when we cannot listen where the settings say."""
    where = f"port {settings.port} on {settings.host}"
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((settings.host, settings.port), family=family).close()
    except socket.gaierror as error:
        raise SettingsError(
            f"WIJKBUDGET_HOST: {settings.host} is not an address of this machine: {error.strerror}"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"PORT (or WIJKBUDGET_PORT): {where} is in use. Choose another: PORT=5001"
            ) from None
        raise SettingsError(
            f"WIJKBUDGET_HOST, PORT (or WIJKBUDGET_PORT): {where} cannot be used: {error.strerror}"
        ) from None


def _serve(settings: Settings) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # Connections must not be shared between processes: the workers open their own.
    edge.db.session.close()
    edge.db.engine.dispose()
    with board_loop(), mail_loop(settings):
        sys.argv = sys.argv[:1]
        Server(app, settings).run()
