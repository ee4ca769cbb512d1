"""What every template knows: filters for money and time, and the frame around each page."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from babel.dates import format_date
from flask import Flask, Response, request, send_from_directory, url_for
from flask_login import current_user

from wijkbudget import edge
from wijkbudget.domain.account import ROLE_LABELS, Role
from wijkbudget.domain.amsterdam import last_minute, local
from wijkbudget.domain.budget_round import PHASE_LABELS
from wijkbudget.domain.money import format_euros, plain_euros
from wijkbudget.domain.proposal import STATUS_LABELS
from wijkbudget.web import access


@dataclass(frozen=True)
class MenuItem:
    """A link in the menu of somebody who is logged in."""

    label: str
    url: str
    current: bool


def day(value: date | datetime) -> str:
    """A date for people: "5 december 2026"."""
    return str(format_date(local(value) if isinstance(value, datetime) else value, "d MMMM y", locale="nl"))


def moment(value: datetime) -> str:
    """An instant for people, in local time: "5 december 2026, 14:30 uur"."""
    return f"{day(value)}, {local(value):%H:%M} uur"


def until(value: datetime) -> str:
    """A closing instant as the last minute that still counts: "31 december 2026, 23:59 uur"."""
    return f"{day(last_minute(value))}, {last_minute(value):%H:%M} uur"


def number(value: int) -> str:
    """A number for people: "12.500"."""
    return f"{value:_}".replace("_", ".")


def euros(cents: int) -> str:
    """An amount for people that a line break does not split: "€ 12.500"."""
    return format_euros(cents).replace(" ", "\u00a0")


def init_app(app: Flask) -> None:
    """Register filters, the frame, and the municipality's own theme."""
    filters = {"euro": euros, "bedrag": plain_euros, "datum": day, "datumtijd": moment, "tot": until}
    filters["aantal"] = number
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        phase_labels=PHASE_LABELS, status_labels=STATUS_LABELS, role_labels=ROLE_LABELS
    )
    theme = Path(app.instance_path) / "theme.css"

    @app.get("/theme.css")
    @access.declare(access.PUBLIC)
    def theme_css() -> Response:
        """The municipality's own colours, from the instance folder."""
        return send_from_directory(app.instance_path, "theme.css")

    @app.context_processor
    def _frame() -> dict[str, object]:
        settings = edge.settings()
        return {
            "municipality": settings.municipality,
            "contact": settings.contact,
            "demo": settings.demo,
            "now": edge.now(),
            "menu": _menu(),
            "theme_css_url": url_for("theme_css") if theme.is_file() else None,
            "has_errors": False,
        }


def _menu() -> list[MenuItem]:
    if not current_user.is_authenticated:
        return []
    links = []
    if Role.PLATFORM_MEMBER in current_user.roles or Role.PLATFORM_MANAGER in current_user.roles:
        links.append(("Plannen van mijn wijkplatform", "wijkplatform.list_proposals"))
    if access.STAFF.admits(current_user.roles):
        links += [("Rondes beheren", "official.list_rounds"), ("Wijken beheren", "official.list_wijken")]
    if Role.ADMINISTRATOR in current_user.roles:
        links.append(("Accounts", "official.list_accounts"))
    if access.STAFF.admits(current_user.roles):
        links.append(("Logboek", "official.show_audit"))
    return [MenuItem(label, url_for(endpoint), request.endpoint == endpoint) for label, endpoint in links]
