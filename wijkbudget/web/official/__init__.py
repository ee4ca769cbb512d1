"""Pages for the audience `official`: who runs a round, checks it, or keeps the accounts."""

from flask import Blueprint

blueprint = Blueprint("official", __name__, url_prefix="/gemeente")
