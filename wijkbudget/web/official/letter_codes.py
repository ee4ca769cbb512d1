"""Make the codes for the letters. They go into one file, and nowhere else."""

from flask import Response as Download
from flask import render_template, request
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.services.issue_letter_codes import codes_csv
from wijkbudget.services.issue_letter_codes import issue_letter_codes as issue
from wijkbudget.web import access
from wijkbudget.web.official import blueprint
from wijkbudget.web.official.roll_pages import codes_page


@blueprint.route("/rondes/<int:round_id>/briefcodes", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def issue_letter_codes(round_id: int) -> Response | str:
    """What a letter code is; then the only file that will ever hold these codes."""
    if request.method != "POST":
        page = codes_page(edge.session(), edge.now(), round_id)
        return render_template("official/issue_letter_codes.html", page=page)
    if asked := access.code_first():
        return asked
    with edge.transaction() as session:
        key = edge.settings().secret_key
        content = codes_csv(issue(session, edge.now(), access.actor(), round_id, key=key))
    name = f"attachment; filename=briefcodes-ronde-{round_id}.csv"
    return Download(content, mimetype="text/csv", headers={"Content-Disposition": name})
