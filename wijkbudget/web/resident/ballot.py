"""Filling in the ballot, checking it, casting it."""

from secrets import token_hex

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.errors import BallotReplaced, InvalidInput
from wijkbudget.services.ballot_list import check_choice
from wijkbudget.services.cast_ballot import Form
from wijkbudget.services.cast_ballot import cast_ballot as cast
from wijkbudget.services.open_voting_link import OpenLink, open_voting_link
from wijkbudget.web import access
from wijkbudget.web.resident import blueprint, kept_ballot, pages
from wijkbudget.web.resident.choice import moved, parse_choice, parse_form
from wijkbudget.web.resident.kept_ballot import KeptBallot

Answer = Response | str | tuple[str, int]


@blueprint.route("/biljet", methods=["GET", "POST"])
@access.declare(access.VOTER)
def fill_in_ballot() -> Answer:
    """The ballot paper. Each of its buttons sends the whole choice; a move in a ranking shows the paper again."""
    ballot = kept_ballot.kept()
    link = _open(ballot)
    if request.method != "POST":
        return _paper(link, ballot, ballot.choice)
    choice: list[int] = []
    move = request.form.get("move", "")
    try:
        choice = parse_choice(request.form.getlist("ranking") or request.form.getlist("approval"))
        choice = moved(choice, move) if move else choice
        check_choice(edge.session(), link.budget_round, link.entry.pot_id, choice)
    except InvalidInput as error:
        return _paper(link, ballot, choice, error)
    kept_ballot.keep_choice(ballot, choice)
    if move:
        return redirect(url_for(".fill_in_ballot", _anchor=f"plan-{move.partition(':')[0]}"), 303)
    return redirect(url_for(".check_ballot"), 303)


@blueprint.get("/controle")
@access.declare(access.VOTER)
def check_ballot() -> Answer:
    """What was chosen, before it is cast."""
    ballot = kept_ballot.kept()
    link = _open(ballot)
    try:
        check_choice(edge.session(), link.budget_round, link.entry.pot_id, ballot.choice)
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for(".fill_in_ballot"), 303)
    return _check(link, ballot, ballot.choice)


@blueprint.post("/uitbrengen")
@access.declare(access.VOTER)
def cast_ballot() -> Answer:
    """Cast what the check page showed, not what another tab may have chosen since."""
    ballot = kept_ballot.kept()
    choice = parse_choice(request.form.getlist("choice"))
    if not choice and request.form.get("blank") != "yes":
        return _check(_open(ballot), ballot, choice), 422
    form = Form(choice, *parse_form(request.form))
    try:
        with edge.transaction() as session:
            received = cast(session, edge.now(), ballot.id_sha256, form, keys=edge.keys())
    except InvalidInput as error:
        return _paper(_open(ballot), ballot, choice, error)
    except BallotReplaced as error:
        flash(error.message, "error")
        return redirect(url_for(".fill_in_ballot"), 303)
    kept_ballot.keep_received(received)
    return redirect(url_for(".confirmation"), 303)


@blueprint.get("/bevestiging")
@access.declare(access.VOTER)
def confirmation() -> str:
    """The vote is in, and what happens next."""
    page = pages.confirmation(edge.session(), edge.now(), kept_ballot.received())
    return render_template("resident/confirmation.html", page=page)


@blueprint.post("/klaar")
@access.declare(access.PUBLIC)
def leave() -> Answer:
    """The voter has written the receipt down: nothing of the vote stays on this device."""
    kept_ballot.leave()
    return redirect(url_for("public.home"), 303)


def _open(ballot: KeptBallot) -> OpenLink:
    return open_voting_link(edge.session(), edge.now(), ballot.id_sha256)


def _paper(
    link: OpenLink, ballot: KeptBallot, choice: list[int], error: InvalidInput | None = None
) -> Answer:
    paper = pages.ballot_paper(edge.session(), link)
    context = {"paper": paper, "mark": ballot.mark, "choice": list(dict.fromkeys(choice)), "error": error}
    page = render_template("resident/fill_in_ballot.html", has_errors=error is not None, **context)
    return page if error is None else (page, error.status)


def _check(link: OpenLink, ballot: KeptBallot, choice: list[int]) -> str:
    paper = pages.ballot_paper(edge.session(), link)
    form = {"votes_before": link.entry.votes_cast, "number": token_hex(16)}
    return render_template(
        "resident/check_ballot.html", paper=paper, mark=ballot.mark, chosen=paper.chosen(choice), form=form
    )
