"""The decisions that move a round on: open it, fix the ballot list, count, certify."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.count import CountStatus
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.services.certify_result import certify_result as certify
from wijkbudget.services.count_round import count_round as count
from wijkbudget.services.judge_proposal import fix_ballot_list as fix
from wijkbudget.services.open_ballots import destroy_spent_keys, open_demo
from wijkbudget.services.open_round import open_round as open_
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.read_report import read_report
from wijkbudget.services.round_keys import make_demo_key
from wijkbudget.services.write_rules import rules_hash, write_rules
from wijkbudget.web import access
from wijkbudget.web.official import blueprint
from wijkbudget.web.official.proposal_pages import ballot_lists
from wijkbudget.web.official.round_pages import get_round, round_page
from wijkbudget.web.templating import moment

Answer = Response | str | tuple[str, int]
Service = Callable[[Session, datetime, Actor, int], Any]


@blueprint.route("/rondes/<int:round_id>/openen", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def open_round(round_id: int) -> Answer:
    """The rules as they will be published; then open the round with them."""
    refused = _decide(_open_as_shown, round_id) if request.method == "POST" else None
    if refused or request.method != "POST":
        return _confirm_opening(round_id, refused)
    opens = get_round(edge.session(), round_id).submission_opens_at
    flash(
        f"De ronde is open. De spelregels staan op de website en liggen vast. Indienen kan {_from(opens)}.",
        "success",
    )
    return _back(round_id)


@blueprint.route("/rondes/<int:round_id>/stemlijst", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def fix_ballot_list(round_id: int) -> Answer:
    """The ballot list per wijk; then fix it, and the roll with it."""
    refused = _decide(_fix, round_id) if request.method == "POST" else None
    if refused or request.method != "POST":
        return _confirm_fixing(round_id, refused)
    opens = get_round(edge.session(), round_id).voting_opens_at
    flash(f"De stemlijst en het kiesregister liggen vast. Stemmen kan {_from(opens)}.", "success")
    return _back(round_id)


@blueprint.post("/rondes/<int:round_id>/tellen")
@access.declare(access.OFFICIAL)
def count_round(round_id: int) -> Answer:
    """Count every wijk that can be counted."""
    with edge.transaction() as session:
        access.actor().require(Role.OFFICIAL)
        open_demo(session, edge.now(), round_id, keys=edge.keys())
        counts = count(session, edge.now(), access.actor(), round_id)
        waiting = sum(done.status == CountStatus.LOT_REQUIRED for done in counts)
    destroy_spent_keys(edge.session(), edge.keys())
    if waiting:
        where = "In 1 wijk" if waiting == 1 else f"In {waiting} wijken"
        flash(f"De stemmen zijn geteld. {where} is een gelijke stand. Houd daar eerst een loting.", "warning")
    else:
        flash(
            "De stemmen zijn geteld. Controleer de telling per wijk. Stel daarna de uitslag vast.", "success"
        )
    return _back(round_id)


@blueprint.route("/rondes/<int:round_id>/vaststellen", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def certify_result(round_id: int) -> Answer:
    """The result per wijk; then certify it, with a code that was given a moment ago."""
    if request.method == "POST" and (asked := access.code_first()):
        return asked
    refused = _decide(certify, round_id) if request.method == "POST" else None
    if refused or request.method != "POST":
        return _confirm_certifying(round_id, refused)
    flash(
        "De uitslag is vastgesteld en openbaar. Het geld is toegekend. U kunt de bestanden nu publiceren.",
        "success",
    )
    return _back(round_id)


def _fix(session: Session, now: datetime, actor: Actor, round_id: int) -> None:
    """Fix the ballot list; a demonstration gets its keys here."""
    get_round(session, round_id)
    if edge.keys().opens_itself and session.get(RoundKey, round_id) is None:
        make_demo_key(session, now, actor, round_id, keys=edge.keys())
    fix(session, now, actor, round_id)


def _open_as_shown(session: Session, now: datetime, actor: Actor, round_id: int) -> None:
    """Open the round, but only with the rules that this official has just read."""
    opened = open_(session, now, actor, round_id)
    if opened.rules_sha256 != request.form.get("rules_sha256"):
        raise DomainError(
            "Het concept is intussen gewijzigd. Lees de spelregels opnieuw. De ronde is niet geopend."
        )


def _from(instant: datetime) -> str:
    return "nu" if instant <= edge.now() else f"vanaf {moment(instant)}"


def _decide(service: Service, round_id: int) -> DomainError | None:
    """Do it, or say why not."""
    try:
        with edge.transaction() as session:
            service(session, edge.now(), access.actor(), round_id)
    except DomainError as error:
        return error
    return None


def _back(round_id: int) -> Response:
    return redirect(url_for(".show_round", round_id=round_id), 303)


def _confirm_opening(round_id: int, refused: DomainError | None = None) -> tuple[str, int]:
    budget_round = get_round(edge.session(), round_id)
    if refused is None:
        budget_round.require_phase(edge.now(), Phase.DRAFT)
    text = write_rules(budget_round, pots_of(edge.session(), round_id))
    return _confirm(
        "official/open_round.html", refused, budget_round=budget_round, text=text, hashed=rules_hash(text)
    )


def _confirm_fixing(round_id: int, refused: DomainError | None = None) -> tuple[str, int]:
    budget_round = get_round(edge.session(), round_id)
    if refused is None:
        budget_round.require_phase(edge.now(), Phase.REVIEW)
    page = round_page(edge.session(), edge.now(), budget_round, opens_itself=edge.keys().opens_itself)
    return _confirm(
        "official/fix_ballot_list.html", refused, page=page, lists=ballot_lists(edge.session(), page)
    )


def _confirm_certifying(round_id: int, refused: DomainError | None = None) -> tuple[str, int]:
    budget_round = get_round(edge.session(), round_id)
    if refused is None:
        budget_round.require_phase(edge.now(), Phase.COUNTED)
    page = round_page(edge.session(), edge.now(), budget_round, opens_itself=edge.keys().opens_itself)
    reports = [(p.pot, read_report(edge.session(), p.count)) for p in page.pots if p.count]
    return _confirm("official/certify_result.html", refused, page=page, reports=reports)


def _confirm(template: str, refused: DomainError | None, **context: Any) -> tuple[str, int]:
    message = refused.message if refused else None
    return render_template(template, refusal=message, **context), refused.status if refused else 200
