"""Forms around logging in."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length

from wijkbudget.web.fields import DutchForm, Needed


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
