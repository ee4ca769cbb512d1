"""Processes that are forked from one that has the product in memory: that is quicker than to start each anew."""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.crash", "tests.faults.serve"])
