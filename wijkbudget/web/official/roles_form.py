"""The roles of an account, to be changed."""

from wtforms import SelectMultipleField

from wijkbudget.domain.account import ROLE_LABELS, Role
from wijkbudget.web.fields import DutchForm, Needed
from wijkbudget.web.official.forms import chosen


class RolesForm(DutchForm):
    """What somebody may do from now on."""

    roles = SelectMultipleField(
        "Rollen", [Needed("Kies ten minste één rol.")], choices=chosen(ROLE_LABELS), coerce=Role
    )
