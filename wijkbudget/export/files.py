"""The result of a wijk as a file, by the name of its format."""

from collections.abc import Callable

from wijkbudget.export.excel_csv import write_csv
from wijkbudget.export.report import Report
from wijkbudget.export.result_json import write_json
from wijkbudget.export.workbook import write_xlsx

FORMATS: dict[str, Callable[[Report], bytes]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": lambda report: write_json(report).encode(),
}
MIME_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pb": "text/plain",
}


def export_report(report: Report, kind: str) -> bytes:
    """The file's bytes; `kind` is a key of FORMATS. Raises NotReconciled when the sums do not agree."""
    return FORMATS[kind](report)
