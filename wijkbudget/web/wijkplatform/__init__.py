"""Pages for the audience `wijkplatform`."""

from flask import Blueprint

blueprint = Blueprint("wijkplatform", __name__, url_prefix="/wijkplatform")

from wijkbudget.web.wijkplatform import views  # noqa: F401  (the views register themselves on the blueprint)
