"""The page behind the link in the mail. Mail scanners open links too, so looking at it changes nothing.

Looking leaves no cookie either, so its form cannot carry the token of a session: it has a mark of its own.
"""

from flask import redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.services.open_voting_link import open_voting_link, start_ballot
from wijkbudget.services.request_voting_link import link_settings
from wijkbudget.web import access
from wijkbudget.web.resident import blueprint, kept_ballot, pages

# What a browser says about a form of our own page, or about one sent again by its user; old browsers say nothing.
OURS = ("same-origin", "none")


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@access.declare(access.PUBLIC)
@access.csrf.exempt
def open_link(token: str) -> Response | str:
    """For whom the link is, and the button that begins the ballot. The address of the ballot holds no token."""
    links = link_settings(edge.settings()).links
    if request.method == "POST":
        if request.headers.get("Sec-Fetch-Site", OURS[0]) not in OURS or not links.made_form(
            token, request.form.get("csrf_token", "")
        ):
            raise CSRFError
        id_sha256 = links.read(token)
        with edge.transaction() as session:
            start_ballot(session, edge.now(), id_sha256)
        kept_ballot.begin(id_sha256)
        return redirect(url_for(".fill_in_ballot"), 303)
    link = open_voting_link(edge.session(), edge.now(), links.read(token))
    voter = pages.voter(edge.session(), link)
    return render_template("resident/open_link.html", voter=voter, mark=links.form_mark(token))
