"""Pages for the audience `resident`: asking for a voting link, and voting with it."""

from flask import Blueprint

blueprint = Blueprint("resident", __name__, url_prefix="/stemmen")

from wijkbudget.web.resident import ballot, link, refusals, views  # noqa: F401  (they register themselves)
