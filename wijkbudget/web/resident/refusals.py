"""Why a link or a ballot cannot be used, each with its own page and what to do about it."""

from dataclasses import dataclass

from flask import current_app, render_template, request
from flask_wtf.csrf import CSRFError

from wijkbudget.domain.errors import DomainError, LinkExpired, LinkInvalid, VoteClosed
from wijkbudget.web import access, failures
from wijkbudget.web.resident import blueprint, kept_ballot
from wijkbudget.web.resident.kept_ballot import JustVoted, NoBallot, OtherBallot

REOPEN = (
    "Open de link uit uw mail opnieuw en druk op “Begin met stemmen”. Dat kan tot twee uur nadat u begon. "
    "Lukt dat niet? Vraag een nieuwe link aan. "
    "Hebt u al gestemd? Dan kreeg u daarvan een mail."
)


@dataclass(frozen=True)
class Refusal:
    """The heading of the page, what to do, and whether asking for a new link helps."""

    heading: str
    what_to_do: str
    new_link: bool


REFUSALS: dict[type[DomainError], Refusal] = {
    LinkInvalid: Refusal(
        "We herkennen deze link niet", "Kopieer de hele link uit de mail. Of vraag een nieuwe link aan.", True
    ),
    LinkExpired: Refusal(
        "Deze link werkt niet meer",
        "Uw stem is niet verstuurd. Met een nieuwe link kunt u alsnog stemmen.",
        True,
    ),
    JustVoted: Refusal(
        "Uw stem is al ontvangen",
        "U hoeft niets meer te doen. Wilt u zelf nog stemmen? Open dan uw eigen link uit uw eigen mail.",
        False,
    ),
    VoteClosed: Refusal("U kunt nu niet stemmen", "Op de pagina met rondes ziet u wanneer wat kan.", False),
    NoBallot: Refusal("Open uw stemlink opnieuw", REOPEN, True),
    OtherBallot: Refusal(
        "Dit is niet meer het stembiljet van dit apparaat",
        "Uw stem is niet verstuurd. Stem eerst af in het andere tabblad. Open daarna uw eigen link uit uw mail opnieuw.",
        False,
    ),
}


@blueprint.errorhandler(DomainError)
def refuse(error: DomainError) -> tuple[str, int]:
    """The page of a refusal. A ballot that can no longer be cast is forgotten on this device."""
    if type(error) not in REFUSALS:
        return failures.page(error.status, error.message)
    on_ballot = request.endpoint and access.audience_of(current_app, request.endpoint) is access.VOTER
    if on_ballot and isinstance(error, LinkExpired | VoteClosed):
        kept_ballot.forget()
    return _page(REFUSALS[type(error)], error.message, error.status)


@blueprint.errorhandler(CSRFError)
def refuse_forgery(_error: CSRFError) -> tuple[str, int]:
    """A form without a token of this session: mostly a page that was open for too long."""
    if request.endpoint and access.audience_of(current_app, request.endpoint) is access.VOTER:
        return _page(REFUSALS[NoBallot], "Deze pagina stond te lang open. Er is nu niets verstuurd.", 400)
    message = "Deze pagina stond te lang open, of kwam van een andere website. Laad de pagina opnieuw."
    return _page(
        Refusal("Dat lukte niet", "Open de pagina nog eens en vul haar opnieuw in.", False), message, 400
    )


def _page(refusal: Refusal, message: str, status: int) -> tuple[str, int]:
    return render_template("resident/refusal.html", refusal=refusal, message=message), status
