"""A visitor without JavaScript: follows links, fills in forms, and checks every page it sees as HTML."""

from collections.abc import Callable
from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from justhtml import JustHTML
from werkzeug.test import TestResponse

from tests.scene import PASSWORD
from tests.web.telephone import second_step
from wijkbudget import edge


class Page:
    """One answer, checked on the way in: no parse errors, a title, one h1, labelled inputs, unique ids, CSRF."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.response = response
        self.path = response.request.path
        self.address = response.request.full_path.rstrip("?")
        self.html = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        self.document = JustHTML(self.html, collect_errors=True, sanitize=False) if self.html else None
        if self.document:
            check_html(self.document, self.path)

    @property
    def text(self) -> str:
        """The words of the page, spaces collapsed."""
        assert self.document
        return " ".join(self.document.query("body")[0].to_text().split())

    @property
    def heading(self) -> str:
        assert self.document
        return " ".join(self.document.query("h1")[0].to_text().split())

    def form(self, action: str | None = None) -> dict[str, list[str]]:
        """The fields of a form (the first in main, or the one whose action ends like this) as they stand."""
        element = self._form(action)
        return fields_of(element)

    def action(self, action: str | None = None) -> str:
        return self._form(action).attrs.get("action") or self.address

    def links(self) -> list[str]:
        assert self.document
        return [a.attrs["href"] for a in self.document.query("a") if "href" in a.attrs]

    def _form(self, action: str | None) -> Any:
        assert self.document, f"{self.path} is not a page"
        forms = [f for f in self.document.query("main form") if f.attrs.get("method", "").lower() == "post"]
        if action is not None:
            forms = [f for f in forms if (f.attrs.get("action") or self.path).endswith(action)]
        assert forms, f"no form {action or ''} on {self.path}: {self.text[:300]}"
        return forms[0]


class Visitor:
    """Somebody in front of a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> Page:
        """Fetch a page, following redirects."""
        return Page(self.send(self.client.get, path))

    def submit(self, page: Page, data: dict[str, Any] | None = None, *, action: str | None = None) -> Page:
        """Fill in and send a form of a page as a browser does, and follow to the next page.

        A value of None leaves a field (or a tick box) out; a list sends it more than once.
        """
        fields: dict[str, Any] = page.form(action)
        for name, value in (data or {}).items():
            fields.pop(name, None)
            if value is not None:
                fields[name] = value
        return Page(self.send(self.client.post, page.action(action), data=fields))

    def send(self, method: Callable[..., TestResponse], path: str, **options: Any) -> TestResponse:
        """One request as a server handles it: outside the application context that the test itself may hold.

        The test's own session forgets what it read, so that it sees what the request has changed.
        """
        response: TestResponse = Context().run(method, path, follow_redirects=True, **options)
        if has_app_context():
            edge.session().rollback()
        return response

    def log_in(self, email: str, password: str = PASSWORD) -> Page:
        """With the second step too, where it is asked for; the first time that is set up."""
        page = self.submit(self.get("/inloggen"), {"email": email, "password": password})
        return second_step(self, page, email)


def fields_of(form: Any) -> dict[str, list[str]]:
    """What a browser would send for an untouched form, without the submit buttons."""
    fields: dict[str, list[str]] = {}
    for element in form.query("input, select, textarea"):
        name, kind = element.attrs.get("name"), (element.attrs.get("type") or "text").lower()
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in ("checkbox", "radio") and "checked" not in element.attrs:
            continue
        fields.setdefault(name, []).append(_value(element))
    return fields


def _value(element: Any) -> str:
    if element.name == "textarea":
        return str(element.to_text(strip=False)).removeprefix("\n")
    if element.name == "select":
        options = element.query("option")
        chosen = [o for o in options if "selected" in o.attrs] or options[:1]
        return str(chosen[0].attrs.get("value", "")) if chosen else ""
    return str(element.attrs.get("value") or ("on" if element.attrs.get("type") == "checkbox" else ""))


def check_html(document: JustHTML, path: str) -> None:
    """Fail for a page that a browser has to repair or that a screen reader cannot tell apart."""
    assert not document.errors, f"{path}: {document.errors[:3]}"
    assert document.query("title")[0].to_text().strip(), f"{path}: no title"
    assert len(document.query("h1")) == 1, f"{path}: {len(document.query('h1'))} h1 elements"
    ids = [element.attrs["id"] for element in document.query("[id]")]
    assert len(ids) == len(set(ids)), (
        f"{path}: ids used twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    )
    labelled = {label.attrs.get("for") for label in document.query("label")}
    for element in document.query("input, select, textarea"):
        if (element.attrs.get("type") or "") in ("hidden", "submit", "button"):
            continue
        named = (
            element.attrs.get("id") in labelled
            or "aria-label" in element.attrs
            or "aria-labelledby" in element.attrs
        )
        assert named, f"{path}: {element.attrs.get('name')} has no label"
    for form in document.query("form"):
        if (form.attrs.get("method") or "").lower() == "post":
            assert form.query("input[name=csrf_token]"), (
                f"{path}: form {form.attrs.get('action')} without CSRF token"
            )
    assert not document.query("[style], script:not([src]), [onclick]"), f"{path}: inline style or script"
