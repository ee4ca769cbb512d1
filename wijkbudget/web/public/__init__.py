"""What everybody may see: rounds, rules, plans, wijken and certified results."""

from flask import Blueprint

blueprint = Blueprint("public", __name__, url_prefix=None)

from wijkbudget.web.public import (  # noqa: F401  (the views register themselves on the blueprint)
    about,
    board,
    home,
    proposals,
    recount_page,
    reglement,
    results,
    rounds,
    security_txt,
    wijken,
)
