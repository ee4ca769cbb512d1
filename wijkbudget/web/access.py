"""Who may see what, and who is there. Each endpoint carries a mark; without one the application does not start.

The cookie of somebody who logged in holds the random id of a session that the server keeps and can end. Sessions and
codes follow the real clock: the clock of a demonstration jumps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.db import impatient
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.second_factor import NEEDS_SECOND_FACTOR
from wijkbudget.services.begin_session import begin_session
from wijkbudget.services.end_sessions import end_session_of_cookie
from wijkbudget.services.find_session import SessionLimits, find_session, note_use
from wijkbudget.services.log_in import roles_of
from wijkbudget.services.read_second_factor import second_factor_of
from wijkbudget.web.device import device_of

# Where the cookie keeps the session of somebody who is in (the name is Flask-Login's), and of who is halfway.
COMPLETE, HALFWAY_IN = "_user_id", "halfway"
# For a weighty act the code must have been given this shortly before.
RECENT = timedelta(minutes=5)

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
HALFWAY = Audience("halfway")
ACCOUNT = Audience("account", frozenset(Role))
PLATFORM = Audience("platform", frozenset({Role.PLATFORM_MEMBER, Role.PLATFORM_MANAGER}))
OFFICIAL = Audience("official", frozenset({Role.OFFICIAL}))
STAFF = Audience("staff", frozenset({Role.OFFICIAL, Role.AUDITOR, Role.ADMINISTRATOR}))
OFFICE = Audience("office", frozenset({Role.OFFICIAL, Role.ADMINISTRATOR}))
ADMINISTRATOR = Audience("administrator", frozenset({Role.ADMINISTRATOR}))

login_manager = LoginManager()
csrf = CSRFProtect()


class LoggedIn(UserMixin):
    """The account behind this request, with its roles and the session that it uses."""

    def __init__(self, account: Account, roles: frozenset[Role], row: AccountSession, cookie: str) -> None:
        self.account_id, self.name, self.roles = account.id, account.name, roles
        self.session_key, self.seen_at, self.code_at = row.id, row.seen_at, row.code_at
        self.actor = Actor(account.id, roles)
        self.cookie = cookie

    def get_id(self) -> str:
        """What the cookie holds: the random id of the session."""
        return self.cookie


@dataclass(frozen=True)
class Halfway:
    """Somebody whose password was right and who still has to make the second step."""

    account_id: int
    actor: Actor
    has_factor: bool

    @property
    def endpoint(self) -> str:
        """The page where they go on."""
        return "account.give_code" if self.has_factor else "account.set_up_first_factor"


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
    if current_user.is_authenticated:
        _note_use()
    else:
        session.pop(COMPLETE, None)
    if audience is HALFWAY:
        return _halfway_only()
    if not audience.roles:
        return None
    if not current_user.is_authenticated:
        if request.method == "POST":
            return redirect(url_for(_door()), 303)
        return redirect(url_for(_door(), verder=request.full_path.rstrip("?")), 303)
    if not audience.admits(current_user.roles):
        abort(403)
    return None


def _halfway_only() -> Response | None:
    if current_user.is_authenticated:
        return redirect(url_for("account.home"), 303)
    return None if halfway() else redirect(url_for("account.log_in"), 303)


def _door() -> str:
    found = halfway()
    return found.endpoint if found else "account.log_in"


def halfway() -> Halfway | None:
    """Who gave the right password in this browser and has the second step to make."""
    found = _find(session.get(HALFWAY_IN))
    if found is None or found[0].complete:
        return None
    account_id = found[1].id
    has_factor = second_factor_of(edge.session(), account_id) is not None
    return Halfway(account_id, Actor(account_id, roles_of(edge.session(), account_id)), has_factor)


def start_session(db: Session, account: Account, *, complete: bool, code_at: datetime | None = None) -> None:
    """Begin a fresh session for this account, within the transaction that let it in.

    Whatever the visitor's cookie held is gone, and the session that it opened is ended: an id that was known before
    somebody logged in opens nothing. With `complete` false only the pages of the second step open.
    """
    for name in (COMPLETE, HALFWAY_IN):
        if isinstance(before := session.get(name), str):
            end_session_of_cookie(db, before)
    device = device_of(request.user_agent.string)
    text, row = begin_session(
        db, edge.system_clock(), account.id, device=device, complete=complete, code_at=code_at
    )
    session.clear()
    session.permanent = True
    if not complete:
        session[HALFWAY_IN] = text
        return
    login_user(LoggedIn(account, roles_of(db, account.id), row, text))
    for name in ("_id", "_fresh"):
        session.pop(
            name
        )  # Flask-Login's own marks, one of them made of the network address; nothing reads them.


def leave() -> None:
    """Forget in this browser who was logged in. What the server keeps is ended by the service."""
    logout_user()
    session.clear()


def roles_with_second_factor() -> frozenset[Role]:
    """Whoever has one of these roles logs in with two steps; in the demonstration nobody has to."""
    return frozenset() if edge.settings().demo else NEEDS_SECOND_FACTOR


def session_limits() -> SessionLimits:
    """How long sessions live by the settings."""
    settings = edge.settings()
    return SessionLimits(timedelta(hours=settings.session_hours), timedelta(minutes=settings.idle_minutes))


def recent_second_factor() -> bool:
    """Whether who is logged in gave the code in the last five minutes.

    Who has no second factor and needs none is not asked for one.
    """
    given = current_user.code_at
    if given is not None and edge.system_clock() < given + RECENT:
        return True
    demanded = current_user.roles & roles_with_second_factor()
    return not demanded and second_factor_of(edge.session(), current_user.account_id) is None


def code_first(back: str | None = None) -> Response | None:
    """The way to the page that asks for the code again, or None when it was given a moment ago.

    For weighty acts: `if asked := access.code_first(): return asked`, before anything is done. Afterwards people come
    back to `back` (default: the address of this request) and press the button again.
    """
    if recent_second_factor():
        return None
    return redirect(url_for("account.give_code_again", verder=back or request.path), 303)


def _note_use() -> None:
    """Write down, now and then, that the session is used; a page must not fail because others are writing."""
    now = edge.system_clock()
    if now < current_user.seen_at + session_limits().note_after:
        return
    try:
        with impatient(edge.session()) as db:
            note_use(db, now, current_user.session_key)
    except OperationalError:
        current_app.logger.warning("the use of a session could not be noted")


def _find(cookie: object) -> tuple[AccountSession, Account] | None:
    if not isinstance(cookie, str):
        return None
    return find_session(edge.session(), edge.system_clock(), cookie, session_limits())


@login_manager.user_loader
def _load(cookie: str) -> LoggedIn | None:
    found = _find(cookie)
    if found is None or not found[0].complete:
        return None
    row, account = found
    roles = roles_of(edge.session(), account.id)
    if roles & roles_with_second_factor() and row.code_at is None:
        return None  # Begun when no second step was asked of these roles.
    return LoggedIn(account, roles, row, cookie)
