"""Which engine looks for the run that stands: the pure one, or the compiled one for a large election."""

from __future__ import annotations

from wijkbudget.tally.branches import OpenTie, Settler
from wijkbudget.tally.equal_shares import search as pure
from wijkbudget.tally.equal_shares.run import Shares
from wijkbudget.tally.equal_shares.search import STEP, Found
from wijkbudget.tally.kernels import wanted
from wijkbudget.tally.terms import Completion, Terms

_WORTH_IT = 500_000
"""Loading numba takes over 2 s of processor time; the pure engine needs about 4 µs for a mark on a ballot and a run."""
_MOST_RUNS = 1000


def search(shares: Shares, completion: Completion, settler: Settler, terms: Terms) -> Found | OpenTie:
    """The run that stands, whichever engine finds it: the result is the same."""
    if wanted(terms.engine, _work(shares, completion), _WORTH_IT):
        from wijkbudget.tally.kernels import equal_shares as compiled

        try:
            return compiled.search(shares, completion, settler, terms.progress)
        except compiled.OutOfScale:
            pass
    return pure.search(shares, completion, settler, terms.progress)


def _work(shares: Shares, completion: Completion) -> int:
    """Marks on distinct ballots times a guess of the number of runs: half the steps that double the endowment."""
    runs = int(shares.start / (2 * STEP)) + 1 if completion.value.startswith("add1") else 1
    return sum(map(len, shares.groups)) * min(runs, _MOST_RUNS)
