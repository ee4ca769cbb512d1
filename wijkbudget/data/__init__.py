"""Data that ships with the product; each folder has a README with source and licence."""

import csv
from importlib.resources import files
from importlib.resources.abc import Traversable


def data_file(*path: str) -> Traversable:
    """A shipped file, wherever the package is installed."""
    return files(__name__).joinpath(*path)


def data_rows(*path: str) -> list[dict[str, str]]:
    """The rows of a shipped `;`-separated table."""
    with data_file(*path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
