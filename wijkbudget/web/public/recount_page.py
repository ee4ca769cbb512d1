"""Checking and counting a published vote again, in the visitor's own browser."""

from flask import render_template

from wijkbudget.web import access
from wijkbudget.web.public import blueprint


@blueprint.get("/natellen")
@access.declare(access.PUBLIC)
def recount_votes() -> str:
    """The page that checks an archive; all work is done by static/verifier, and nothing is sent to us."""
    return render_template("public/recount_votes.html")
