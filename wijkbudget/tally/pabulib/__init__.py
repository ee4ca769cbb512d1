"""Elections in the file format of Pabulib, the library of participatory budgeting data (pabulib.org)."""

from wijkbudget.tally.file_fault import Fault, PabulibError
from wijkbudget.tally.pabulib.amount import amount_text, cents
from wijkbudget.tally.pabulib.file import PabulibFile, ProjectRow
from wijkbudget.tally.pabulib.reader import read_pabulib
from wijkbudget.tally.pabulib.writer import write_pabulib, write_pabulib_file

__all__ = [
    "Fault",
    "PabulibError",
    "PabulibFile",
    "ProjectRow",
    "amount_text",
    "cents",
    "read_pabulib",
    "write_pabulib",
    "write_pabulib_file",
]
