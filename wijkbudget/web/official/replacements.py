"""The help desk: ask for a new letter code or link for one person, and decide about what a colleague asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from wijkbudget import edge
from wijkbudget.domain.account import Account
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput, NotFound
from wijkbudget.domain.replacement import LAPSES_AFTER, Replacement, ReplacementKind, ReplacementReason
from wijkbudget.services.hand_out_link import (
    WHEN,
    approve_replacement,
    ask_replacement,
    open_replacements,
    refuse_replacement,
)
from wijkbudget.services.request_voting_link import link_settings
from wijkbudget.web import access
from wijkbudget.web.fields import DutchForm, Needed, form_page, parsed_by
from wijkbudget.web.official import blueprint
from wijkbudget.web.official.forms import at_most, chosen, stripped
from wijkbudget.web.official.round_pages import get_round

Answer = Response | str | tuple[str, int]
KIND_LABELS = {
    ReplacementKind.LETTER_CODE: "een nieuwe code, op papier",
    ReplacementKind.LINK: "een nieuwe stemlink, per mail",
}
REASON_LABELS = {
    ReplacementReason.LETTER_LOST: "De brief is kwijt",
    ReplacementReason.LETTER_NEVER_CAME: "De brief is nooit gekomen",
    ReplacementReason.MAIL_NEVER_CAME: "De mail is nooit gekomen",
    ReplacementReason.ADDRESS_CHANGED: "Het e-mailadres is veranderd",
    ReplacementReason.SEEN_BY_OTHERS: "Iemand anders heeft de brief of leest de mail",
}


class ReplacementForm(DutchForm):
    """For whom, what and why."""

    number = StringField("Kiesnummer", [Needed("Vul het kiesnummer in."), at_most(40)], filters=[stripped])
    kind = RadioField(
        "Wat krijgt deze persoon?", [Needed("Kies wat deze persoon krijgt.")], choices=chosen(KIND_LABELS)
    )
    email = StringField(
        "E-mailadres voor de link", [at_most(254), parsed_by(parse_email)], filters=[stripped]
    )
    reason = SelectField(
        "Reden",
        [Needed("Kies een reden.")],
        choices=[SelectChoice("", "Kies een reden"), *chosen(REASON_LABELS)],
    )

    def values(self) -> dict[str, Any]:
        """What the service wants to know."""
        return {
            "number": self.number.data,
            "kind": ReplacementKind(self.kind.data),
            "reason": ReplacementReason(self.reason.data),
            "email": parse_email(self.email.data) if self.email.data else None,
        }


@dataclass(frozen=True)
class OpenReplacement:
    """A request that waits for a decision."""

    id: int
    number: str
    kind: str
    reason: str
    email: str | None
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    own: bool


@blueprint.route("/rondes/<int:round_id>/vervangen", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def ask_for_replacement(round_id: int) -> Answer:
    """What waits for a second official, and the form to ask for something new."""
    form = ReplacementForm()
    if form.validate_on_submit():
        try:
            with edge.transaction() as session:
                ask_replacement(session, edge.now(), access.actor(), round_id, **form.values())
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash("De aanvraag staat klaar. Een andere ambtenaar moet haar goedkeuren.", "success")
            return _back(round_id)
    found = get_round(edge.session(), round_id)
    return form_page(
        "official/replace_link.html",
        form,
        budget_round=found,
        open=found.phase_at(edge.now()) in WHEN,
        waiting=_waiting(edge.session(), edge.now(), found),
    )


@blueprint.post("/rondes/<int:round_id>/vervangen/<int:replacement_id>/goedkeuren")
@access.declare(access.OFFICIAL)
def hand_out_replacement(round_id: int, replacement_id: int) -> Answer:
    """Approve what a colleague asked. A new code is on the answer to this, and nowhere else."""
    asked = _of_round(edge.session(), round_id, replacement_id)
    with edge.transaction() as session:
        settings = link_settings(edge.settings())
        handed_out = approve_replacement(session, edge.now(), access.actor(), replacement_id, settings)
    if handed_out.letter_code is None:
        flash("De nieuwe stemlink is verstuurd. De oude links en de oude code werken niet meer.", "success")
        return _back(round_id)
    return render_template(
        "official/new_letter_code.html",
        budget_round=get_round(edge.session(), round_id),
        number=asked,
        code=handed_out.letter_code,
    )


@blueprint.post("/rondes/<int:round_id>/vervangen/<int:replacement_id>/afwijzen")
@access.declare(access.OFFICIAL)
def refuse_to_replace(round_id: int, replacement_id: int) -> Response:
    """Turn down what a colleague asked, or take back what one asked oneself."""
    _of_round(edge.session(), round_id, replacement_id)
    with edge.transaction() as session:
        refuse_replacement(session, edge.now(), access.actor(), replacement_id)
    flash("De aanvraag is afgewezen. De oude code en links blijven geldig.", "info")
    return _back(round_id)


def _back(round_id: int) -> Response:
    return redirect(url_for(".ask_for_replacement", round_id=round_id), 303)


def _of_round(session: Session, round_id: int, replacement_id: int) -> str:
    """The roll number that a request is for. Raises NotFound for a request of another round."""
    for asked, entry in open_replacements(session, edge.now(), round_id):
        if asked.id == replacement_id:
            return entry.external_number
    raise NotFound("Deze aanvraag wacht niet (meer) op een besluit. Laad de pagina opnieuw.")


def _waiting(session: Session, now: datetime, found: BudgetRound) -> list[OpenReplacement]:
    me = access.actor().account_id
    return [
        _shown(session, asked, entry.external_number, me)
        for asked, entry in open_replacements(session, now, found.id)
    ]


def _shown(session: Session, asked: Replacement, number: str, me: int | None) -> OpenReplacement:
    return OpenReplacement(
        id=asked.id,
        number=number,
        kind=KIND_LABELS[ReplacementKind(asked.kind)],
        reason=REASON_LABELS[ReplacementReason(asked.reason)],
        email=asked.email,
        asked_by=session.get_one(Account, asked.asked_by).name,
        asked_at=asked.asked_at,
        lapses_at=asked.asked_at + LAPSES_AFTER,
        own=asked.asked_by == me,
    )
