"""Refuse at the door what cannot be read or kept: broken bodies, numbers beyond any key, text with a NUL character."""

from io import BytesIO
from typing import Any

from flask import Flask, abort, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.routing import IntegerConverter

LARGEST_KEY = 2**31 - 1


class RowKey(IntegerConverter):
    """An integer in an address: no larger than a key can be, so that a larger one is simply not found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max": LARGEST_KEY} | kwargs))


def init_app(app: Flask) -> None:
    """Install the limits; before any route is added."""
    app.url_map.converters["int"] = RowKey
    app.before_request(_whole_body)
    app.before_request(_no_nul)


def _whole_body() -> None:
    """Read the form here, once: a body that breaks off or is wrongly chunked is the sender's fault, not a crash."""
    try:
        request.form  # noqa: B018  (reading it is the act)
    except (ParseException, NoMoreData, ConnectionError):
        request.environ["wsgi.input"] = BytesIO()  # Nobody reads on in what is broken.
        abort(400)


def _no_nul() -> None:
    """PostgreSQL cannot store a NUL, and no person types one."""
    values = [
        request.path,
        *request.args.values(),
        *(text for texts in request.form.listvalues() for text in texts),
    ]
    if any("\x00" in value for value in values):
        abort(400)
