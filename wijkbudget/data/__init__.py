"""Data that ships with the product; each folder has a README with source and licence."""

import csv
import io
from importlib.resources import files
from importlib.resources.abc import Traversable


def data_file(*path: str) -> Traversable:
    """A shipped file, wherever the package is installed."""
    return files(__name__).joinpath(*path)


def data_rows(*path: str) -> list[dict[str, str]]:
    """The rows of a shipped `;`-separated table."""
    text = data_file(*path).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
