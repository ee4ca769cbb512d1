"""See the plans of a round, judge whether they are feasible, and put them on the ballot list."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.services.judge_proposal import judge_proposal as judge
from wijkbudget.services.judge_proposal import put_on_ballot as put
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint, labels
from wijkbudget.web.official.forms import JudgeForm, WithdrawForm
from wijkbudget.web.official.proposal_pages import get_proposal, plan_desk, plan_list

Answer = Response | str | tuple[str, int]


@blueprint.get("/rondes/<int:round_id>/plannen")
@access.declare(access.STAFF)
def list_proposals(round_id: int) -> Answer:
    """The plans per wijk; `?status=` keeps those with one status."""
    page = plan_list(edge.session(), edge.now(), round_id, request.args.get("status", ""))
    official = access.OFFICIAL.admits(access.current_roles())
    return render_template(
        "official/list_proposals.html", page=page, official=official, tones=labels.STATUS_TONES
    )


@blueprint.get("/plannen/<int:proposal_id>")
@access.declare(access.STAFF)
def show_proposal(proposal_id: int) -> Answer:
    """One plan and what can be done with it now."""
    return plan_page(proposal_id, JudgeForm(formdata=None), withdraw_form(fresh=True))


@blueprint.post("/plannen/<int:proposal_id>/oordeel")
@access.declare(access.OFFICIAL)
def judge_proposal(proposal_id: int) -> Answer:
    """Record whether the plan is feasible, with the reason that everybody may read."""
    form = JudgeForm()
    if form.validate_on_submit():
        feasible, reason = form.feasible.data == "yes", form.reason.data
        try:
            with edge.transaction() as session:
                judge(
                    session,
                    edge.now(),
                    access.actor(),
                    get_proposal(session, proposal_id),
                    feasible=feasible,
                    reason=reason,
                )
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash("Uw oordeel is opgeslagen. Het staat met de reden op de website.", "success")
            return back_to(proposal_id)
    return plan_page(proposal_id, form, withdraw_form(fresh=True))


@blueprint.post("/plannen/<int:proposal_id>/stemlijst")
@access.declare(access.OFFICIAL)
def put_on_ballot(proposal_id: int) -> Answer:
    """Put a feasible plan on the ballot list, or take it off again."""
    wanted = request.form.get("on")
    if wanted not in ("yes", "no"):
        raise InvalidInput(
            "Kies of het plan op de stemlijst staat. Gebruik de knop op de pagina van het plan."
        )
    on = wanted == "yes"
    try:
        with edge.transaction() as session:
            put(session, edge.now(), access.actor(), get_proposal(session, proposal_id), on=on)
    except DomainError as error:
        if error.status != 409:
            raise
        flash(error.message, "error")
    else:
        flash(
            "Het plan staat op de stemlijst." if on else "Het plan staat niet meer op de stemlijst.",
            "success",
        )
    return back_to(proposal_id)


def withdraw_form(*, fresh: bool = False) -> WithdrawForm:
    """The form to take a plan back, with names of its own: it shares a page with the judgement."""
    return WithdrawForm(formdata=None, prefix="withdraw-") if fresh else WithdrawForm(prefix="withdraw-")


def back_to(proposal_id: int) -> Response:
    """On to the page of the plan."""
    return redirect(url_for("official.show_proposal", proposal_id=proposal_id), 303)


def plan_page(proposal_id: int, judge_form: JudgeForm, withdraw_form: WithdrawForm) -> tuple[str, int]:
    """The page of a plan, with the errors of the form that was sent, if any."""
    may_act = access.OFFICIAL.admits(access.current_roles())
    desk = plan_desk(edge.session(), edge.now(), access.actor(), proposal_id, may_act=may_act)
    sent = withdraw_form if withdraw_form.errors else judge_form
    return form_page(
        "official/show_proposal.html",
        sent,
        desk=desk,
        judge_form=judge_form,
        withdraw_form=withdraw_form,
        tones=labels.STATUS_TONES,
    )
