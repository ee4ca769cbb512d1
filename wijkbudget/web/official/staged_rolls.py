"""Uploaded rolls that wait between the check and the import, in the instance folder, for an hour at most."""

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wijkbudget import edge
from wijkbudget.config import Settings
from wijkbudget.domain.errors import DomainError

LIFETIME_SECONDS = 3600
_TOKEN = re.compile(r"[0-9a-f]{32}")
GONE = "Het bestand is niet meer bewaard. Kies het bestand opnieuw."


@dataclass(frozen=True)
class StagedRoll:
    """A file that was uploaded: its random name, its SHA-256 and where it is."""

    token: str
    sha256: str
    path: Path


def stage(source: IO[bytes]) -> StagedRoll:
    """Keep a file that only this server's account can read. Files of more than an hour old are thrown away first."""
    folder = _folder(edge.settings())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    discard_old(edge.settings())
    token = secrets.token_hex(16)
    path = _path(token)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(source, target)
    return StagedRoll(token, _sha256(path), path)


def staged(token: str, sha256: str) -> StagedRoll:
    """The file that was checked. Raises DomainError when it is gone or no longer the same."""
    if not _TOKEN.fullmatch(token) or not _path(token).is_file():
        raise DomainError(GONE)
    path = _path(token)
    if not secrets.compare_digest(_sha256(path).encode(), sha256.encode()):
        raise DomainError("Het bestand is veranderd na de controle. Kies het bestand opnieuw.")
    return StagedRoll(token, sha256, path)


def discard(token: str) -> None:
    """Throw a file away; it does not matter whether it is still there."""
    if _TOKEN.fullmatch(token):
        _path(token).unlink(missing_ok=True)


def discard_old(settings: Settings) -> None:
    """Throw away what nobody came back for; what this user of the machine may not remove stays."""
    for path in _folder(settings).glob("roll-*.csv"):
        try:
            if path.stat().st_mtime < edge.system_clock().timestamp() - LIFETIME_SECONDS:
                path.unlink()
        except OSError:
            continue


def _folder(settings: Settings) -> Path:
    return settings.instance / "uploads"


def _path(token: str) -> Path:
    return _folder(edge.settings()) / f"roll-{token}.csv"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
