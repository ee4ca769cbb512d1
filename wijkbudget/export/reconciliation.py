"""The sums that must be right before a result leaves the house."""

from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.money import format_euros
from wijkbudget.export.report import Report


class NotReconciled(DomainError):
    """The steps do not lead from the budget to what is left: the count is unfinished, or wrong."""


def require_reconciled(report: Report) -> None:
    """Follow the money from step to step. Raises NotReconciled when a cent goes missing.

    A count that stopped for a lot after it gave out money is refused too: its total is still nought.
    """
    left = report.budget_cents
    for line in report.lines:
        right = line.left_before_cents == left and line.left_after_cents == left - line.allocated_cents
        if not right or (line.funded and line.withdrawn):
            raise _not_reconciled(report, f"Kijk naar stap {line.step}, plan {line.number}.")
        left = line.left_after_cents
    if left != report.left_cents:
        raise _not_reconciled(report, f"De stappen laten {format_euros(left)} over.")


def plans_sentence(report: Report) -> str:
    """How the plans add up: "5 plannen = 2 gekozen + 2 niet gekozen + 1 ingetrokken"."""
    plans = "plan" if len(report.lines) == 1 else "plannen"
    return (
        f"{len(report.lines)} {plans} = {len(report.funded)} gekozen"
        f" + {len(report.not_funded)} niet gekozen + {len(report.withdrawn)} ingetrokken"
    )


def money_sentence(report: Report) -> str:
    """How the money adds up: "€ 1.000 budget = € 900 toegekend + € 100 over"."""
    offered = report.offered_cents
    spent, left = format_euros(report.spent_cents - offered), format_euros(report.left_cents)
    for_less = f" + {format_euros(offered)} aangeboden voor een kleinere versie" if offered else ""
    return f"{format_euros(report.budget_cents)} budget = {spent} toegekend{for_less} + {left} over"


def _not_reconciled(report: Report, where: str) -> NotReconciled:
    return NotReconciled(f"De telling van {report.wijk} is niet af, of de bedragen kloppen niet. {where}")
