"""A whole election in one JSON file, to keep: budget, projects, ballots, and how it was counted.

The form of the file is `election-1.schema.json` (JSON Schema 2020-12), beside this module.
"""

from wijkbudget.tally.archive.document import Archive, ArchiveError, Counted
from wijkbudget.tally.archive.reader import read_archive
from wijkbudget.tally.archive.writer import archive_schema, write_archive

__all__ = ["Archive", "ArchiveError", "Counted", "archive_schema", "read_archive", "write_archive"]
