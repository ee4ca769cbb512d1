"""The accounts: who can log in, and with which roles. Only for administrators."""

from flask import flash, redirect, render_template, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.errors import DomainError
from wijkbudget.services.create_account import create_account as create
from wijkbudget.web import access
from wijkbudget.web.fields import form_page
from wijkbudget.web.official import blueprint, labels
from wijkbudget.web.official.forms import AccountForm

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
    return render_template("official/list_accounts.html", lines=lines, at=edge.now())


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
