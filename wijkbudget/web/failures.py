"""Every refusal as a clear Dutch page with the right status code."""

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from wijkbudget.domain.errors import DomainError

STALE = "Deze pagina stond te lang open, of u kwam van een andere website."


def init_app(app: Flask) -> None:
    """Answer domain errors, HTTP errors and crashes with our own pages."""

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> tuple[str, int]:
        return page(error.status, error.message)

    @app.errorhandler(CSRFError)
    def _csrf(error: CSRFError) -> tuple[str, int]:
        return render_template("errors/error.html", code=400, message=STALE), 400

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
        code = error.code or 500
        if code < 400:
            return error
        return page(code) if code < 500 else _without_database(503 if code == 503 else 500)

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> tuple[str, int]:
        # Only the kind is logged: the statement's parameters may hold personal data.
        current_app.logger.error("database not available: %s", type(error.orig).__name__)
        return _without_database(503)

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> tuple[str, int]:
        current_app.logger.error("unexpected error in %s", request.endpoint, exc_info=error)
        return _without_database(500)


def page(status: int, message: str | None = None) -> tuple[str, int]:
    """The error page of a status: with a message of our own, that says what to do, or with the usual text."""
    own = {"message": message, "what_to_do": None} if message else {}
    return render_template("errors/error.html", code=status, **own), status


def _without_database(status: int) -> tuple[str, int]:
    """A page that needs nothing: the frame of every other page looks up who is logged in."""
    return current_app.jinja_env.get_template(f"errors/{status}.html").render(), status
