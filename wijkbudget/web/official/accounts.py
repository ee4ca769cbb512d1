"""The accounts: who can log in, and with which roles. Only for administrators."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import DomainError, NotFound
from wijkbudget.domain.second_factor import SecondFactor
from wijkbudget.services.change_account import change_roles as change_roles_of
from wijkbudget.services.change_account import close_account as close
from wijkbudget.services.change_account import open_account as open_
from wijkbudget.services.create_account import create_account as create
from wijkbudget.services.log_in import roles_of
from wijkbudget.services.read_second_factor import second_factor_of
from wijkbudget.services.reset_second_factor import reset_second_factor
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint, labels
from wijkbudget.web.official.forms import AccountForm
from wijkbudget.web.official.roles_form import RolesForm

Answer = Response | str | tuple[str, int]


def account_lines(session: Session) -> list[tuple[Account, list[Role]]]:
    """Every account by name, with its roles."""
    roles: dict[int, list[Role]] = {}
    for line in session.exec(select(AccountRole)):
        roles.setdefault(line.account_id, []).append(Role(line.role))
    accounts = session.exec(select(Account).order_by(col(Account.name), col(Account.email)))
    return [(account, sorted(roles.get(account.id, []), key=list(Role).index)) for account in accounts]


@blueprint.get("/accounts")
@access.declare(access.ADMINISTRATOR)
def list_accounts() -> Answer:
    """All accounts."""
    lines = account_lines(edge.session())
    with_factor = set(edge.session().exec(select(SecondFactor.account_id)))
    return render_template("official/list_accounts.html", lines=lines, with_factor=with_factor, at=edge.now())


@blueprint.route("/accounts/nieuw", methods=["GET", "POST"])
@access.declare(access.ADMINISTRATOR)
def create_account() -> Answer:
    """Give somebody a login."""
    form = AccountForm()
    if form.validate_on_submit():
        email, name, password, roles = (
            form.email.data,
            form.name.data,
            form.password.data,
            set(form.roles.data),
        )
        try:
            with edge.transaction() as session:
                create(
                    session,
                    edge.now(),
                    access.actor(),
                    email=email,
                    name=name,
                    password=password,
                    roles=roles,
                )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                f"Het account van {name} is gemaakt. Geef het eerste wachtwoord persoonlijk door.", "success"
            )
            return redirect(url_for(".list_accounts"), 303)
    return form_page("official/create_account.html", form, hints=labels.ROLE_HINTS)


@blueprint.get("/accounts/<int:account_id>")
@access.declare(access.ADMINISTRATOR)
def show_account(account_id: int) -> Answer:
    """One account, and what an administrator can do about it."""
    form = RolesForm(roles=sorted(roles_of(edge.session(), account_id)))
    return _account_page(account_id, form)


@blueprint.post("/accounts/<int:account_id>/rollen")
@access.declare(access.ADMINISTRATOR)
def change_roles(account_id: int) -> Answer:
    """Give somebody other roles."""
    if asked := access.code_first(url_for(".show_account", account_id=account_id)):
        return asked
    form = RolesForm()
    if form.validate_on_submit():
        with edge.transaction() as session:
            change_roles_of(session, edge.now(), access.actor(), account_id, roles=set(form.roles.data))
        return _done(account_id, "De rollen zijn gewijzigd. Wie was ingelogd, logt opnieuw in.")
    return _account_page(account_id, form)


@blueprint.post("/accounts/<int:account_id>/sluiten")
@access.declare(access.ADMINISTRATOR)
def close_account(account_id: int) -> Answer:
    """Let somebody log in no more."""
    return _act(close, account_id, "Het account is gesloten. Deze persoon is overal uitgelogd.")


@blueprint.post("/accounts/<int:account_id>/openen")
@access.declare(access.ADMINISTRATOR)
def open_account(account_id: int) -> Answer:
    """Let somebody log in again."""
    return _act(open_, account_id, "Het account is weer open.")


@blueprint.post("/accounts/<int:account_id>/tweede-stap")
@access.declare(access.ADMINISTRATOR)
def reset_factor(account_id: int) -> Answer:
    """Take away the second step of somebody who lost it."""
    return _act(
        reset_second_factor,
        account_id,
        "De tweede stap is gewist. Deze persoon stelt hem opnieuw in bij het inloggen.",
    )


def _act(act: Callable[[Session, datetime, Actor, int], Any], account_id: int, done: str) -> Answer:
    """Do something weighty to an account, with a code that was given a moment ago."""
    if asked := access.code_first(url_for(".show_account", account_id=account_id)):
        return asked
    with edge.transaction() as session:
        act(session, edge.now(), access.actor(), account_id)
    return _done(account_id, done)


def _done(account_id: int, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for(".show_account", account_id=account_id), 303)


def _account_page(account_id: int, form: RolesForm) -> tuple[str, int]:
    account = edge.session().get(Account, account_id)
    if account is None:
        raise NotFound("Dit account bestaat niet.")
    return form_page(
        "official/show_account.html",
        form,
        account=account,
        own=account.id == access.actor().account_id,
        factor=second_factor_of(edge.session(), account.id),
        roles=sorted(roles_of(edge.session(), account.id), key=list(Role).index),
        hints=labels.ROLE_HINTS,
    )
