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
Hebt u al gestemd? Dan kunt u opnieuw stemmen. Alleen uw laatste stem telt.
Stemmen kan tot en met {last_minute(closes_at):%d-%m-%Y %H:%M} uur.

Deelt u dit e-mailadres met een huisgenoot? Dan krijgt ieder een eigen mail met een eigen link.

Hebt u dit niet gevraagd? Dan hoeft u niets te doen. Stuur de link niet door.

Gemeente {municipality}
""",
    )


def invitation(
    *,
    municipality: str,
    round_name: str,
    wijk: str,
    roll_number: str,
    url: str,
    opens_at: datetime,
    closes_at: datetime,
) -> Message:
    """The link that the gemeente sends of its own accord to one person of the roll."""
    return Message(
        kind="invitation",
        subject=f"Uw uitnodiging om te stemmen: {round_name}",
        body=f"""Beste inwoner,

U mag stemmen over de plannen voor {wijk}.
Deze link is voor kiesnummer {masked(roll_number)}:

{url}

Open de link en druk op “Begin met stemmen”.
Stemmen kan van {local(opens_at):%d-%m-%Y %H:%M} uur tot en met {last_minute(closes_at):%d-%m-%Y %H:%M} uur.
Zo lang werkt de link. Bewaar deze mail dus.

Deelt u dit e-mailadres met een huisgenoot? Dan krijgt ieder een eigen mail met een eigen link.

Stuur de link niet door. Wie de link heeft, kan voor u stemmen.

Gemeente {municipality}
""",
    )


def replacement_link(
    *, municipality: str, round_name: str, wijk: str, roll_number: str, url: str, closes_at: datetime
) -> Message:
    """The link that somebody asked for at the help desk."""
    return Message(
        kind="replacement",
        subject=f"Uw nieuwe stemlink voor {round_name}",
        body=f"""Beste inwoner,

U vroeg de gemeente om een nieuwe stemlink voor {wijk}.
Deze link is voor kiesnummer {masked(roll_number)}:

{url}

Open de link en druk op “Begin met stemmen”.
De link werkt tot en met {last_minute(closes_at):%d-%m-%Y %H:%M} uur.
Oude links en de code uit uw brief werken niet meer.

Stuur de link niet door. Wie de link heeft, kan voor u stemmen.

Gemeente {municipality}
""",
    )


def replaced_notice(*, municipality: str, round_name: str, wijk: str, roll_number: str) -> Message:
    """For the address that the roll held, when the help desk handed out something new elsewhere."""
    return Message(
        kind="replaced",
        subject=f"Er is een nieuwe stemlink of code gemaakt voor {round_name}",
        body=f"""Beste inwoner,

Iemand vroeg de gemeente om een nieuwe stemlink of code voor {wijk}.
Dat was voor kiesnummer {masked(roll_number)}. De oude links en de oude code werken niet meer.

Vroeg u dit zelf? Dan hoeft u niets te doen.
Vroeg u dit niet? Bel dan meteen met de gemeente.

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
Wilt u uw keuze veranderen? Dan kunt u opnieuw stemmen zolang de stemming open is. Alleen uw laatste stem telt.

De stemming sluit op {last_minute(closes_at):%d-%m-%Y} om {last_minute(closes_at):%H:%M} uur.
Daarna tellen we de stemmen. De uitslag komt op de website.

Hebt u zelf niet gestemd? Bel dan meteen met de gemeente.

Gemeente {municipality}
""",
    )


def ballot_changed(*, municipality: str, round_name: str, wijk: str, closes_at: datetime) -> Message:
    """The confirmation of voting again. It says that a vote took the place of an earlier one, never what was chosen."""
    return Message(
        kind="ballot_changed",
        subject=f"Uw stem voor {round_name} is gewijzigd",
        body=f"""Beste inwoner,

U hebt opnieuw gestemd over de plannen voor {wijk}. Uw nieuwe stem is goed ontvangen.
Alleen uw laatste stem telt. Wat u hebt gekozen, staat niet in deze mail.
Wilt u uw keuze veranderen? Dan kunt u opnieuw stemmen zolang de stemming open is. Alleen uw laatste stem telt.

De stemming sluit op {last_minute(closes_at):%d-%m-%Y} om {last_minute(closes_at):%H:%M} uur.
Tot die tijd kunt u nog eens stemmen.

Hebt u zelf niet opnieuw gestemd? Bel dan meteen met de gemeente.

Gemeente {municipality}
""",
    )
