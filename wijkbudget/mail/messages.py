"""The mails that residents get, as plain text: data in, message out."""

from dataclasses import dataclass
from datetime import datetime

from wijkbudget.domain.amsterdam import last_minute, local
from wijkbudget.domain.electoral_roll import masked


@dataclass(frozen=True)
class Message:
    """A mail without its recipient. `kind` is for the outbox, not for the reader."""

    kind: str
    subject: str
    body: str


def voting_link(
    *,
    municipality: str,
    round_name: str,
    wijk: str,
    roll_number: str,
    url: str,
    expires_at: datetime,
    closes_at: datetime,
) -> Message:
    """The link with which one person of the roll votes."""
    return Message(
        kind="voting_link",
        subject=f"Uw stemlink voor {round_name}",
        body=f"""Beste inwoner,

U hebt gevraagd om te stemmen over de plannen voor {wijk}.
Deze link is voor kiesnummer {masked(roll_number)}:

{url}

Open de link vóór {local(expires_at):%H:%M} uur en druk op “Begin met stemmen”.
U kunt de link één keer gebruiken om te stemmen.
Stemmen kan tot en met {last_minute(closes_at):%d-%m-%Y %H:%M} uur.

Deelt u dit e-mailadres met een huisgenoot? Dan krijgt ieder een eigen mail met een eigen link.

Hebt u dit niet gevraagd? Dan hoeft u niets te doen. Stuur de link niet door.

Gemeente {municipality}
""",
    )


def already_voted(*, municipality: str, round_name: str, wijk: str, roll_number: str) -> Message:
    """For somebody who asks for a link after having voted."""
    return Message(
        kind="already_voted",
        subject=f"U hebt al gestemd in {round_name}",
        body=f"""Beste inwoner,

U vroeg om een stemlink voor {wijk}.
Voor kiesnummer {masked(roll_number)} is al een stem uitgebracht. Stemmen kan één keer.

Hebt u zelf niet gestemd? Bel dan met de gemeente.

Gemeente {municipality}
""",
    )


def ballot_cast(*, municipality: str, round_name: str, wijk: str, closes_at: datetime) -> Message:
    """The confirmation. It says that somebody voted, never what was chosen."""
    return Message(
        kind="ballot_cast",
        subject=f"Uw stem voor {round_name} is ontvangen",
        body=f"""Beste inwoner,

Uw stem over de plannen voor {wijk} is goed ontvangen.
Wat u hebt gekozen, staat niet in deze mail.

De stemming sluit op {last_minute(closes_at):%d-%m-%Y} om {last_minute(closes_at):%H:%M} uur.
Daarna tellen we de stemmen. De uitslag komt op de website.

Hebt u zelf niet gestemd? Bel dan meteen met de gemeente.

Gemeente {municipality}
""",
    )
