"""Log in, log out, and choose a new password."""

from flask import flash, redirect, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.errors import DomainError
from wijkbudget.services.change_password import change_password
from wijkbudget.services.log_in import log_in as check_credentials
from wijkbudget.services.log_out import log_out as end_sessions
from wijkbudget.web import access
from wijkbudget.web.account import blueprint
from wijkbudget.web.account.forms import LogInForm, PasswordForm
from wijkbudget.web.fields import form_page

Answer = Response | str | tuple[str, int]


@blueprint.route("/inloggen", methods=["GET", "POST"])
@access.declare(access.PUBLIC)
def log_in() -> Answer:
    """Log in with address and password. The refusal does not tell which of the two was wrong."""
    if current_user.is_authenticated and request.method != "POST":
        return redirect(url_for("account.home"), 303)
    form = LogInForm()
    if form.validate_on_submit():
        with edge.transaction() as db:
            account = check_credentials(db, edge.now(), email=form.email.data, password=form.password.data)
        if account is not None:
            onward = _own_path(request.args.get("verder", ""))
            access.start_session(account)
            return redirect(onward or url_for("account.home"), 303)
        form.form_errors = [
            "E-mailadres en wachtwoord horen niet bij elkaar. Na tien keer fout moet u een kwartier wachten."
        ]
    return form_page("account/log_in.html", form)


@blueprint.get("/mijn")
@access.declare(access.ACCOUNT)
def home() -> Answer:
    """Where each role begins."""
    if access.STAFF.admits(current_user.roles):
        return redirect(url_for("official.list_rounds"), 303)
    return redirect(url_for("wijkplatform.list_proposals"), 303)


@blueprint.post("/uitloggen")
@access.declare(access.PUBLIC)
def log_out() -> Answer:
    """End the session, here and on every other device: a copy of the cookie opens nothing any more."""
    if current_user.is_authenticated:
        actor = access.actor()
        with edge.transaction() as db:
            end_sessions(db, edge.now(), actor)
    logout_user()
    session.clear()
    flash("U bent uitgelogd. Dat geldt voor al uw apparaten.", "success")
    return redirect(url_for("public.home"), 303)


@blueprint.route("/mijn/wachtwoord", methods=["GET", "POST"])
@access.declare(access.ACCOUNT)
def change_own_password() -> Answer:
    """Choose a new password."""
    form = PasswordForm()
    if form.validate_on_submit():
        actor = access.actor()
        try:
            with edge.transaction() as db:
                account = change_password(db, edge.now(), actor, old=form.old.data, new=form.new.data)
        except DomainError as error:
            form.refuse(error)
        else:
            access.start_session(account)
            flash("Uw wachtwoord is gewijzigd. Op andere apparaten bent u uitgelogd.", "success")
            return redirect(url_for("account.home"), 303)
    return form_page("account/password.html", form)


def _own_path(path: str) -> str | None:
    """The path to go on to, if it is one of this site: no host, no scheme, no trick with slashes."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain and not path.startswith("/inloggen") else None
