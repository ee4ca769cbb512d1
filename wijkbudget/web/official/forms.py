"""The forms that officials fill in."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from wijkbudget.domain.account import ROLE_LABELS, MembershipKind, Role
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.wijkplatform import PlatformKind
from wijkbudget.services.create_account import MIN_PASSWORD
from wijkbudget.services.read_pots import PotView
from wijkbudget.web.fields import DutchForm, Needed, parsed_by
from wijkbudget.web.proposal_form import ProposalForm

MEMBERSHIP_LABELS = {
    MembershipKind.CORE: "vaste kern",
    MembershipKind.NETWORK: "netwerk",
    MembershipKind.ONE_OFF: "voor één keer",
}
PLATFORM_LABELS = {PlatformKind.WIJKPLATFORM: "wijkplatform", PlatformKind.WIJKRAAD: "wijkraad"}


def stripped(text: str | None) -> str | None:
    """A filter for text fields: spaces around it do not count."""
    return text.strip() if text else text


def at_most(limit: int) -> Length:
    """A validator with a message that says what to do."""
    return Length(max=limit, message=f"Gebruik hoogstens {limit} tekens.")


def chosen(labels: dict[Any, str]) -> list[SelectChoice]:
    """The choices of a field from an enumeration with its labels."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]


def number_or_nothing(text: str | int | None) -> int | None:
    """The value of a choice that is a number; the first, empty choice is None."""
    return int(text) if text else None


class JudgeForm(DutchForm):
    """Whether a plan is feasible, and why."""

    feasible = RadioField(
        "Is dit plan haalbaar?",
        [Needed("Kies of het plan haalbaar is.")],
        choices=chosen({"yes": "Ja, het plan is haalbaar", "no": "Nee, het plan is niet haalbaar"}),
    )
    reason = TextAreaField(
        "Reden van uw oordeel",
        [Needed("Geef de reden van uw oordeel. Iedereen kan die lezen."), at_most(2000)],
        description="Iedereen kan deze reden lezen, ook de indiener. Zet er geen namen in.",
    )


class WithdrawForm(DutchForm):
    """Why a plan is taken back."""

    reason = TextAreaField(
        "Waarom wordt het plan ingetrokken?",
        [Needed("Vul in waarom het plan wordt ingetrokken."), at_most(500)],
        description="Iedereen kan deze reden lezen. Zet er geen namen in.",
    )


class TakeInForm(ProposalForm):
    """A plan that an official writes down for a resident."""

    pot_id = SelectField("Wijk", [Needed("Kies een wijk.")], coerce=number_or_nothing)
    submitter_name = StringField(
        "Hoe wil de indiener genoemd worden?",
        [Needed("Vul in hoe de indiener genoemd wil worden."), at_most(100)],
        filters=[stripped],
        description="Deze naam komt op de website. Vul geen adres, e-mailadres of telefoonnummer in.",
    )


def intake_form(pots: Sequence[PotView]) -> TakeInForm:
    """The form for a plan in one of these wijken. With more than one, the official has to choose."""
    form = TakeInForm()
    first = [] if len(pots) == 1 else [("", "Kies een wijk")]
    form.pot_id.choices = [*first, *((pot.id, pot.wijk) for pot in pots)]
    return form


class UploadForm(DutchForm):
    """The file with the electoral roll."""

    file = FileField(
        "CSV-bestand met het kiesregister",
        [FileRequired("Kies een CSV-bestand.")],
        description="Hoogstens 400.000 regels en 64 MB.",
    )


class LotForm(DutchForm):
    """The order in which the tied plans were drawn; the fields `place_<id>` are made by `lot_form`."""

    plans: tuple[Proposal, ...] = ()
    witness = StringField(
        "Wie was getuige van de loting?",
        [Needed("Vul in wie getuige was van de loting."), at_most(200)],
        filters=[stripped],
        description="Vul een functie in, bijvoorbeeld “notaris” of “lid van de rekenkamer”. Dit wordt openbaar.",
    )
    confirm = BooleanField(
        "De loting was openbaar. Ik heb de volgorde gecontroleerd.",
        [Needed("Bevestig dat de loting openbaar was en dat de volgorde klopt.")],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        places = [field.data for field in self.place_fields()]
        for field in self.place_fields():
            if field.data and places.count(field.data) > 1:
                field.errors = [*field.errors, "Elke plaats kan maar één keer voorkomen."]
                valid = False
        return valid

    def place_fields(self) -> list[Any]:
        """The fields with the places, in the order of the plans."""
        return [self[f"place_{plan.id}"] for plan in self.plans]

    def order(self) -> list[int]:
        """The plans as drawn, first drawn first."""
        by_place = {int(self[f"place_{plan.id}"].data): plan.id for plan in self.plans}
        return [by_place[place] for place in sorted(by_place)]


def lot_form(plans: Sequence[Proposal]) -> LotForm:
    """The form for a lot among these plans."""
    choices = [SelectChoice("", "Kies een plaats")]
    choices += [SelectChoice(str(i), f"{i}e") for i in range(1, len(plans) + 1)]
    fields: dict[str, Any] = {
        f"place_{plan.id}": SelectField(
            f"Plaats van plan {plan.number}: {plan.title}",
            [Needed("Kies de plaats van dit plan.")],
            choices=choices,
        )
        for plan in plans
    }
    form: LotForm = type("LotFormOfPlans", (LotForm,), {**fields, "plans": tuple(plans)})()
    return form


class AccountForm(DutchForm):
    """A new account."""

    name = StringField("Naam", [Needed("Vul een naam in."), at_most(100)], filters=[stripped])
    email = StringField(
        "E-mailadres",
        [Needed("Vul een e-mailadres in."), at_most(254), parsed_by(parse_email)],
        filters=[stripped],
    )
    password = PasswordField(
        "Eerste wachtwoord",
        [Needed("Vul een eerste wachtwoord in.")],
        description=f"Ten minste {MIN_PASSWORD} tekens. Geef het persoonlijk door. "
        "De gebruiker kiest daarna een eigen wachtwoord.",
    )
    roles = SelectMultipleField(
        "Rollen", [Needed("Kies ten minste één rol.")], choices=chosen(ROLE_LABELS), coerce=Role
    )


class PlatformForm(DutchForm):
    """A platform to recognise."""

    name = StringField("Naam", [Needed("Vul de naam in."), at_most(100)], filters=[stripped])
    kind = RadioField("Soort", choices=chosen(PLATFORM_LABELS), default=PlatformKind.WIJKPLATFORM.value)
    recognised_on = DateField("Erkend op", [Needed("Vul de datum van de erkenning in.")])


class ConvertForm(DutchForm):
    """From wijkraad to wijkplatform."""

    name = StringField("Nieuwe naam", [Needed("Vul de nieuwe naam in."), at_most(100)], filters=[stripped])
    converted_on = DateField("Wijkplatform vanaf", [Needed("Vul de datum in.")])


class EndForm(DutchForm):
    """The last day of a platform."""

    ended_on = DateField("Gestopt op", [Needed("Vul de datum in.")])


class MemberForm(DutchForm):
    """An account that takes part in a platform."""

    email = StringField(
        "E-mailadres van het account",
        [Needed("Vul het e-mailadres van het account in."), parsed_by(parse_email)],
        filters=[stripped],
    )
    kind = RadioField("Deelname", choices=chosen(MEMBERSHIP_LABELS), default=MembershipKind.CORE.value)
    since = DateField("Lid vanaf", [Needed("Vul de datum in.")])
