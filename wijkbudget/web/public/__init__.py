"""Pages for the audience `public`."""

from flask import Blueprint

blueprint = Blueprint("public", __name__, url_prefix=None)

from wijkbudget.web.public import views  # noqa: E402, F401  (the views register themselves on the blueprint)
