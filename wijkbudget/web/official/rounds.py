"""See the rounds, set one up, change a draft, and the cockpit of a round."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_round import Phase, RoundStatus
from wijkbudget.domain.errors import DomainError, RulesFrozen
from wijkbudget.services.create_round import change_round as change
from wijkbudget.services.create_round import create_round as create
from wijkbudget.services.issue_letter_codes import WHEN as LETTERS_OPEN
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint, labels
from wijkbudget.web.official.round_form import round_form
from wijkbudget.web.official.round_pages import AFTER_THE_VOTE, ROLL_OPEN, get_round, round_page
from wijkbudget.web.official.round_todo import round_lines, todo

Answer = Response | str | tuple[str, int]


@blueprint.get("/rondes")
@access.declare(access.STAFF)
def list_rounds() -> Answer:
    """All rounds, with what must be done now."""
    lines = round_lines(edge.session(), edge.now(), opens_itself=edge.keys().opens_itself)
    return render_template("official/list_rounds.html", lines=lines, labels=labels, may_act=_may_act())


@blueprint.route("/rondes/nieuw", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def create_round() -> Answer:
    """Set up a draft round."""
    form = round_form(edge.session(), local_day(edge.now()))
    if form.validate_on_submit():
        try:
            with edge.transaction() as session:
                round_id = create(session, edge.now(), access.actor(), form.plan()).id
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                "De ronde is gemaakt als concept. Controleer de spelregels en open daarna de ronde.",
                "success",
            )
            return redirect(url_for(".show_round", round_id=round_id), 303)
    return form_page("official/round_form.html", form, budget_round=None, labels=labels)


@blueprint.route("/rondes/<int:round_id>/wijzigen", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def change_round(round_id: int) -> Answer:
    """Change a draft round."""
    budget_round = get_round(edge.session(), round_id)
    if budget_round.status != RoundStatus.DRAFT:
        raise RulesFrozen("De spelregels van een geopende ronde liggen vast. U kunt ze niet meer wijzigen.")
    form = round_form(edge.session(), local_day(edge.now()), budget_round)
    if form.validate_on_submit():
        plan = form.plan()
        try:
            with edge.transaction() as session:
                change(session, edge.now(), access.actor(), get_round(session, round_id), plan)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("De ronde is gewijzigd. Controleer de spelregels en open daarna de ronde.", "success")
            return redirect(url_for(".show_round", round_id=round_id), 303)
    return form_page(
        "official/round_form.html", form, budget_round=get_round(edge.session(), round_id), labels=labels
    )


@blueprint.get("/rondes/<int:round_id>")
@access.declare(access.STAFF)
def show_round(round_id: int) -> Answer:
    """The cockpit: where the round stands, what must be done, and everything about its wijken."""
    page = round_page(
        edge.session(), edge.now(), get_round(edge.session(), round_id), opens_itself=edge.keys().opens_itself
    )
    return render_template(
        "official/show_round.html",
        page=page,
        todo=todo(page),
        labels=labels,
        Phase=Phase,
        may_act=_may_act(),
        roll_open=page.phase in ROLL_OPEN,
        letters_open=page.phase in LETTERS_OPEN,
        after_the_vote=AFTER_THE_VOTE,
        counted=page.phase in AFTER_THE_VOTE and any(p.count for p in page.pots),
    )


def _may_act() -> bool:
    """Whether who is logged in decides about rounds, or only reads along."""
    return access.OFFICIAL.admits(access.current_roles())
