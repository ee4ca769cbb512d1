"""Pages for the audience `demo`."""

from flask import Blueprint

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

from wijkbudget.web.demo import views  # noqa: F401  (the views register themselves on the blueprint)
