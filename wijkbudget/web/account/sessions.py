"""One's own account: how it is secured, and where one is logged in."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import Account
from wijkbudget.services.end_sessions import end_other_sessions, end_own_session
from wijkbudget.services.find_session import living_sessions
from wijkbudget.services.read_second_factor import recovery_codes_left, second_factor_of
from wijkbudget.web import access
from wijkbudget.web.account import blueprint


@blueprint.get("/mijn/account")
@access.declare(access.ACCOUNT)
def show_account() -> str:
    """The account of who is logged in, and how it is secured."""
    db, account_id = edge.session(), current_user.account_id
    return render_template(
        "account/show_account.html",
        account=db.get_one(Account, account_id),
        roles=sorted(current_user.roles),
        factor=second_factor_of(db, account_id),
        codes_left=recovery_codes_left(db, account_id),
        demanded=bool(current_user.roles & access.roles_with_second_factor()),
    )


@blueprint.get("/mijn/sessies")
@access.declare(access.ACCOUNT)
def list_sessions() -> str:
    """Where this account is logged in."""
    rows = living_sessions(
        edge.session(), edge.system_clock(), current_user.account_id, access.session_limits()
    )
    return render_template("account/list_sessions.html", rows=rows, here=current_user.session_key)


@blueprint.post("/mijn/sessies/<int:session_key>/uitloggen")
@access.declare(access.ACCOUNT)
def end_session(session_key: int) -> Response:
    """Log out on one other device."""
    with edge.transaction() as db:
        end_own_session(db, edge.now(), access.actor(), session_key)
    flash("Op dat apparaat bent u uitgelogd.", "success")
    return redirect(url_for(".list_sessions"), 303)


@blueprint.post("/mijn/sessies/uitloggen")
@access.declare(access.ACCOUNT)
def end_all_other_sessions() -> Response:
    """Log out everywhere but here."""
    with edge.transaction() as db:
        ended = end_other_sessions(db, edge.now(), access.actor(), keep=current_user.session_key)
    flash(
        "Op al uw andere apparaten bent u uitgelogd." if ended else "U was nergens anders ingelogd.",
        "success",
    )
    return redirect(url_for(".list_sessions"), 303)
