"""The web: one package per audience, each declaring who may see each of its pages."""

from flask import Flask

from wijkbudget.web import (
    access,
    account,
    demo,
    failures,
    headers,
    input_limits,
    official,
    public,
    resident,
    templating,
    wijkplatform,
)
from wijkbudget.web.official import staged_rolls


def init_app(app: Flask) -> None:
    """Put every page on the application; refuse to start when one does not say who may see it."""
    input_limits.init_app(app)
    templating.init_app(app)
    headers.init_app(app)
    access.init_app(app)
    failures.init_app(app)
    for package in (public, account, resident, wijkplatform, official):
        app.register_blueprint(package.blueprint)
    if app.extensions["settings"].demo:
        app.register_blueprint(demo.blueprint)
    access.check_all_declared(app)
    staged_rolls.discard_old(app.extensions["settings"])
