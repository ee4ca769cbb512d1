"""The product's own server, with a clock that stands still: `python -m tests.faults.serve INSTANT DEATHS`.

For every file in the folder DEATHS one worker dies with a vote stored and its answer not yet sent.
"""

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
from wijkbudget.cli.serve import _serve

CAST = "/stemmen/uitbrengen"


class DiesBeforeAnswering:
    """The application, in a worker that now and then dies between the commit and the answer."""

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


def main(instant: str, deaths: str) -> None:
    now = datetime.fromisoformat(instant)
    app = create_app(clock=lambda: now)
    app.wsgi_app = DiesBeforeAnswering(app.wsgi_app, Path(deaths))  # type: ignore[method-assign]
    with app.app_context():
        _serve(edge.settings())


if __name__ == "__main__":
    main(*sys.argv[1:])
