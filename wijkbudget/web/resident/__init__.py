"""Pages for the audience `resident`."""

from flask import Blueprint

blueprint = Blueprint("resident", __name__, url_prefix="/stemmen")

from wijkbudget.web.resident import views  # noqa: E402, F401  (the views register themselves on the blueprint)
