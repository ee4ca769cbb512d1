"""How it works and what is kept, in plain words."""

from flask import Response, render_template

from wijkbudget import edge
from wijkbudget.web import access
from wijkbudget.web.public import blueprint


@blueprint.get("/over")
@access.declare(access.PUBLIC)
def about() -> str:
    """About this website."""
    return render_template("public/about.html", small_area=edge.settings().small_area)


@blueprint.get("/robots.txt")
@access.declare(access.PUBLIC)
def robots() -> Response:
    """Search engines may read everything but the voting pages and the demonstration."""
    return Response("User-agent: *\nDisallow: /stemmen\nDisallow: /demo\n", mimetype="text/plain")
