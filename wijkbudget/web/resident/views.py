"""Asking for a voting link."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.demo.accounts import DEMO_VOTERS
from wijkbudget.services.request_voting_link import LinkSettings, request_voting_link
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.resident import blueprint
from wijkbudget.web.resident.forms import LinkRequestForm
from wijkbudget.web.resident.pages import votes

Answer = Response | str | tuple[str, int]


@blueprint.route("", methods=["GET", "POST"])
@access.declare(access.PUBLIC)
def request_link() -> Answer:
    """Where one can vote now, and the form to ask for a link. The answer does not tell who is on the roll."""
    form = LinkRequestForm()
    found = votes(edge.session(), edge.now())
    if not found.running:
        page = render_template("resident/no_vote.html", votes=found)
        return (page, 409) if request.method == "POST" else page
    if form.validate_on_submit():
        with edge.transaction() as session:
            request_voting_link(session, edge.now(), form.link_request(), _link_settings())
        return redirect(url_for(".link_requested"), 303)
    demo_voters = DEMO_VOTERS if edge.settings().demo else ()
    return form_page("resident/request_link.html", form, votes=found, demo_voters=demo_voters)


@blueprint.get("/aangevraagd")
@access.declare(access.PUBLIC)
def link_requested() -> str:
    """The same answer for everybody, with what to do when no mail comes."""
    return render_template("resident/link_requested.html", minutes=edge.settings().link_minutes)


def _link_settings() -> LinkSettings:
    settings = edge.settings()
    return LinkSettings(
        secret_key=settings.secret_key,
        lifetime=timedelta(minutes=settings.link_minutes),
        url_for_link=lambda token: settings.site + url_for("resident.open_link", token=token),
    )
