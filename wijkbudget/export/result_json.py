"""The result as JSON for other software: English keys, whole cents, UTC."""

import json
from datetime import UTC, datetime

from wijkbudget.export.reconciliation import require_reconciled
from wijkbudget.export.report import Report, ReportLine, ReportLot

SCHEMA = "wijkbudget-result/1"
"""Goes up when a key changes its meaning or goes away; a new key does not change it."""


def write_json(report: Report) -> str:
    """The whole report as one JSON object: indented, keys in a fixed order, newline at the end.

    - `schema`: "wijkbudget-result/1".
    - The fields of `Report` under their own names. Keys that end in `_cents` are whole euro cents, `*_at` are
      ISO 8601 in UTC with a Z, `*_sha256` are hexadecimal. `entitled` is null when the roll is not known.
      `ballots` includes `blank_ballots`.
    - `left_cents`: budget_cents less spent_cents.
    - `plans`: how many there are in `total`, `funded`, `not_funded` and `withdrawn`; the last three add up.
    - `lines`: one object per plan in the order of the count, with the fields of `ReportLine`, and
      `allocated_cents`. `place` is null for a withdrawn plan. `reason` is a key of `REASON_TEXTS`. `basis` holds the
      numbers behind the decision, for rules that have more than votes and money; a fraction is a string "p/q".
    - `satisfaction`, `completion`: the options of the rule; null for a rule without. `endowment_cents`: what each ballot
      had to spend, a string because it may be a fraction; null for rules that give voters no money of their own.
    - `ties`: the plans that stood equal: `place`, `numbers`, and `mattered` if a lot decided; null in old counts.
    - `lots`: the lots that decided, oldest first: `order` (plan numbers), `witness`, `drawn_at`.

    Raises NotReconciled.
    """
    require_reconciled(report)
    return json.dumps(_report(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _report(report: Report) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "gemeente": report.gemeente,
        "round_name": report.round_name,
        "wijk": report.wijk,
        "certified": report.certified,
        "ballot_type": report.ballot_type,
        "rule": report.rule,
        "rule_version": report.rule_version,
        "rules_sha256": report.rules_sha256,
        "input_sha256": report.input_sha256,
        "software_version": report.software_version,
        "count_number": report.count_number,
        "counted_at": _instant(report.counted_at),
        "budget_cents": report.budget_cents,
        "spent_cents": report.spent_cents,
        "left_cents": report.left_cents,
        "entitled": report.entitled or None,
        "ballots": report.ballots,
        "blank_ballots": report.blank_ballots,
        "plans": {
            "total": len(report.lines),
            "funded": len(report.funded),
            "not_funded": len(report.not_funded),
            "withdrawn": len(report.withdrawn),
        },
        "lines": [_line(line) for line in report.lines],
        "lots": [_lot(lot) for lot in report.lots],
        "satisfaction": report.satisfaction,
        "completion": report.completion,
        "endowment_cents": None if report.endowment_cents is None else str(report.endowment_cents),
        "ties": None if report.ties is None else [vars(tie) for tie in report.ties],
    }


def _line(line: ReportLine) -> dict[str, object]:
    return {
        "step": line.step,
        "place": line.place,
        "number": line.number,
        "title": line.title,
        "submitter": line.submitter,
        "votes": line.votes,
        "cost_cents": line.cost_cents,
        "allocated_cents": line.allocated_cents,
        "funded": line.funded,
        "reason": line.reason,
        "left_before_cents": line.left_before_cents,
        "left_after_cents": line.left_after_cents,
        "article": line.article,
        "basis": line.basis,
    }


def _lot(lot: ReportLot) -> dict[str, object]:
    return {"order": list(lot.order), "witness": lot.witness, "drawn_at": _instant(lot.drawn_at)}


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
