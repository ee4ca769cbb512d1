"""Settings from WIJKBUDGET_* variables, checked once. A wrong or missing one stops the start with its name."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "WIJKBUDGET_"
# Read by the tests only; allowed in the environment of the product so that both can be set in one shell.
FOREIGN = ("WIJKBUDGET_TEST_",)


class SettingsError(Exception):
    """A setting that is wrong or missing; the text names it."""


class Settings(BaseModel):
    """All settings of the product. Field X is the variable WIJKBUDGET_X."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: Path = Field(description="folder with the database, the secret key and uploads")
    database_url: str = Field(
        default="", description="SQLAlchemy address; empty: SQLite in the instance folder"
    )
    secret_key: str = Field(
        default="", description="signs links and sessions; empty: kept in the instance folder"
    )
    keys: str = Field(
        default="",
        description="folder with the keys of votes; must not be in a backup of the database; empty: keys/ in the instance folder",
    )
    old_secret_keys: str = Field(
        default="",
        description="former keys, newest first, with commas: they sign nothing and are still known",
    )
    base_url: str = Field(
        default="", description="public address, for links in mail; needed outside the demo"
    )
    host: str = "127.0.0.1"
    port: int = Field(default=5000, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    municipality: str = Field(default="Haarlem", min_length=1, max_length=60)
    contact: str = Field(
        default="", max_length=120, description="how residents reach the gemeente, e.g. a number"
    )
    security_contact: str = Field(
        default="",
        max_length=200,
        description="where weaknesses can be told: an e-mail address or https address",
    )
    smtp_host: str = Field(default="", description="mail server; needed outside the demo")
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = False
    mail_from: str = Field(
        default="wijkbudget@voorbeeld.example", description="sender; needed outside the demo"
    )
    trusted_proxies: int = Field(default=0, ge=0, le=5, description="reverse proxies in front of the server")
    session_hours: int = Field(default=8, ge=1, le=24)
    idle_minutes: int = Field(default=60, ge=5, le=480)
    link_minutes: int = Field(
        default=10, ge=5, le=1440, description="how long a voting link that was asked for can be opened"
    )
    links_per_network: int = Field(
        default=200, ge=1, description="requests for a link that one network may make in an hour"
    )
    links_per_hour: int = Field(
        default=5000,
        ge=1,
        description="mails with a link in an hour for everyone together; then the rest waits",
    )
    small_area: int = Field(
        default=50, ge=0, description="fewer ballots than this: no public file of ballots"
    )
    demo: bool = False

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (
            parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment
        ):
            raise ValueError("must be an address such as https://wijkbudget.voorbeeld.nl")
        return value.rstrip("/")

    @field_validator("security_contact")
    @classmethod
    def _can_be_written_to(cls, value: str) -> str:
        if value and not re.fullmatch(r"https://[^\s/]+\S*|(mailto:)?[^\s@:/]+@[^\s@:/]+", value):
            raise ValueError("must be an e-mail address or an address that begins with https://")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            driver = make_url(value).drivername if value else "sqlite"
        except (ArgumentError, ValueError):
            driver = ""
        if driver not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("must begin with postgresql+psycopg:// or sqlite:///")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("must have 32 characters or more")
        return value

    @field_validator("old_secret_keys")
    @classmethod
    def _each_long_enough(cls, value: str) -> str:
        for key in value.split(",") if value else ():
            if len(key.strip()) < 32:
                raise ValueError("must be keys of 32 characters or more, with a comma between them")
        return value

    @property
    def old_keys(self) -> tuple[str, ...]:
        """The former keys, newest first."""
        return tuple(key.strip() for key in self.old_secret_keys.split(",") if key.strip())

    @property
    def keys_folder(self) -> Path:
        """Where the keys of votes lie: never in the database, nor in the same backup."""
        return Path(self.keys) if self.keys else self.instance / "keys"

    @property
    def secure(self) -> bool:
        """Whether the public address is reached over TLS."""
        return self.base_url.startswith("https://")

    @property
    def site(self) -> str:
        """The address that mailed links begin with; never what a request calls us, for anybody can make that up."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.base_url or f"http://{host}:{self.port}"

    @property
    def smtp_ready(self) -> bool:
        """Whether a mail server is set."""
        return bool(self.smtp_host)


def load_settings(environ: Mapping[str, str], default_instance: Path, *, demo: bool = False) -> Settings:
    """The checked settings. Creates the instance folder and, once, its secret key. Raises SettingsError."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(FOREIGN)
    }
    if "port" not in given and environ.get("PORT"):
        given["port"] = environ["PORT"]
    given.setdefault("instance", str(default_instance))
    if demo:
        given["demo"] = "true"
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError(
            "; ".join(_explain(fault["loc"], fault["msg"]) for fault in error.errors())
        ) from None
    return _complete(settings)


def require_production(settings: Settings) -> None:
    """Raise SettingsError for what a real service cannot do without."""
    if settings.demo:
        return
    needed = ("base_url", "smtp_host", "mail_from")
    missing = [
        name for name in needed if name not in settings.model_fields_set or not getattr(settings, name)
    ]
    if missing:
        names = ", ".join(PREFIX + name.upper() for name in missing)
        raise SettingsError(f"{names}: not set. It is needed outside the demo (see README, “In productie”).")


def _explain(location: tuple[int | str, ...], message: str) -> str:
    name = PREFIX + str(location[0]).upper()
    name = "PORT (or WIJKBUDGET_PORT)" if name == "WIJKBUDGET_PORT" else name
    message = message.removeprefix("Value error, ")
    return f"{name}: this setting does not exist" if "Extra inputs" in message else f"{name}: {message}"


def _complete(settings: Settings) -> Settings:
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
        key = settings.secret_key or _stored_key(settings.instance / "secret_key")
        url = settings.database_url or f"sqlite:///{settings.instance.resolve() / 'wijkbudget.sqlite'}"
    except OSError as error:
        raise SettingsError(
            f"WIJKBUDGET_INSTANCE: cannot use {settings.instance}: {error.strerror}"
        ) from None
    return settings.model_copy(update={"secret_key": key, "database_url": url})


def _stored_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if len(key) < 32:
            raise SettingsError(
                f"WIJKBUDGET_SECRET_KEY: {path} does not hold a key; remove it or set one"
            ) from None
        return key
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key
