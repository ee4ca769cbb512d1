"""Count one synthetic election of a given size: `python -m benchmarks.size_job RULE BALLOTS`; see benchmarks.job.

`read` is the time to write nothing and read nothing: the arrays are made here, and left out of every figure but memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from benchmarks.synthetic import approvals, rankings
from wijkbudget.tally import count

if __name__ == "__main__":
    rule, ballots = sys.argv[1], int(sys.argv[2])
    make = rankings if rule in ("schulze", "ranked-pairs") else approvals
    count(make(1000), rule, ties="lexicographic", engine="fast")  # loads the compiled loops
    election = make(ballots)
    started = time.process_time()
    count(election, rule, ties="lexicographic")
    used = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": 0.0, "count": used, "loading": 0.0, "memory": memory}))
