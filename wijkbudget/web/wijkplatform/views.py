"""Pages with which a member of a wijkplatform submits proposals."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.errors import DomainError, NotFound
from wijkbudget.services.save_proposal import change_proposal as change
from wijkbudget.services.save_proposal import draft_proposal as draft
from wijkbudget.services.submit_proposal import submit_proposal as submit
from wijkbudget.services.submit_proposal import withdraw_proposal as withdraw
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.proposal_form import ProposalForm, filled_form
from wijkbudget.web.wijkplatform import blueprint, pages
from wijkbudget.web.wijkplatform.forms import WithdrawForm

Answer = Response | str | tuple[str, int]


@blueprint.get("/plannen")
@access.declare(access.PLATFORM)
def list_proposals() -> Answer:
    """The member's platforms with their proposals."""
    desks = pages.desks(edge.session(), edge.now(), access.actor())
    return render_template("wijkplatform/list_proposals.html", desks=desks)


@blueprint.route("/<int:platform_id>/rondes/<int:pot_id>/nieuw", methods=["GET", "POST"])
@access.declare(access.PLATFORM)
def draft_proposal(platform_id: int, pot_id: int) -> Answer:
    """Begin a proposal: it is saved as a draft, and can be submitted from there."""
    actor = access.actor()
    desk = pages.drafting_desk(edge.session(), edge.now(), actor, platform_id, pot_id)
    if not desk.open and request.method != "POST":
        raise NotFound("Voor deze wijk kunt u nu geen plannen indienen.")
    # When submission closed while somebody was writing, the service refuses and the text stays on the page.
    form = ProposalForm()
    if "more" not in request.form and form.validate_on_submit():
        try:
            with edge.transaction() as session:
                text = form.proposal_text()
                proposal = draft(
                    session, edge.now(), actor, pot_id=pot_id, platform_id=platform_id, text=text
                )
                proposal_id = proposal.id
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(proposal_id, actor_submits="submit" in request.form)
    form.offer_empty_lines()
    page = {"pot": desk.pot, "platform_name": desk.platform_name, "proposal": None}
    return form_page("wijkplatform/edit_proposal.html", form, **page)


@blueprint.get("/plannen/<int:proposal_id>")
@access.declare(access.PLATFORM)
def show_proposal(proposal_id: int) -> Answer:
    """One own proposal and what can be done now."""
    desk = pages.proposal_desk(edge.session(), edge.now(), access.actor(), proposal_id)
    return render_template("wijkplatform/show_proposal.html", desk=desk, form=WithdrawForm())


@blueprint.route("/plannen/<int:proposal_id>/wijzigen", methods=["GET", "POST"])
@access.declare(access.PLATFORM)
def change_proposal(proposal_id: int) -> Answer:
    """Change a draft or submitted proposal, as long as the submission phase lasts."""
    actor = access.actor()
    desk = pages.proposal_desk(edge.session(), edge.now(), actor, proposal_id)
    form = ProposalForm(data=filled_form(desk.proposal, desk.lines))
    if "more" not in request.form and form.validate_on_submit():
        try:
            with edge.transaction() as session:
                proposal = pages.own_proposal(session, edge.now(), actor, proposal_id)
                change(session, edge.now(), actor, proposal, form.proposal_text())
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(proposal_id, actor_submits="submit" in request.form)
    form.offer_empty_lines()
    page = {"pot": None, "platform_name": desk.proposal.submitter_name, "proposal": desk.proposal}
    return form_page("wijkplatform/edit_proposal.html", form, **page)


@blueprint.post("/plannen/<int:proposal_id>/indienen")
@access.declare(access.PLATFORM)
def submit_proposal(proposal_id: int) -> Answer:
    """Hand a draft in."""
    try:
        _submit(proposal_id)
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        flash(f"Het plan is nog niet ingediend. {error.message}", "error")
        if error.field:
            return redirect(url_for(".change_proposal", proposal_id=proposal_id), 303)
    return redirect(url_for(".show_proposal", proposal_id=proposal_id), 303)


@blueprint.post("/plannen/<int:proposal_id>/intrekken")
@access.declare(access.PLATFORM)
def withdraw_proposal(proposal_id: int) -> Answer:
    """Take a proposal back, with the reason that everybody may read."""
    form, actor = WithdrawForm(), access.actor()
    if form.validate_on_submit():
        try:
            with edge.transaction() as session:
                proposal = pages.own_proposal(session, edge.now(), actor, proposal_id)
                withdraw(session, edge.now(), actor, proposal, reason=form.reason.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Het plan is ingetrokken.", "success")
            return redirect(url_for(".show_proposal", proposal_id=proposal_id), 303)
    desk = pages.proposal_desk(edge.session(), edge.now(), actor, proposal_id)
    return form_page("wijkplatform/show_proposal.html", form, desk=desk)


def _saved(proposal_id: int, *, actor_submits: bool) -> Answer:
    """After saving: on to the proposal, or hand it in at once when that was the button."""
    flash("Het plan is opgeslagen.", "success")
    if actor_submits:
        return submit_proposal(proposal_id)
    return redirect(url_for(".show_proposal", proposal_id=proposal_id), 303)


def _submit(proposal_id: int) -> None:
    actor = access.actor()
    with edge.transaction() as session:
        proposal = pages.own_proposal(session, edge.now(), actor, proposal_id)
        submit(session, edge.now(), actor, proposal)
    flash("Uw plan is ingediend. De gemeente bekijkt na de sluiting of het haalbaar is.", "success")
