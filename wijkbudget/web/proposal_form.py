"""The form in which a proposal is written, by a platform member or at the counter."""

from typing import Any

from wtforms import FieldList, FormField, StringField, TextAreaField
from wtforms.form import Form
from wtforms.validators import Length, Optional

from wijkbudget.domain.proposal import CostLine, Proposal
from wijkbudget.services.save_proposal import LIMITS, MAX_LINES, ProposalText
from wijkbudget.web.fields import DutchForm, EuroField, Needed

EMPTY_LINES = 3


class CostLineForm(Form):
    """One line of the estimate; a line that is empty in both fields is left out."""

    description = StringField("Omschrijving", [Length(max=150)])
    amount = EuroField("Bedrag in euro")

    class Meta(Form.Meta):
        locales = ("nl",)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if bool(self.description.data) != (self.amount.data is not None):
            self.description.errors = ["Vul bij elke kostenregel een omschrijving én een bedrag in."]
            return False
        return True


class ProposalForm(DutchForm):
    """Everything a proposal says. What is needed to submit is checked by the service; a draft needs a title."""

    title = StringField(
        "Titel van het plan", [Needed("Geef het plan een titel."), Length(max=LIMITS["title"])]
    )
    summary = TextAreaField("Samenvatting in een paar zinnen", [Optional(), Length(max=LIMITS["summary"])])
    description = TextAreaField("Beschrijving", [Optional(), Length(max=LIMITS["description"])])
    location = StringField("Plaats", [Optional(), Length(max=LIMITS["location"])])
    own_contribution = TextAreaField("Wat doet u zelf?", [Optional(), Length(max=LIMITS["own_contribution"])])
    asked_of_gemeente = TextAreaField(
        "Wat vraagt u van de gemeente, naast het geld?", [Optional(), Length(max=LIMITS["asked_of_gemeente"])]
    )
    cost_lines = FieldList(FormField(CostLineForm), "Kosten", max_entries=MAX_LINES)

    def proposal_text(self) -> ProposalText:
        """What was filled in, for the services."""
        lines = tuple(
            (line.description.data, line.amount.data)
            for line in (entry.form for entry in self.cost_lines)
            if line.description.data and line.amount.data is not None
        )
        fields = {name: self[name].data or "" for name in LIMITS}
        return ProposalText(**fields, cost_lines=lines)

    def offer_empty_lines(self) -> None:
        """Leave room to add costs; more lines appear after saving."""
        for _ in range(min(EMPTY_LINES, MAX_LINES - len(self.cost_lines))):
            self.cost_lines.append_entry()


def filled_form(proposal: Proposal, lines: list[CostLine]) -> dict[str, Any]:
    """The form's data for a proposal that is being changed."""
    data: dict[str, Any] = {name: getattr(proposal, name) for name in LIMITS}
    data["cost_lines"] = [{"description": line.description, "amount": line.cents} for line in lines]
    return data
