"""The form with which a resident asks for a voting link."""

from typing import Any

from wtforms import StringField
from wtforms.validators import Length

from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.postal_address import parse_house_number, parse_postcode
from wijkbudget.services.issue_letter_codes import parse_letter_code
from wijkbudget.services.request_voting_link import LinkRequest
from wijkbudget.web.fields import DutchForm, Needed, parsed_by

TOO_LONG = "Dit is te lang. Controleer wat u hebt ingevuld."


class LinkRequestForm(DutchForm):
    """An e-mail address with either the home address or the code from the letter. The code is the better proof."""

    email = StringField(
        "E-mailadres",
        [Needed("Vul uw e-mailadres in."), Length(max=254, message=TOO_LONG), parsed_by(parse_email)],
    )
    postcode = StringField("Postcode", [Length(max=20, message=TOO_LONG), parsed_by(parse_postcode)])
    house_number = StringField(
        "Huisnummer", [Length(max=20, message=TOO_LONG), parsed_by(parse_house_number)]
    )
    letter_code = StringField(
        "Code uit uw brief", [Length(max=40, message=TOO_LONG), parsed_by(parse_letter_code)]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides the fields themselves: one of the two proofs must be there, and whole."""
        self.email.data, self.postcode.data, self.house_number.data, self.letter_code.data = (
            (field.data or "").strip()
            for field in (self.email, self.postcode, self.house_number, self.letter_code)
        )
        good = super().validate(extra_validators)
        if self.letter_code.data:
            return bool(good)
        otherwise = "Of vul hieronder de code uit uw brief in."
        for field, name in ((self.postcode, "uw postcode"), (self.house_number, "uw huisnummer")):
            if not field.data:
                field.errors = [f"Vul {name} in. {otherwise}"]
                good = False
        return bool(good)

    def link_request(self) -> LinkRequest:
        """What was filled in, in the spelling of the roll."""
        email = parse_email(self.email.data)
        if self.letter_code.data:
            return LinkRequest(email, letter_code=parse_letter_code(self.letter_code.data))
        return LinkRequest(
            email, parse_postcode(self.postcode.data), parse_house_number(self.house_number.data)
        )
