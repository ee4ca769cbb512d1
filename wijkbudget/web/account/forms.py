"""Forms around logging in."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, Length

from wijkbudget.web.fields import DutchForm, Needed

CODE_LENGTH = Length(max=40, message="Deze code is te lang.")


class LogInForm(DutchForm):
    """Address and password."""

    email = StringField("E-mailadres", [Needed("Vul uw e-mailadres in."), Length(max=254)])
    password = PasswordField("Wachtwoord", [Needed("Vul uw wachtwoord in."), Length(max=200)])


class PasswordForm(DutchForm):
    """The old password, and the new one twice."""

    old = PasswordField("Huidig wachtwoord", [Needed(), Length(max=200)])
    new = PasswordField("Nieuw wachtwoord", [Needed(), Length(max=200)])
    again = PasswordField(
        "Nieuw wachtwoord, nog een keer", [EqualTo("new", "De twee nieuwe wachtwoorden verschillen.")]
    )


class CodeForm(DutchForm):
    """The code of the second step."""

    code = StringField(
        "Code",
        [Needed("Vul de code in."), CODE_LENGTH],
        description="De zes cijfers die uw app nu laat zien. Telefoon kwijt? Vul dan een herstelcode in.",
    )

    def refuse_code(self, message: str) -> None:
        """Tell that the code was wrong, and leave the field empty: what was typed may be a code that still works."""
        self.form_errors, self.code.data = [message], ""


class SetUpForm(DutchForm):
    """The first code of a new secret; the secret travels along, sealed."""

    sealed = HiddenField(validators=[Length(max=200)])
    code = StringField(
        "Code",
        [Needed("Vul de code in."), CODE_LENGTH],
        description="De zes cijfers die uw app nu laat zien.",
    )


class ConfirmForm(DutchForm):
    """A button."""
