"""Log in, log out, and choose a new password."""

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.errors import DomainError
from wijkbudget.services.change_password import change_password
from wijkbudget.services.log_in import log_in as check_credentials
from wijkbudget.services.log_in import roles_of
from wijkbudget.services.log_out import log_out as end_session
from wijkbudget.services.read_second_factor import second_factor_of
from wijkbudget.web import access
from wijkbudget.web.account import blueprint
from wijkbudget.web.account.forms import LogInForm, PasswordForm
from wijkbudget.web.account.onward import asked_for, onward
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
        demanded_of = access.roles_with_second_factor()
        with edge.transaction() as db:
            account = check_credentials(
                db,
                edge.now(),
                email=form.email.data,
                password=form.password.data,
                demanded_of=demanded_of,
            )
            if account is not None:
                second = second_factor_of(db, account.id) is not None
                more = second or bool(demanded_of & roles_of(db, account.id))
                access.start_session(db, account, complete=not more)
        if account is not None:
            if half := access.halfway():
                return redirect(url_for(half.endpoint, verder=asked_for()), 303)
            return redirect(onward(), 303)
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
    """End this session: a copy of its cookie opens nothing any more. Other devices stay logged in."""
    if current_user.is_authenticated:
        actor, key = access.actor(), current_user.session_key
        with edge.transaction() as db:
            end_session(db, edge.now(), actor, key)
    access.leave()
    flash("U bent uitgelogd.", "success")
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
                access.start_session(db, account, complete=True, code_at=current_user.code_at)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Uw wachtwoord is gewijzigd. Op andere apparaten bent u uitgelogd.", "success")
            return redirect(url_for("account.home"), 303)
    return form_page("account/password.html", form)
