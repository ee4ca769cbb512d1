"""A small made-up wijk with everything that can happen to a plan, and a lot."""

from datetime import UTC, datetime

import pytest

from wijkbudget.export.report import Report, ReportLine, ReportLot


def line(
    step: int, place: int | None, number: int, title: str, votes: int, cost: int, reason: str, left: int
) -> ReportLine:
    """A step that starts with `left` cents; `reason` decides whether the plan gets its `cost`."""
    funded = reason == "funded"
    after = left - cost if funded else left
    return ReportLine(
        step=step,
        place=place,
        number=number,
        title=title,
        submitter=f"Indiener {number}",
        votes=votes,
        cost_cents=cost,
        funded=funded,
        reason=reason,
        left_before_cents=left,
        left_after_cents=after,
        article="art. 2",
    )


@pytest.fixture
def report() -> Report:
    """A pot of € 50.000 and five plans; the titles hold what spreadsheets trip over."""
    return Report(
        gemeente="Voorbeeldstad",
        round_name="Zomer 2026",
        wijk="Vijfhoek & Café-eiland",
        certified=True,
        ballot_type="approval",
        rule="greedy",
        rule_version=1,
        rules_sha256="a" * 64,
        input_sha256="b" * 64,
        software_version="0.1.0",
        count_number=2,
        counted_at=datetime(2026, 6, 30, 22, 30, tzinfo=UTC),
        budget_cents=50_000_00,
        spent_cents=36_234_56,
        entitled=800,
        ballots=200,
        blank_ballots=4,
        lines=(
            line(1, 1, 7, "Groene gevels; ook “klein”", 120, 25_000_00, "funded", 50_000_00),
            line(2, 2, 3, '=HYPERLINK("http://voorbeeld.nl")', 90, 11_234_56, "funded", 25_000_00),
            line(3, 2, 5, "'t Bankje\nbij de brug", 90, 20_000_00, "does-not-fit", 13_765_44),
            line(4, 4, 1, "-- Speeltuin --", 0, 5_00, "too-little-support", 13_765_44),
            line(5, None, 2, "Zwembad", 40, 1_000_00, "withdrawn", 13_765_44),
        ),
        lots=(ReportLot((3, 5), "=Notaris", datetime(2026, 1, 5, 9, 15, tzinfo=UTC)),),
    )
