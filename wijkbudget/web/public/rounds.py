"""Rounds and their rules."""

from flask import Response, render_template

from wijkbudget import edge
from wijkbudget.web import access
from wijkbudget.web.public import blueprint, reading
from wijkbudget.web.public.round_page import round_card, round_page


@blueprint.get("/rondes")
@access.declare(access.PUBLIC)
def list_rounds() -> str:
    """Every round that was ever opened."""
    now = edge.now()
    cards = [round_card(edge.session(), now, found) for found in reading.public_rounds(edge.session())]
    return render_template("public/list_rounds.html", cards=cards)


@blueprint.get("/rondes/<int:round_id>")
@access.declare(access.PUBLIC)
def show_round(round_id: int) -> str:
    """One round: where it stands, its rules in words, its wijken and their plans."""
    return render_template("public/show_round.html", page=round_page(edge.session(), edge.now(), round_id))


@blueprint.get("/rondes/<int:round_id>/spelregels")
@access.declare(access.PUBLIC)
def show_rules(round_id: int) -> str:
    """The rules as they were published at the opening."""
    budget_round = reading.public_round(edge.session(), round_id)
    lines = [line for line in (budget_round.rules_text or "").splitlines() if line]
    return render_template("public/show_rules.html", budget_round=budget_round, lines=lines)


@blueprint.get("/rondes/<int:round_id>/spelregels.txt")
@access.declare(access.PUBLIC)
def download_rules(round_id: int) -> Response:
    """The exact bytes over which the published hash was made."""
    budget_round = reading.public_round(edge.session(), round_id)
    answer = Response((budget_round.rules_text or "").encode(), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="spelregels-{round_id}.txt"'
    return answer
