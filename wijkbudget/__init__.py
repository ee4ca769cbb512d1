"""Democratic neighbourhood budgets: from proposal to an allocation that anyone can recount."""

__version__ = "0.1.0"
