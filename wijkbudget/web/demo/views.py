"""The mail of the demonstration, and its clock."""

from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.demo.clock import DemoClock
from wijkbudget.domain.errors import InvalidInput, NotFound
from wijkbudget.web import access
from wijkbudget.web.demo import blueprint
from wijkbudget.web.demo.pages import clock_page, outbox_page
from wijkbudget.web.templating import moment

ONE_DAY = "dag"


@blueprint.get("/mail")
@access.declare(access.PUBLIC)
def outbox() -> str:
    """Every mail that the demonstration has written, the newest first."""
    return render_template("demo/outbox.html", page=outbox_page(edge.session()))


@blueprint.get("/klok")
@access.declare(access.PUBLIC)
def clock() -> str:
    """The time of the demonstration, and the moments to which it can be moved on."""
    return render_template("demo/clock.html", page=clock_page(edge.session(), edge.now()))


@blueprint.post("/klok")
@access.declare(access.PUBLIC)
def move_clock() -> Response:
    """Move the clock on by a day, or to a moment of a round."""
    running = current_app.extensions["clock"]
    if not isinstance(running, DemoClock):
        raise NotFound("Deze klok staat vast.")
    chosen, now = request.form.get("naar", ""), edge.now()
    known = {step.key: step.instant for step in clock_page(edge.session(), now).steps}
    known[ONE_DAY] = now + timedelta(days=1)
    if chosen not in known:
        raise InvalidInput(
            "De klok gaat alleen vooruit. Ga terug, laad de pagina opnieuw en kies een later moment."
        )
    running.advance_to(known[chosen])
    flash(f"De demo-klok staat nu op {moment(edge.now())}.", "success")
    return redirect(url_for(".clock"), 303)
