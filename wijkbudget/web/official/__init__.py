"""Pages for the audience `official`."""

from flask import Blueprint

blueprint = Blueprint("official", __name__, url_prefix="/gemeente")

from wijkbudget.web.official import views  # noqa: E402, F401  (the views register themselves on the blueprint)
