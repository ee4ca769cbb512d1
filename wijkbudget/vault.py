"""Keys that must never lie in the database or in its backups: files that only their owner can read."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from wijkbudget.domain.errors import DomainError

_ROUND = re.compile(r"[0-9a-f]{32}")
SIGNING = "signing.key"
LENGTH = 32
NO_FOLDER = "De map met sleutels kan niet worden gebruikt. Waarschuw de beheerder."
NOT_DESTROYED = "Een sleutel die weg moet, kan niet worden vernietigd. Waarschuw de beheerder."


class KeyMissing(DomainError):
    """A key that the vote cannot do without is not where it should be."""

    status = 503


class Vault:
    """The key files of an installation. `opens_itself`: in a demonstration the private key is kept here as well."""

    def __init__(self, folder: Path, *, opens_itself: bool = False) -> None:
        self.folder, self.opens_itself = folder, opens_itself

    def make(self, round_id: str) -> None:
        """Draw the pseudonym key of a round (its public id). Does nothing when it is there already. Raises KeyMissing."""
        self._write(self._pseudonym(round_id), secrets.token_bytes(LENGTH))

    def pseudonym_key(self, round_id: str) -> bytes:
        """The key under which the ballots of a round are kept. Raises KeyMissing."""
        return self._read(
            self._pseudonym(round_id),
            "Stemmen kan nu even niet: een sleutel van deze stemming ontbreekt. Probeer het later nog eens.",
        )

    def keep_private(self, round_id: str, key: bytes) -> None:
        """Keep the private key of a demonstration. Raises ValueError for a real vote."""
        if not self.opens_itself:
            raise ValueError("the private key of a real vote is never kept")
        self._write(self._private(round_id), key)

    def private_key(self, round_id: str) -> bytes:
        """The private key of a demonstration. Raises KeyMissing."""
        return self._read(self._private(round_id), "De sleutel van deze demonstratie ontbreekt.")

    def holds(self, round_id: str, *, private: bool) -> bool:
        """Whether there is a pseudonym key of this round or, if asked for, a private one. Raises KeyMissing."""
        paths = [self._pseudonym(round_id), *([self._private(round_id)] if private else [])]
        try:
            return any(path.exists() for path in paths)
        except OSError:
            raise KeyMissing(NO_FOLDER) from None

    def end_vote(self, round_id: str) -> None:
        """Destroy the pseudonym key: from now on nobody can tell whose a ballot was. Safe to repeat. Raises KeyMissing."""
        self._destroy(self._pseudonym(round_id))

    def end_opening(self, round_id: str) -> None:
        """Destroy what is left of the keys of a round. Safe to repeat. Raises KeyMissing."""
        self._destroy(self._pseudonym(round_id))
        self._destroy(self._private(round_id))

    def signing_key(self) -> bytes:
        """The key with which this installation signs; made at the first use. Raises KeyMissing."""
        path = self.folder / SIGNING
        self._write(path, secrets.token_bytes(LENGTH))
        return self._read(path, "De sleutel om mee te ondertekenen ontbreekt.")

    def _pseudonym(self, round_id: str) -> Path:
        return self.folder / f"{self._known(round_id)}.vote.key"

    def _private(self, round_id: str) -> Path:
        return self.folder / f"{self._known(round_id)}.demo.key"

    @staticmethod
    def _known(round_id: str) -> str:
        if not _ROUND.fullmatch(round_id):
            raise ValueError("not the public id of a round")
        return round_id

    def _write(self, path: Path, key: bytes) -> None:
        """Write a key once and whole: a reader never sees half of one. Raises KeyMissing."""
        try:
            if not path.exists():
                self._write_new(path, key)
        except OSError:
            raise KeyMissing(NO_FOLDER) from None

    def _write_new(self, path: Path, key: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        self._sync_folder()

    def _read(self, path: Path, missing: str) -> bytes:
        try:
            key = path.read_bytes()
        except OSError:
            raise KeyMissing(missing) from None
        if len(key) != LENGTH:
            raise KeyMissing(missing)
        return key

    def _destroy(self, path: Path) -> None:
        """Overwrite and remove; on a copying file system or in its backups older blocks can remain. Raises KeyMissing."""
        try:
            with path.open("r+b") as file:
                file.write(bytes(LENGTH))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            self._sync_folder()
        except FileNotFoundError:
            return
        except OSError:
            raise KeyMissing(NOT_DESTROYED) from None

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
