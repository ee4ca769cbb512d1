"""A file name that every system accepts."""

import re
import unicodedata

from wijkbudget.export.report import Report

_LONGEST_PART = 60


def file_name(report: Report, extension: str) -> str:
    """The name of a download, lower-case ASCII: "uitslag-zomer-2026-vijfhoek.csv"; no dot in `extension`."""
    return f"uitslag-{_plain(report.round_name, 'ronde')}-{_plain(report.wijk, 'wijk')}.{extension}"


def _plain(name: str, instead: str) -> str:
    """The name in letters, digits and hyphens; `instead` when nothing of it remains."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:_LONGEST_PART].rstrip("-") or instead
