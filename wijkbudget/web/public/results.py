"""Certified results, and the files with which anybody can check them."""

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from wijkbudget import edge
from wijkbudget.domain.errors import NotFound
from wijkbudget.export.filename import file_name
from wijkbudget.export.files import FORMATS, MIME_TYPES, export_report
from wijkbudget.export.report import Report
from wijkbudget.services.build_election import build_election
from wijkbudget.services.read_pots import pots_of
from wijkbudget.tally import write_pabulib
from wijkbudget.web import access
from wijkbudget.web.public import blueprint, reading, result_page
from wijkbudget.web.public.round_page import round_card


@blueprint.errorhandler(result_page.NotKnownYet)
def not_known_yet(error: result_page.NotKnownYet) -> tuple[str, int]:
    """The page in place of a result that is still to come."""
    return render_template("public/no_result.html", message=error.message), error.status


@blueprint.get("/rondes/<int:round_id>/uitslag")
@access.declare(access.PUBLIC)
def show_results(round_id: int) -> str | AnyResponse:
    """The result of every wijk; with one wijk, straight to it."""
    session = edge.session()
    budget_round = result_page.certified_round(session, round_id)
    pots = pots_of(session, round_id)
    if len(pots) == 1:
        return redirect(url_for(".show_result", round_id=round_id, pot_id=pots[0].id))
    card = round_card(session, edge.now(), budget_round)
    reports = result_page.reports_of(session, round_id, small_area=edge.settings().small_area)
    return render_template("public/show_results.html", card=card, reports=reports)


@blueprint.get("/rondes/<int:round_id>/uitslag/<int:pot_id>")
@access.declare(access.PUBLIC)
def show_result(round_id: int, pot_id: int) -> str:
    """The result of one wijk, step by step."""
    small_area = edge.settings().small_area
    page = result_page.result_page(edge.session(), round_id, pot_id, small_area=small_area)
    return render_template("public/show_result.html", page=page)


@blueprint.get("/rondes/<int:round_id>/uitslag/<int:pot_id>.<any(csv, xlsx, json, pb):kind>")
@access.declare(access.PUBLIC)
def download_result(round_id: int, pot_id: int, kind: str) -> Response:
    """The result as a file; `pb` holds the anonymous ballots and what was counted, to the byte."""
    small_area = edge.settings().small_area
    report = result_page.certified_report(edge.session(), round_id, pot_id, small_area=small_area)
    content = export_report(report, kind) if kind in FORMATS else _ballots(report, round_id, pot_id)
    answer = Response(content, mimetype=MIME_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(report, kind)}"'
    return answer


def _ballots(report: Report, round_id: int, pot_id: int) -> str:
    """The counted election. No META of our own: its SHA-256 is the input hash that the result names."""
    small_area = edge.settings().small_area
    if not result_page.ballots_public(report, small_area):
        raise NotFound(
            f"Er zijn minder dan {small_area} stembiljetten. Daarom maken we de losse stembiljetten niet openbaar."
        )
    session = edge.session()
    return write_pabulib(build_election(session, reading.public_round(session, round_id), pot_id))
