"""Forms for members of a wijkplatform."""

from wtforms import TextAreaField
from wtforms.validators import Length

from wijkbudget.web.fields import DutchForm, Needed


class WithdrawForm(DutchForm):
    """Why a proposal is taken back."""

    reason = TextAreaField(
        "Waarom trekt u het plan in?", [Needed("Vul in waarom u het plan intrekt."), Length(max=500)]
    )
