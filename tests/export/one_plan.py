"""A wijk with one plan, for tests that try any text."""

from datetime import UTC, datetime

from wijkbudget.export.report import Report, ReportLine, ReportLot

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def one_plan(text: str) -> Report:
    """A plan that takes the whole pot, with this text wherever a person or a rule can put text."""
    return Report(
        gemeente=text,
        round_name=text,
        wijk=text,
        certified=False,
        ballot_type=text,
        rule=text,
        rule_version=1,
        rules_sha256=text,
        input_sha256=text,
        software_version=text,
        count_number=1,
        counted_at=NOON,
        budget_cents=100,
        spent_cents=100,
        entitled=2,
        ballots=1,
        blank_ballots=0,
        lines=(ReportLine(1, 1, 1, text, text, 1, 100, True, "funded", 100, 0, text),),
        lots=(ReportLot((1,), text, NOON),),
    )
