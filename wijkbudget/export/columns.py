"""The columns of the table of plans: one definition for the CSV file and the workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from wijkbudget.export.report import Report, ReportLine


class Kind(Enum):
    """How a value is written: as text, as a whole number, or as euros (the value itself is cents)."""

    TEXT = "text"
    WHOLE = "whole"
    EUROS = "euros"


@dataclass(frozen=True)
class Column:
    """One column; `heading` as in the CSV file, `width` in characters, `value` None for an empty cell."""

    heading: str
    kind: Kind
    width: int
    value: Callable[[Report, ReportLine], str | int | None]

    @property
    def title(self) -> str:
        """The heading for people: "over_voor" is "Over voor"."""
        return self.heading.replace("_", " ").capitalize()


COLUMNS = (
    Column("ronde", Kind.TEXT, 22, lambda report, line: report.round_name),
    Column("wijk", Kind.TEXT, 18, lambda report, line: report.wijk),
    Column("plaats", Kind.WHOLE, 8, lambda report, line: line.place),
    Column("plannummer", Kind.WHOLE, 13, lambda report, line: line.number),
    Column("titel", Kind.TEXT, 40, lambda report, line: line.title),
    Column("indiener", Kind.TEXT, 24, lambda report, line: line.submitter),
    Column("stemmen", Kind.WHOLE, 11, lambda report, line: line.votes),
    Column("kosten", Kind.EUROS, 15, lambda report, line: line.cost_cents),
    Column("toegekend", Kind.EUROS, 15, lambda report, line: line.allocated_cents),
    Column("uitslag", Kind.TEXT, 13, lambda report, line: line.outcome_text),
    Column("reden", Kind.TEXT, 48, lambda report, line: line.reason_text),
    Column("over_voor", Kind.EUROS, 15, lambda report, line: line.left_before_cents),
    Column("over_na", Kind.EUROS, 15, lambda report, line: line.left_after_cents),
    Column("telstap", Kind.WHOLE, 9, lambda report, line: line.step),
    Column("artikel", Kind.TEXT, 14, lambda report, line: line.article),
)
"""In the order of the table; machines read the headings, so a new heading breaks the work of others."""
