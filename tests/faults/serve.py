"""The product's own server with a clock that stands still, and with workers that die when they must."""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.cli.serve import Server, _serve

CAST = "/stemmen/uitbrengen"


class DiesBeforeAnswering:
    """The application. For every file in the folder `deaths` a worker dies with a vote stored and its answer not sent."""

    def __init__(self, application: Callable[..., Iterable[bytes]], deaths: Path) -> None:
        self.application, self.deaths = application, deaths

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.application(environ, start)
        if environ["PATH_INFO"] == CAST:
            for death in self.deaths.iterdir():
                with suppress(FileNotFoundError):
                    death.unlink()
                    os.kill(os.getpid(), signal.SIGKILL)
        return answer


def serve(environment: dict[str, str], instant: datetime, deaths: Path, log: Path, loops: bool) -> None:
    """Serve until told to stop; with `loops` as `wijkbudget run` does, with what runs beside the server."""
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    app = create_app(clock=lambda: instant)
    app.wsgi_app = DiesBeforeAnswering(app.wsgi_app, deaths)  # type: ignore[method-assign]
    with app.app_context():
        if loops:
            _serve(edge.settings())
        else:
            sys.argv = sys.argv[:1]
            Server(app, edge.settings()).run()
