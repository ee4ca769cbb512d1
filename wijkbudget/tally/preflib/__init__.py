"""Elections in the file formats of PrefLib for rankings: .soc, .soi, .toc and .toi (preflib.org)."""

from wijkbudget.tally.file_fault import PreflibError
from wijkbudget.tally.preflib.orders import DATA_TYPES
from wijkbudget.tally.preflib.reader import PreflibFile, read_preflib
from wijkbudget.tally.preflib.writer import write_preflib, write_preflib_file

__all__ = [
    "DATA_TYPES",
    "PreflibError",
    "PreflibFile",
    "read_preflib",
    "write_preflib",
    "write_preflib_file",
]
