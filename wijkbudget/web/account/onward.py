"""Where somebody goes on after logging in or giving a code: a page of this site, whatever the address says."""

from flask import request, url_for

NOT_AGAIN = ("/inloggen", "/uitloggen", "/mijn/code")


def own_path(path: str) -> str | None:
    """The path to go on to, if it is one of this site: no host, no scheme, no trick with slashes."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain and not path.startswith(NOT_AGAIN) else None


def asked_for() -> str | None:
    """The page that somebody wanted before they were sent here."""
    return own_path(request.args.get("verder", ""))


def onward() -> str:
    """That page, else where their role begins."""
    return asked_for() or url_for("account.home")
