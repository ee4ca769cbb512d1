"""The one place where all parts meet."""

import os
from datetime import timedelta
from inspect import iscoroutinefunction
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from wijkbudget import web
from wijkbudget.config import Settings, load_settings
from wijkbudget.db import prepare_engine
from wijkbudget.demo.clock import DemoClock
from wijkbudget.edge import Clock, alembic, db, resource_folder, system_clock
from wijkbudget.vault import Vault


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """The application with these settings (default: from the environment). Raises SettingsError."""
    settings = settings or load_settings(os.environ, default_instance())
    clock = clock or (DemoClock(settings.instance / "demo-clock") if settings.demo else system_clock)
    app = Flask(
        "wijkbudget",
        instance_path=str(settings.instance.resolve()),
        template_folder=str(resource_folder("templates")),
        static_folder=str(resource_folder("static")),
    )
    app.config.update(flask_config(settings))
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.extensions["settings"], app.extensions["clock"] = settings, clock
    app.extensions["vault"] = Vault(settings.keys_folder, opens_itself=settings.demo)
    db.init_app(app)
    _drop_async_teardown(app)
    alembic.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    web.init_app(app)
    return app


def _drop_async_teardown(app: Flask) -> None:
    """No asynchronous session is ever opened, and closing none of them leaves warnings when the server is stopped."""
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]


def default_instance() -> Path:
    """Where the data lives unless WIJKBUDGET_INSTANCE says otherwise: Flask's own place for this installation."""
    return Path(Flask("wijkbudget").instance_path)


def flask_config(settings: Settings) -> dict[str, object]:
    """Our settings in the words of Flask and its extensions."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.old_keys),
        "SQLALCHEMY_ENGINES": {
            # Parameters hold e-mail addresses and choices; they must not end up in an error that is logged.
            "default": {"url": settings.database_url, "hide_parameters": True}
        },
        "ALEMBIC": {"script_location": str(resource_folder("migrations"))},
        "ALEMBIC_CONTEXT": {"render_as_batch": True, "compare_type": True},
        "SESSION_COOKIE_NAME": "__Host-wijkbudget" if settings.secure else "wijkbudget",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": True,
        "PERMANENT_SESSION_LIFETIME": timedelta(minutes=settings.idle_minutes),
        # A slow voter must not lose the ballot to an expired form; the session bounds it already.
        "WTF_CSRF_TIME_LIMIT": None,
        # The voting pages send no Referer (their address holds the link), and some browsers never do. The token and
        # the __Host- cookie, which no other host can set, are the guard.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_I18N_ENABLED": False,
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": None,
    }
