"""Which engine looks for the run that stands: the pure one, or the compiled one for a large election."""

from __future__ import annotations

from wijkbudget.tally.branches import OpenTie, Settler
from wijkbudget.tally.equal_shares import search as pure
from wijkbudget.tally.equal_shares.run import Shares
from wijkbudget.tally.equal_shares.search import Found
from wijkbudget.tally.terms import Completion, Terms


def search(shares: Shares, completion: Completion, settler: Settler, terms: Terms) -> Found | OpenTie:
    """The run that stands, whichever engine finds it: the result is the same."""
    return pure.search(shares, completion, settler, terms.progress)
