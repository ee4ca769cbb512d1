"""Import the electoral roll: check a file, look at what is wrong with it, and only then take it in, whole."""

from flask import Response as Download
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.services.import_roll import BEFORE_THE_VOTE
from wijkbudget.services.import_roll import import_roll as take_in
from wijkbudget.services.read_roll import RollReading, read_roll_file
from wijkbudget.services.roll_csv import COLUMNS
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint, roll_pages
from wijkbudget.web.official.forms import UploadForm
from wijkbudget.web.official.round_pages import get_round
from wijkbudget.web.official.staged_rolls import StagedRoll, discard, discard_old, stage, staged
from wijkbudget.web.templating import number as text

Answer = Response | str | tuple[str, int]


@blueprint.route("/rondes/<int:round_id>/kiesregister", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def import_roll(round_id: int) -> Answer:
    """The roll as it stands; a file that is sent is checked, and nothing of it is stored."""
    discard_old(edge.settings())
    form = UploadForm()
    if form.validate_on_submit():
        get_round(edge.session(), round_id).require_phase(edge.now(), *BEFORE_THE_VOTE)
        file = stage(form.file.data.stream)
        return _report(round_id, file, read_roll_file(edge.session(), round_id, file.path))
    page = roll_pages.roll_page(edge.session(), edge.now(), round_id)
    return form_page("official/import_roll.html", form, page=page, columns=COLUMNS)


@blueprint.post("/rondes/<int:round_id>/kiesregister/inlezen")
@access.declare(access.OFFICIAL)
def store_roll(round_id: int) -> Answer:
    """Take in exactly the file that was checked, all of it."""
    file = _checked_file()
    reading = read_roll_file(edge.session(), round_id, file.path)
    if reading.faults:
        return _report(round_id, file, reading)
    with edge.transaction() as session:
        number = take_in(session, edge.now(), access.actor(), round_id, reading)
    discard(file.token)
    flash("1 regel is ingelezen." if number == 1 else f"{text(number)} regels zijn ingelezen.", "success")
    return redirect(url_for(".import_roll", round_id=round_id), 303)


@blueprint.post("/rondes/<int:round_id>/kiesregister/annuleren")
@access.declare(access.OFFICIAL)
def cancel_roll(round_id: int) -> Answer:
    """Throw the checked file away."""
    discard(request.form.get("token", ""))
    flash("Het bestand is weggegooid. Er is niets ingelezen.", "info")
    return redirect(url_for(".import_roll", round_id=round_id), 303)


@blueprint.post("/rondes/<int:round_id>/kiesregister/fouten")
@access.declare(access.OFFICIAL)
def download_faults(round_id: int) -> Download:
    """Every fault of the checked file as text: for when they do not fit on the page."""
    file = _checked_file()
    faults = read_roll_file(edge.session(), round_id, file.path).faults
    text = "".join(f"regel {line}: {reason}\r\n" for line, reason in faults)
    name = f"attachment; filename=foute-regels-ronde-{round_id}.txt"
    return Download(text, mimetype="text/plain", headers={"Content-Disposition": name})


def _checked_file() -> StagedRoll:
    return staged(request.form.get("token", ""), request.form.get("sha256", ""))


def _report(round_id: int, file: StagedRoll, reading: RollReading) -> tuple[str, int]:
    """What the check found: 422 when there are faults, so that nobody takes it for an import."""
    page = roll_pages.checked_roll(edge.session(), round_id, file, reading)
    if not page.all_faults or page.all_faults > roll_pages.SHOWN_FAULTS:
        return render_template("official/check_roll.html", page=page), 422 if page.all_faults else 200
    discard(file.token)
    return render_template("official/check_roll.html", page=page), 422
