"""Who may see what. Each endpoint carries a mark; without one the application does not start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.services.log_in import roles_of

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Audience:
    """Who may see an endpoint: everyone, or accounts with one of these roles."""

    name: str
    roles: frozenset[Role] = frozenset()

    def admits(self, roles: frozenset[Role]) -> bool:
        """Whether somebody with these roles may enter."""
        return not self.roles or bool(self.roles & roles)


PUBLIC = Audience("public")
VOTER = Audience("voter")
ACCOUNT = Audience("account", frozenset(Role))
PLATFORM = Audience("platform", frozenset({Role.PLATFORM_MEMBER, Role.PLATFORM_MANAGER}))
OFFICIAL = Audience("official", frozenset({Role.OFFICIAL}))
STAFF = Audience("staff", frozenset({Role.OFFICIAL, Role.AUDITOR, Role.ADMINISTRATOR}))
OFFICE = Audience("office", frozenset({Role.OFFICIAL, Role.ADMINISTRATOR}))
ADMINISTRATOR = Audience("administrator", frozenset({Role.ADMINISTRATOR}))

login_manager = LoginManager()
csrf = CSRFProtect()


class LoggedIn(UserMixin):
    """The account behind this request, with its roles."""

    def __init__(self, account: Account, roles: frozenset[Role]) -> None:
        self.account_id, self.name, self.roles, self.epoch = (
            account.id,
            account.name,
            roles,
            account.session_epoch,
        )
        self.actor = Actor(account.id, roles)

    def get_id(self) -> str:
        """Account and session epoch: raising the epoch ends every open session."""
        return f"{self.account_id}.{self.epoch}"


def declare(audience: Audience) -> Callable[[View], View]:
    """Mark a view with its audience."""

    def mark(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return mark


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """The mark of an endpoint; static files are public."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], "audience", None)


def check_all_declared(app: Flask) -> None:
    """Raise RuntimeError naming every endpoint without an audience."""
    bare = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint) is None
    )
    if bare:
        raise RuntimeError(f"endpoints without an audience: {', '.join(bare)}")


def actor() -> Actor:
    """Who does this request's act."""
    return current_user.actor  # type: ignore[no-any-return]


def current_roles() -> frozenset[Role]:
    """The roles of who is logged in; none for a visitor."""
    return current_user.roles if current_user.is_authenticated else frozenset()


def init_app(app: Flask) -> None:
    """Guard every request by the mark of its endpoint."""
    login_manager.init_app(app)
    login_manager.session_protection = None
    csrf.init_app(app)
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.endpoint in (None, "static"):
        return None  # Files of the page do not ask who is there: they must come even without a database.
    audience = audience_of(current_app, request.endpoint)
    if audience is None:
        abort(500)
    if current_user.is_authenticated and _session_too_old():
        logout_user()
        session.clear()
    if not audience.roles:
        return None
    if not current_user.is_authenticated:
        if request.method == "POST":
            return redirect(url_for("account.log_in"), 303)
        return redirect(url_for("account.log_in", verder=request.full_path.rstrip("?")), 303)
    if not audience.admits(current_user.roles):
        abort(403)
    return None


def start_session(account: Account) -> None:
    """Begin a fresh session for this account; whatever the visitor's session held is gone."""
    session.clear()
    session.permanent = True
    session["begun"] = edge.system_clock().isoformat()
    login_user(LoggedIn(account, roles_of(edge.session(), account.id)))


def _session_too_old() -> bool:
    begun = session.get("begun")
    limit = timedelta(hours=edge.settings().session_hours)
    return begun is None or datetime.fromisoformat(begun) + limit <= edge.system_clock()


@login_manager.user_loader
def _load(identifier: str) -> LoggedIn | None:
    account_id, _, epoch = identifier.partition(".")
    account = edge.session().get(Account, int(account_id)) if account_id.isdigit() else None
    if account is None or not account.active or str(account.session_epoch) != epoch:
        return None
    return LoggedIn(account, roles_of(edge.session(), account.id))
