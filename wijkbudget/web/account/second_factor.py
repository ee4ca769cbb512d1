"""The second step: give the code, set it up, and see to one's own codes."""

import pyotp
from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import Account
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import DomainError
from wijkbudget.services.check_code import Proof, check_code, time_step
from wijkbudget.services.end_sessions import end_other_sessions
from wijkbudget.services.factor_secrets import FactorSecrets
from wijkbudget.services.log_in import enter
from wijkbudget.services.read_second_factor import recovery_codes_left, second_factor_of
from wijkbudget.services.set_up_second_factor import (
    remove_second_factor,
    renew_recovery_codes,
    set_up_second_factor,
)
from wijkbudget.web import access
from wijkbudget.web.account import blueprint
from wijkbudget.web.account.forms import CodeForm, SetUpForm
from wijkbudget.web.account.onward import asked_for, onward
from wijkbudget.web.account.qr import draw_qr
from wijkbudget.web.fields import form_page

Answer = Response | str | tuple[str, int]
WRONG = (
    "Deze code klopt niet, of is al een keer gebruikt. Wacht op een nieuwe code en probeer het nog eens. "
    "Na tien keer fout moet u een kwartier wachten."
)


@blueprint.route("/inloggen/code", methods=["GET", "POST"])
@access.declare(access.HALFWAY)
def give_code() -> Answer:
    """The second step of logging in."""
    half = access.halfway()
    assert half is not None, "the guard lets nobody else in"
    if not half.has_factor:
        return redirect(url_for(half.endpoint, verder=asked_for()), 303)
    form = CodeForm()
    if form.validate_on_submit():
        with edge.transaction() as db:
            proof = _check(half.actor, str(form.code.data))
            if proof is not None:
                account = db.get_one(Account, half.account_id)
                enter(db, edge.now(), account)
                access.start_session(db, account, complete=True, code_at=edge.system_clock())
        if proof is not None:
            _tell_codes_left(half.account_id, proof)
            return redirect(onward(), 303)
        form.refuse_code(WRONG)
    return form_page("account/give_code.html", form)


@blueprint.route("/inloggen/twee-stappen", methods=["GET", "POST"])
@access.declare(access.HALFWAY)
def set_up_first_factor() -> Answer:
    """Set up the second step at the first log-in; nothing else opens before."""
    half = access.halfway()
    assert half is not None, "the guard lets nobody else in"
    if half.has_factor:
        return redirect(url_for(half.endpoint, verder=asked_for()), 303)
    return _set_up(half.actor, first=True)


@blueprint.route("/mijn/twee-stappen", methods=["GET", "POST"])
@access.declare(access.ACCOUNT)
def set_up_factor() -> Answer:
    """Set up the second step, or set it up anew for another telephone."""
    if asked := access.code_first():
        return asked
    return _set_up(access.actor(), first=False)


@blueprint.post("/mijn/twee-stappen/uit")
@access.declare(access.ACCOUNT)
def remove_factor() -> Answer:
    """Log in with the password alone again, where the role allows it."""
    if asked := access.code_first(url_for(".show_account")):
        return asked
    with edge.transaction() as db:
        remove_second_factor(db, edge.now(), access.actor(), demanded_of=access.roles_with_second_factor())
        end_other_sessions(db, edge.now(), access.actor(), keep=current_user.session_key)
    flash("U logt voortaan in met alleen uw wachtwoord.", "success")
    return redirect(url_for(".show_account"), 303)


@blueprint.post("/mijn/herstelcodes")
@access.declare(access.ACCOUNT)
def renew_codes() -> Answer:
    """New recovery codes, shown once."""
    if asked := access.code_first(url_for(".show_account")):
        return asked
    with edge.transaction() as db:
        codes = renew_recovery_codes(db, edge.now(), access.actor())
    return render_template("account/recovery_codes.html", codes=codes, onward=url_for(".show_account"))


@blueprint.route("/mijn/code", methods=["GET", "POST"])
@access.declare(access.ACCOUNT)
def give_code_again() -> Answer:
    """Give the code once more before a weighty act."""
    if second_factor_of(edge.session(), current_user.account_id) is None:
        flash("Stel eerst inloggen in twee stappen in.", "info")
        return redirect(url_for(".set_up_factor"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        with edge.transaction() as db:
            proof = _check(access.actor(), str(form.code.data))
            if proof is not None:
                db.get_one(AccountSession, current_user.session_key).code_at = edge.system_clock()
        if proof is not None:
            flash("De code klopt. Druk nu nog een keer op de knop.", "success")
            _tell_codes_left(current_user.account_id, proof)
            return redirect(onward(), 303)
        form.refuse_code(WRONG)
    return form_page("account/give_code_again.html", form, back=onward())


def secrets() -> FactorSecrets:
    """The secrets of this installation."""
    settings = edge.settings()
    return FactorSecrets(settings.secret_key, settings.old_keys)


def _check(actor: Actor, typed: str) -> Proof | None:
    step = time_step(edge.system_clock())
    return check_code(edge.session(), edge.now(), actor, typed=typed, step=step, secrets=secrets())


def _set_up(actor: Actor, *, first: bool) -> Answer:
    assert actor.account_id is not None
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            with edge.transaction() as db:
                codes = set_up_second_factor(
                    db,
                    edge.now(),
                    actor,
                    sealed=form.sealed.data or "",
                    typed=form.code.data,
                    step=time_step(edge.system_clock()),
                    secrets=secrets(),
                )
                account = db.get_one(Account, actor.account_id)
                if first:
                    enter(db, edge.now(), account)
                access.start_session(db, account, complete=True, code_at=edge.system_clock())
        except DomainError as error:
            form.refuse(error)
        else:
            return render_template("account/recovery_codes.html", codes=codes, onward=onward())
    return _set_up_page(form, actor.account_id, first=first)


def _set_up_page(form: SetUpForm, account_id: int, *, first: bool) -> Answer:
    """The QR code and the secret to type: the one that was shown before, or a new one."""
    secret = secrets().open(form.sealed.data or "", account_id)
    if secret is None:
        form.sealed.data = secrets().new(account_id)
        secret = secrets().open(form.sealed.data, account_id)
    assert secret is not None
    email = edge.session().get_one(Account, account_id).email
    address = pyotp.TOTP(secret).provisioning_uri(
        name=email, issuer_name=f"Wijkbudget {edge.settings().municipality}"
    )
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return form_page("account/set_up_factor.html", form, qr=draw_qr(address), groups=groups, first=first)


def _tell_codes_left(account_id: int, proof: Proof) -> None:
    if proof is Proof.RECOVERY_CODE:
        left = recovery_codes_left(edge.session(), account_id)
        flash(
            f"U hebt een herstelcode gebruikt. U hebt er nog {left}. Maak nieuwe codes of stel een nieuwe "
            "telefoon in bij “Mijn account”.",
            "warning",
        )
