"""The nouns: one table, state machine or value type per file. Importing this package registers every table."""

from wijkbudget.domain import (
    account,
    audit_line,
    ballot,
    budget_pot,
    budget_round,
    count,
    electoral_roll,
    email_token,
    invitation_order,
    link_request,
    outbox_mail,
    proposal,
    replacement,
    wijk,
    wijkplatform,
)

__all__ = [
    "account",
    "audit_line",
    "ballot",
    "budget_pot",
    "budget_round",
    "count",
    "electoral_roll",
    "email_token",
    "invitation_order",
    "link_request",
    "outbox_mail",
    "proposal",
    "replacement",
    "wijk",
    "wijkplatform",
]
