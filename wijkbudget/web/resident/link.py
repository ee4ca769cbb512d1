"""The page behind the link in the mail. Mail scanners open links too, so looking at it changes nothing."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.services.open_voting_link import open_voting_link, start_ballot
from wijkbudget.services.voting_links import VotingLinks
from wijkbudget.web import access
from wijkbudget.web.resident import blueprint, kept_ballot, pages


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@access.declare(access.PUBLIC)
def open_link(token: str) -> Response | str:
    """For whom the link is, and the button that begins the ballot. The address of the ballot holds no token."""
    id_sha256 = VotingLinks(edge.settings().secret_key).read(token)
    if request.method == "POST":
        with edge.transaction() as session:
            start_ballot(session, edge.now(), id_sha256)
        kept_ballot.begin(id_sha256)
        return redirect(url_for(".fill_in_ballot"), 303)
    link = open_voting_link(edge.session(), edge.now(), id_sha256)
    return render_template("resident/open_link.html", voter=pages.voter(edge.session(), link))
