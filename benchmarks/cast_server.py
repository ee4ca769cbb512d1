"""The website as `wijkbudget run` serves it, with the same settings of gunicorn, and without the loops beside it."""

import logging
import os
import sys
from pathlib import Path

from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.cli.serve import Server
from wijkbudget.config import load_settings


def main() -> None:
    """Serve until somebody stops it."""
    logging.basicConfig(level=logging.WARNING)
    settings = load_settings(os.environ, Path(os.environ["WIJKBUDGET_INSTANCE"]))
    app = create_app(settings)
    with app.app_context():
        edge.db.engine.dispose()
    sys.argv = sys.argv[:1]
    Server(app, settings).run()


if __name__ == "__main__":
    main()
