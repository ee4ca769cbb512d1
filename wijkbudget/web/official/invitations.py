"""Invite the voters of a round by mail, and see how far that is."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.services.invite_voters import WHEN, invite_batch, order_invitations, read_invited
from wijkbudget.services.request_voting_link import link_settings
from wijkbudget.web import access
from wijkbudget.web.official import blueprint
from wijkbudget.web.official.round_pages import get_round


@blueprint.route("/rondes/<int:round_id>/uitnodigen", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def invite_voters(round_id: int) -> Response | str:
    """Who would get an invitation and who has one; then order them. The mail loop writes them, in batches."""
    if request.method == "POST":
        with edge.transaction() as session:
            order_invitations(session, edge.now(), access.actor(), round_id)
        if not edge.settings().smtp_ready:
            _write_here(round_id)
        flash("De uitnodigingen worden verstuurd. U kunt deze pagina sluiten.", "success")
        return redirect(url_for(".invite_voters", round_id=round_id), 303)
    found = get_round(edge.session(), round_id)
    return render_template(
        "official/invite_voters.html",
        budget_round=found,
        open=found.phase_at(edge.now()) in WHEN,
        progress=read_invited(edge.session(), round_id),
    )


def _write_here(round_id: int) -> None:
    """Where no mail server is set (only in the demonstration) no mail loop runs beside the website to do it."""
    settings, written = link_settings(edge.settings()), 1
    while written:
        with edge.transaction() as session:
            written = invite_batch(session, edge.now(), round_id, settings)
