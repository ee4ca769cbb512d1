"""The edge between the world and the services: it owns the clock, the transaction and the settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from flask import current_app
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlmodel import Session

from wijkbudget.config import Settings
from wijkbudget.db import begin_write
from wijkbudget.domain.schema import metadata
from wijkbudget.vault import Vault

Clock = Callable[[], datetime]

db = SQLAlchemy(session_options={"class_": Session})
alembic = Alembic(metadatas=metadata, run_mkdir=False, command_name="db")


def system_clock() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def session() -> Session:
    """The session of this request or command, for reading."""
    return cast(Session, db.session)


def now() -> datetime:
    """The present instant as the application's clock tells it."""
    return cast(Clock, current_app.extensions["clock"])()


def settings() -> Settings:
    """The checked settings of the running application."""
    return cast(Settings, current_app.extensions["settings"])


def keys() -> Vault:
    """The keys of votes of the running application."""
    return cast(Vault, current_app.extensions["vault"])


@contextmanager
def transaction() -> Iterator[Session]:
    """One act, one transaction: all of it is committed on leaving, or nothing when an error is raised."""
    current = session()
    begin_write(current)
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


def resource_folder(name: str) -> Path:
    """A top-level folder (templates, static, migrations): beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
