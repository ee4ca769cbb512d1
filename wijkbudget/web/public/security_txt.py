"""`/.well-known/security.txt`: where somebody who found a weakness can tell it (RFC 9116)."""

import re
from datetime import UTC, datetime, timedelta

from flask import Response

from wijkbudget import edge
from wijkbudget.config import Settings
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput, NotFound
from wijkbudget.web import access
from wijkbudget.web.public import blueprint

# The standard wants less than a year; the file is made anew for each reader.
VALID = timedelta(days=180)


@blueprint.get("/.well-known/security.txt")
@access.declare(access.PUBLIC)
def security_txt() -> Response:
    """The contact for weaknesses. Raises NotFound when no setting holds an address that can be written to."""
    settings = edge.settings()
    contact = contact_address(settings)
    if contact is None:
        raise NotFound("Deze website heeft geen adres voor meldingen over de beveiliging.")
    return Response("\n".join(lines(settings, contact, edge.now())) + "\n", mimetype="text/plain")


def contact_address(settings: Settings) -> str | None:
    """The contact as an address: the setting for it, else what residents get, if one can write or click there."""
    for text in (settings.security_contact, settings.contact):
        for word in text.split():
            if re.match(r"(https://|mailto:)\S+$", word):
                return word
            try:
                return f"mailto:{parse_email(word.strip('.,;()<>'))}"
            except InvalidInput:
                continue
    return None


def lines(settings: Settings, contact: str, now: datetime) -> list[str]:
    """The fields of the file; it is the same all day."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = [f"Contact: {contact}", f"Expires: {midnight + VALID:%Y-%m-%dT%H:%M:%SZ}"]
    fields.append("Preferred-Languages: nl, en")
    if settings.base_url.startswith("https://"):
        fields.append(f"Canonical: {settings.base_url}/.well-known/security.txt")
    return fields
