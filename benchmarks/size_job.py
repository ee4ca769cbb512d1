"""Count one synthetic election of a given size: `python -m benchmarks.size_job RULE BALLOTS`; see benchmarks.job.

The arrays are made here: that is left out of the time, but memory is that of all together, numba included.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from benchmarks.synthetic import approvals, rankings
from wijkbudget.tally import Election, count

if __name__ == "__main__":
    rule, ballots = sys.argv[1], int(sys.argv[2])
    make = rankings if rule in ("schulze", "ranked-pairs") else approvals
    made = make(ballots)
    times = []
    for _ in range(2):  # the first time loads the compiled loops
        election = Election(made.budget, made.projects, made.profile)
        started = time.process_time()
        count(election, rule, ties="lexicographic")
        times.append(time.process_time() - started)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": 0.0, "count": times[1], "loading": times[0] - times[1], "memory": memory}))
