"""Take in a plan for a resident of a wijk that has no wijkplatform, and look after it for them."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.errors import DomainError, NotAllowed
from wijkbudget.domain.proposal import SubmitterKind
from wijkbudget.services.save_proposal import change_proposal as change
from wijkbudget.services.save_proposal import take_in_proposal as take_in
from wijkbudget.services.submit_proposal import submit_proposal as submit
from wijkbudget.services.submit_proposal import withdraw_proposal as withdraw
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint
from wijkbudget.web.official.forms import JudgeForm, intake_form
from wijkbudget.web.official.proposal_pages import get_proposal, intake_page, plan_desk
from wijkbudget.web.official.proposals import back_to, plan_page, withdraw_form
from wijkbudget.web.proposal_form import ProposalForm, filled_form

Answer = Response | str | tuple[str, int]


@blueprint.route("/rondes/<int:round_id>/plannen/nieuw", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def take_in_proposal(round_id: int) -> Answer:
    """Write down a plan at the counter: it is saved as a draft, and can be submitted from there."""
    page = intake_page(edge.session(), edge.now(), round_id)
    form = intake_form(page.pots)
    if "more" not in request.form and form.validate_on_submit():
        text, pot_id, name = form.proposal_text(), form.pot_id.data, form.submitter_name.data
        try:
            with edge.transaction() as session:
                actor = access.actor()
                plan = take_in(session, edge.now(), actor, pot_id=pot_id, submitter_name=name, text=text)
                proposal_id = plan.id
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(proposal_id)
    form.offer_empty_lines()
    return form_page("official/take_in_proposal.html", form, page=page)


@blueprint.route("/plannen/<int:proposal_id>/wijzigen", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def change_proposal(proposal_id: int) -> Answer:
    """Change a resident's plan, as long as the submission phase lasts."""
    desk = plan_desk(edge.session(), edge.now(), access.actor(), proposal_id, may_act=True)
    if desk.proposal.submitter_kind != SubmitterKind.RESIDENT:
        raise NotAllowed("Dit plan is van een wijkplatform. Alleen het wijkplatform kan het wijzigen.")
    form = ProposalForm(data=filled_form(desk.proposal, list(desk.lines)))
    if "more" not in request.form and form.validate_on_submit():
        text = form.proposal_text()
        try:
            with edge.transaction() as session:
                change(session, edge.now(), access.actor(), get_proposal(session, proposal_id), text)
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(proposal_id)
    form.offer_empty_lines()
    return form_page("official/change_proposal.html", form, desk=desk)


@blueprint.post("/plannen/<int:proposal_id>/indienen")
@access.declare(access.OFFICIAL)
def submit_proposal(proposal_id: int) -> Answer:
    """Hand in a resident's draft."""
    try:
        with edge.transaction() as session:
            submit(session, edge.now(), access.actor(), get_proposal(session, proposal_id))
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        flash(error.message, "error")
        if error.field:
            return redirect(url_for(".change_proposal", proposal_id=proposal_id), 303)
    else:
        flash("Het plan is ingediend.", "success")
    return back_to(proposal_id)


@blueprint.post("/plannen/<int:proposal_id>/intrekken")
@access.declare(access.OFFICIAL)
def withdraw_proposal(proposal_id: int) -> Answer:
    """Take a resident's plan back, with the reason that everybody may read."""
    form = withdraw_form()
    if form.validate_on_submit():
        reason = form.reason.data
        try:
            with edge.transaction() as session:
                withdraw(
                    session, edge.now(), access.actor(), get_proposal(session, proposal_id), reason=reason
                )
        except DomainError as error:
            if error.status != 422:
                raise
            form.refuse(error)
        else:
            flash("Het plan is ingetrokken.", "success")
            return back_to(proposal_id)
    return plan_page(proposal_id, JudgeForm(formdata=None), form)


def _saved(proposal_id: int) -> Answer:
    """After saving: on to the plan, or hand it in at once when that was the button."""
    if "submit" in request.form:
        return submit_proposal(proposal_id)
    flash(
        "Het plan is opgeslagen als concept." if "draft" in request.form else "Het plan is opgeslagen.",
        "success",
    )
    return back_to(proposal_id)
