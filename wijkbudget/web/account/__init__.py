"""Pages for the audience `account`."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix=None)

from wijkbudget.web.account import (  # noqa: F401  (the views register themselves on the blueprint)
    second_factor,
    sessions,
    views,
)
