"""Every refusal as a clear Dutch page with the right status code."""

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from wijkbudget.domain.errors import DomainError

PAGES = {
    400: ("Dat lukte niet", "De aanvraag klopt niet. Ga terug en probeer het nog eens."),
    403: ("Geen toegang", "U mag deze pagina niet zien. Log in met een account dat dat wel mag."),
    404: ("Pagina niet gevonden", "Deze pagina bestaat niet (meer). Ga naar de beginpagina en zoek van daar."),
    405: ("Dat kan hier niet", "Deze pagina werkt anders. Ga terug en gebruik de knoppen op de pagina."),
    409: ("Dat kan nu niet", "Dit kan op dit moment niet."),
    410: ("Niet meer geldig", "Dit is verlopen."),
    413: ("Te groot", "Het bestand is te groot. Een bestand mag hoogstens 64 MB zijn."),
    422: ("Dat klopt niet", "Controleer wat u hebt ingevuld."),
    429: ("Even wachten", "U probeerde het te vaak. Wacht een kwartier en probeer het dan nog eens."),
    503: ("Het is druk", "De website is even te druk. Er is niets opgeslagen. Probeer het over een minuut nog eens."),
}


def init_app(app: Flask) -> None:
    """Answer domain errors, HTTP errors and crashes with our own pages."""

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> tuple[str, int]:
        return page(error.status, error.message)

    @app.errorhandler(CSRFError)
    def _csrf(error: CSRFError) -> tuple[str, int]:
        return page(400, "Deze pagina stond te lang open, of kwam van een andere website. Laad de pagina opnieuw.")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
        code = error.code or 500
        if code < 400:
            return error
        return page(code) if code in PAGES else _broken()

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> tuple[str, int]:
        # Only the kind is logged: the statement's parameters may hold personal data.
        current_app.logger.error("database not available: %s", type(error.orig).__name__)
        return page(503)

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> tuple[str, int]:
        current_app.logger.error("unexpected error in %s", request.endpoint, exc_info=error)
        return _broken()


def page(status: int, message: str | None = None) -> tuple[str, int]:
    """The error page of a status, with its own or the usual message."""
    heading, usual = PAGES.get(status, PAGES[409])
    return render_template("errors/error.html", code=status, heading=heading, message=message or usual), status


def _broken() -> tuple[str, int]:
    return render_template("errors/500.html"), 500


