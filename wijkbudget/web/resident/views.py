"""Asking for a voting link."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.demo.accounts import DEMO_VOTERS
from wijkbudget.services.ask_for_link import ask_for_link
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.handle_link_requests import handle_link_request
from wijkbudget.services.request_voting_link import link_settings
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.resident import blueprint
from wijkbudget.web.resident.forms import LinkRequestForm
from wijkbudget.web.resident.pages import votes

Answer = Response | str | tuple[str, int]


@blueprint.route("", methods=["GET", "POST"])
@access.declare(access.PUBLIC)
def request_link() -> Answer:
    """Where one can vote now, and the form to ask for a link.

    A request is only written down: neither the answer nor the time it takes tells who is on the roll.
    """
    form = LinkRequestForm()
    found = votes(edge.session(), edge.now())
    if not found.running:
        page = render_template("resident/no_vote.html", votes=found)
        return (page, 409) if request.method == "POST" else page
    if form.validate_on_submit():
        asked, key = form.link_request(), edge.settings().secret_key
        with edge.transaction() as session:
            ask_for_link(session, edge.now(), asked, came_from=request.remote_addr, key=key)
        if not edge.settings().smtp_ready:
            _handle_here()
        return redirect(url_for(".link_requested"), 303)
    demo_voters = DEMO_VOTERS if edge.settings().demo else ()
    return form_page("resident/request_link.html", form, votes=found, demo_voters=demo_voters)


@blueprint.get("/aangevraagd")
@access.declare(access.PUBLIC)
def link_requested() -> str:
    """The same answer for everybody, with what to do when no mail comes."""
    return render_template("resident/link_requested.html", minutes=edge.settings().link_minutes)


def _handle_here() -> None:
    """Where no mail server is set (only in the demonstration) no mail loop runs beside the website to do it."""
    with edge.transaction() as session:
        while handle_link_request(session, edge.now(), link_settings(edge.settings())):
            pass
        forget_addresses(session, edge.now())
