"""The Method of Equal Shares: every ballot gets an equal part of the budget, and supporters buy projects together.

Sources: D. Peters and P. Skowron, "Proportionality and the Limits of Welfarism", EC 2020; D. Peters, G. Pierczyński and
P. Skowron, "Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021 (arXiv 2008.13276). Reglements:
docs/rules/equal-shares.md and equal-shares-borda.md.
"""

from wijkbudget.tally.equal_shares.rule import RULES, BehindThePlan, Bought, Endowments

__all__ = ["RULES", "BehindThePlan", "Bought", "Endowments"]
