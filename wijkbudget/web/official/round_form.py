"""The form of a budget round: all its rules, dates and budgets on one page."""

from datetime import date
from typing import Any

from sqlmodel import Session, col, select
from wtforms import DateField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from wijkbudget.domain.budget_round import BallotType, BudgetRound, Completion, Satisfaction
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.wijk import Wijk
from wijkbudget.services.choose_rule import choose_rule
from wijkbudget.services.create_round import RoundPlan
from wijkbudget.services.read_pots import all_pots_of
from wijkbudget.web.fields import DutchForm, EuroField, LocalMomentField, Needed
from wijkbudget.web.official.forms import at_most, chosen, stripped
from wijkbudget.web.official.labels import (
    AS_THE_REGLEMENT,
    BALLOT_LABELS,
    COMPLETION_LABELS,
    SATISFACTION_LABELS,
    counting_labels,
)

AMOUNT = "Bijvoorbeeld 3.000 of 3.000,50."
MOMENT = "Vul een datum met tijd in."


def _of_a_person(_form: object, field: IntegerField) -> None:
    """Refuse an age that nobody has, however many digits it is typed with."""
    if field.data is not None and not 0 <= field.data <= 120:
        raise ValidationError("Kies een minimumleeftijd van 0 tot en met 120.")


class RoundForm(DutchForm):
    """The rules of a round; the fields `budget_<wijk id>` are made by `round_form`."""

    wijken: tuple[Wijk, ...] = ()
    budget_errors: tuple[str, ...] = ()

    name = StringField(
        "Naam van de ronde",
        [Needed("Geef de ronde een naam."), at_most(100)],
        filters=[stripped],
        description="Bijvoorbeeld: Wijkbudget 2027.",
    )
    basis = StringField(
        "Grondslag",
        [Optional(), at_most(300)],
        filters=[stripped],
        description="De regeling waarop de ronde rust, met datum. Nodig voordat u de ronde opent.",
    )
    reference_date = DateField(
        "Peildatum",
        [Needed("Vul de peildatum in.")],
        description="Wie op deze dag in de wijk woont, mag stemmen.",
    )
    minimum_age = IntegerField(
        "Minimumleeftijd",
        [
            Needed("Vul een leeftijd in."),
            _of_a_person,
        ],
        default=16,
        description="Leeftijd op de peildatum, in jaren.",
    )
    min_cost_cents = EuroField(
        "Minimum per plan",
        [Needed("Vul het laagste bedrag van een plan in.")],
        default=3_000_00,
        description=AMOUNT,
    )
    max_cost_cents = EuroField(
        "Maximum per plan", [Optional()], description="Leeg: het budget van de wijk is het maximum."
    )
    ballot_type = RadioField(
        "Stembiljet",
        [Needed("Kies een stembiljet.")],
        choices=chosen(BALLOT_LABELS),
        default=BallotType.APPROVAL.value,
    )
    counting_rule = RadioField(
        "Telregel",
        [Needed("Kies een telregel.")],
        choices=lambda: chosen(counting_labels()),
        default="greedy",
    )
    satisfaction = RadioField(
        "Hoe zwaar een plan telt",
        [Optional()],
        choices=[SelectChoice("", AS_THE_REGLEMENT), *chosen(SATISFACTION_LABELS)],
        default="",
    )
    completion = RadioField(
        "Wat er met geld gebeurt dat overblijft",
        [Optional()],
        choices=[SelectChoice("", AS_THE_REGLEMENT), *chosen(COMPLETION_LABELS)],
        default="",
    )
    submission_opens_at = LocalMomentField(
        "Indienen opent", [Needed(MOMENT)], description="Vanaf deze minuut."
    )
    submission_closes_at = LocalMomentField(
        "Indienen sluit", [Needed(MOMENT)], closing=True, description="Deze minuut telt nog mee, zoals 23:59."
    )
    voting_opens_at = LocalMomentField("Stemmen opent", [Needed(MOMENT)], description="Vanaf deze minuut.")
    voting_closes_at = LocalMomentField(
        "Stemmen sluit", [Needed(MOMENT)], closing=True, description="Deze minuut telt nog mee, zoals 23:59."
    )

    def budget_fields(self) -> list[Any]:
        """The budget fields, in the order of the wijken."""
        return [self[f"budget_{wijk.id}"] for wijk in self.wijken]

    def refuse(self, error: DomainError) -> None:
        """A refusal about the budgets is shown with the budgets as well as above the form."""
        super().refuse(error)
        if error.field == "budgets":
            self.budget_errors = (*self.budget_errors, error.message)

    def plan(self) -> RoundPlan:
        """What was filled in, for the services. A wijk without an amount takes no part."""
        amounts = {wijk.id: self[f"budget_{wijk.id}"].data for wijk in self.wijken}
        return RoundPlan(
            name=self.name.data,
            basis=self.basis.data or "",
            reference_date=self.reference_date.data,
            minimum_age=self.minimum_age.data,
            min_cost_cents=self.min_cost_cents.data or 0,
            max_cost_cents=self.max_cost_cents.data,
            ballot_type=BallotType(self.ballot_type.data),
            counting_rule=self.counting_rule.data,
            satisfaction=Satisfaction(self.satisfaction.data) if self.satisfaction.data else None,
            completion=Completion(self.completion.data) if self.completion.data else None,
            submission_opens_at=self.submission_opens_at.data,
            submission_closes_at=self.submission_closes_at.data,
            voting_opens_at=self.voting_opens_at.data,
            voting_closes_at=self.voting_closes_at.data,
            budgets={wijk_id: cents for wijk_id, cents in amounts.items() if cents is not None},
        )


def round_form(session: Session, today: date, budget_round: BudgetRound | None = None) -> RoundForm:
    """The form with a budget field for every wijk that exists today or is in the round."""
    budgets = {}
    if budget_round is not None:
        budgets = {
            pot.wijk_id: pot.budget_cents for pot in all_pots_of(session, budget_round.id) if pot.budget_cents
        }
    known = session.exec(select(Wijk).order_by(col(Wijk.name), col(Wijk.id)))
    wijken = tuple(w for w in known if w.valid_until is None or w.valid_until > today or w.id in budgets)
    fields: dict[str, Any] = {
        f"budget_{w.id}": EuroField(f"{w.name} ({w.code})", [Optional()]) for w in wijken
    }
    form_class = type("RoundFormOfWijken", (RoundForm,), {**fields, "wijken": wijken})
    stored = {f"budget_{wijk_id}": cents for wijk_id, cents in budgets.items()}
    form: RoundForm = form_class(obj=budget_round, data=stored)
    if budget_round is not None and not form.is_submitted():
        _show_own_options(form, budget_round)
    return form


def _show_own_options(form: RoundForm, budget_round: BudgetRound) -> None:
    """An option that is the rule's own shows as such: another rule may then be chosen without a refusal."""
    own = choose_rule(BallotType(budget_round.ballot_type), budget_round.counting_rule)
    for field, usual in ((form.satisfaction, own.satisfaction), (form.completion, own.completion)):
        if field.data in (None, usual):
            field.data = ""
