"""The count of a wijk: look it through step by step, record the lot that it needs, take the files along."""

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from wijkbudget import edge
from wijkbudget.domain.errors import DomainError
from wijkbudget.export.filename import file_name
from wijkbudget.export.files import FORMATS, MIME_TYPES, export_report
from wijkbudget.services.build_election import build_election
from wijkbudget.services.record_lot import record_lot as record
from wijkbudget.tally import write_pabulib
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint, labels
from wijkbudget.web.official.count_page import count_page, finished_report, plans_to_draw
from wijkbudget.web.official.forms import lot_form
from wijkbudget.web.official.round_pages import get_round

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/rondes/<int:round_id>/telling/<int:pot_id>")
@access.declare(access.STAFF)
def show_count(round_id: int, pot_id: int) -> Answer:
    """Every step of the newest count of a wijk; provisional until the result is certified."""
    page = count_page(edge.session(), round_id, pot_id)
    may_act = access.OFFICIAL.admits(access.current_roles())
    small_area = edge.settings().small_area
    return render_template(
        "official/show_count.html", page=page, labels=labels, may_act=may_act, small_area=small_area
    )


@blueprint.route("/rondes/<int:round_id>/telling/<int:pot_id>/loting", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def record_lot(round_id: int, pot_id: int) -> Answer:
    """Write down the order in which the tied plans were drawn, and who saw it."""
    form = lot_form(plans_to_draw(edge.session(), round_id, pot_id))
    if form.validate_on_submit():
        order, witness = form.order(), form.witness.data
        try:
            with edge.transaction() as session:
                record(session, edge.now(), access.actor(), pot_id, order=order, witness=witness)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("De loting is vastgelegd. Tel nu opnieuw.", "success")
            return redirect(url_for(".show_count", round_id=round_id, pot_id=pot_id), 303)
    return form_page("official/record_lot.html", form, page=count_page(edge.session(), round_id, pot_id))


@blueprint.get("/rondes/<int:round_id>/telling/<int:pot_id>.<any(csv, xlsx, json, pb):kind>")
@access.declare(access.STAFF)
def download_count(round_id: int, pot_id: int, kind: str) -> Answer:
    """The count as a file; its name says when it is provisional. `pb` is what was counted, to the byte."""
    session = edge.session()
    report = finished_report(session, round_id, pot_id)
    if kind in FORMATS:
        content: bytes | str = export_report(report, kind)
    else:
        content = write_pabulib(build_election(session, get_round(session, round_id), pot_id))
    name = file_name(report, kind) if report.certified else f"voorlopige-{file_name(report, kind)}"
    answer = Response(content, mimetype=MIME_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
