"""Time the tally beside its peers on the same files: `make bench-tally`.

One table, one run. Every figure is CPU seconds of a process of its own, the median of three runs; a run of more than
12 seconds is not repeated, one of more than `--limit` seconds is stopped. Peers: pabutools (exact fractions), the C++
rules of pabumeasures, py-vote-core. The elections are those that come with pabumeasures' sources, plus the folders you
name. `count` is the count alone; a first call's loading of the compiled loops and reading are shown apart.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers import pabumeasures

ROOT = Path(__file__).parents[1]
REPEATED_BELOW = 12.0
HEAD = [
    "election",
    "rule",
    "count",
    "read",
    "loading",
    "MB",
    "peer",
    "count",
    "ratio",
    "ratio with reading",
    "MB",
    "winners",
]

Measured = dict[str, Any]
Case = tuple[str, str, str, str]
"""Rule, satisfaction, completion, peer."""

APPROVAL_CASES: tuple[Case, ...] = (
    ("greedy", "cost", "none", "pabutools"),
    ("greedy-per-cost", "cost", "none", "pabutools"),
    ("max-satisfaction", "cardinality", "none", "pabutools"),
    ("phragmen", "cost", "none", "pabutools"),
    ("phragmen", "cost", "none", "pabumeasures"),
    ("equal-shares", "cost", "none", "pabutools"),
    ("equal-shares", "cardinality", "none", "pabutools"),
    ("equal-shares", "cost", "add1", "pabumeasures"),
    ("equal-shares", "cardinality", "add1", "pabumeasures"),
    ("equal-shares", "cost", "add1-exhaustive", "pabutools"),
)
RANKING_CASES: tuple[Case, ...] = (
    ("expanding-approvals", "cost", "none", "pabutools"),
    ("borda", "cost", "none", "pabutools"),
)
OTHER_WINNERS = ("expanding-approvals", "borda")
"""Rules whose winners are not compared: pb_ear takes what a set yields first, and Borda is per euro there."""

SIZES = (10_000, 100_000, 1_000_000, 5_000_000)


def run(module: str, *arguments: str, limit: float, cache: str | None = None) -> Measured | None:
    """What one process measured; None if it needed more than `limit` seconds."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    env = os.environ | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, cwd=ROOT, check=False, env=env
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    measured: Measured = json.loads(done.stdout)
    return measured


def medians(module: str, *arguments: str, limit: float) -> Measured | None:
    """The median of each figure over three runs; one run if it takes long."""
    first = run(module, *arguments, limit=limit)
    if first is None or first["read"] + first["count"] > REPEATED_BELOW:
        return first
    runs = [first, *filter(None, (run(module, *arguments, limit=limit) for _ in range(2)))]
    figures = {key: median(one[key] for one in runs) for key in first if key != "funded"}
    return {**first, **figures}


def compared(path: Path, case: Case, limit: float) -> list[str]:
    """One row of the table: ours beside a peer on one file."""
    rule, satisfaction, completion, peer = case
    mine = medians("job", "ours", rule, str(path), satisfaction, completion, limit=limit)
    theirs = medians("job", peer, rule, str(path), satisfaction, completion, limit=limit)
    name = f"{rule} {satisfaction} {completion}" if rule == "equal-shares" else rule
    row = [path.stem, name, *(own(mine) if mine else ["> limit", "", "", ""]), peer]
    if theirs is None or mine is None:
        return [*row, f"> {limit:.0f} s", "", "", "", ""]
    same = "same" if set(mine["funded"]) == set(theirs["funded"]) else "DIFFERENT"
    same = "not compared" if rule in OTHER_WINNERS else same
    ratio = theirs["count"] / max(mine["count"], 1e-6)
    reading = (theirs["read"] + theirs["count"]) / (mine["read"] + mine["count"])
    with_reading = f"{reading:,.0f}x" if peer != "pabumeasures" else ""
    return [*row, f"{theirs['count']:.4g}", f"{ratio:,.1f}x", with_reading, f"{theirs['memory']:,.0f}", same]


def own(mine: Measured) -> list[str]:
    """Our own four figures."""
    return [f"{mine['count']:.4g}", f"{mine['read']:.3g}", f"{mine['loading']:.2g}", f"{mine['memory']:,.0f}"]


def alone(name: str, rule: str, mine: Measured | None) -> list[str]:
    """A row without a peer."""
    return [name, rule, *(own(mine) if mine else ["> limit", "", "", ""]), "", "", "", "", "", ""]


def real_files(folders: list[Path], words: list[str], limit: float) -> Iterator[list[str]]:
    """Every rule beside its peers on real elections whose name holds one of the words."""
    found = pabumeasures.elections() + [path for folder in folders for path in _approval_files(folder)]
    for path in found:
        for case in APPROVAL_CASES:
            wanted = any(word in path.name for word in words)
            if wanted and (case[3] != "pabumeasures" or pabumeasures.program()):
                yield compared(path, case, limit)
    for path in [path for folder in folders for path in _ranking_files(folder)]:
        for case in RANKING_CASES:
            if any(word in path.name for word in words):
                yield compared(path, case, limit)


def rankings(limit: float) -> Iterator[list[str]]:
    """200,000 made-up rankings beside py-vote-core."""
    for rule in ("schulze", "ranked-pairs"):
        mine = medians("ranked_job", "ours", rule, "200000", "40", limit=limit)
        theirs = medians("ranked_job", "pyvotecore", rule, "200000", "40", limit=limit)
        row = alone("200,000 rankings, 40 projects", rule, mine)[:6]
        if mine and theirs:
            ratio = f"{theirs['count'] / mine['count']:,.0f}x"
            yield [*row, "py-vote-core", f"{theirs['count']:.4g}", ratio, "", f"{theirs['memory']:,.0f}", ""]
        else:
            yield [*row, "py-vote-core", f"> {limit:.0f} s", "", "", "", ""]


def growth(sizes: tuple[int, ...], limit: float) -> Iterator[list[str]]:
    """Made-up elections of growing size."""
    for rule in ("greedy", "equal-shares", "phragmen", "schulze"):
        for size in sizes:
            yield alone(
                f"{size:,} synthetic ballots", rule, medians("size_job", rule, str(size), limit=limit)
            )


def first_call(limit: float) -> Iterator[list[str]]:
    """What the very first call of compiled loops costs, and the first one in a later process."""
    with tempfile.TemporaryDirectory() as cache:
        file = str(pabumeasures.elections()[0])
        for turn in ("compiling", "from the cache"):
            for rule in ("equal-shares", "phragmen"):
                mine = run("job", "ours", rule, file, "cost", "none", limit=limit, cache=cache)
                yield alone(f"first call, {turn}", rule, mine)


def _approval_files(folder: Path) -> list[Path]:
    """The larger approval elections of a folder: 5,000 ballots and more, by size, and those in forint."""
    return [
        path
        for path, meta in _by_size(folder)
        if meta.get("vote_type") == "approval"
        and (int(meta["num_votes"]) >= 5_000 or meta.get("currency") == "HUF")
    ]


def _ranking_files(folder: Path) -> list[Path]:
    """The larger elections of a folder with rankings: 5,000 ballots and more, by size."""
    return [
        path
        for path, meta in _by_size(folder)
        if meta.get("vote_type") == "ordinal" and int(meta["num_votes"]) >= 5_000
    ]


def _by_size(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """The .pb files of a folder, largest first, with what their first lines say."""
    for path in sorted(folder.glob("*.pb"), key=lambda file: -file.stat().st_size):
        head = path.read_text(encoding="utf-8-sig").split("PROJECTS")[0]
        yield path, dict(line.split(";", 1) for line in head.splitlines() if ";" in line)


def main() -> None:
    """Print the table row by row, so that a stopped run leaves what it measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="folders with further .pb files")
    parser.add_argument("--parts", default="files,rankings,growth,first-call", help="parts, split at commas")
    parser.add_argument("--match", default="", help="only files whose name holds one of these words")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a run is stopped")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="largest synthetic election")
    given = parser.parse_args()
    parts: dict[str, Iterator[list[str]]] = {
        "files": real_files(given.folders, given.match.split(","), given.limit),
        "rankings": rankings(given.limit),
        "growth": growth(tuple(size for size in SIZES if size <= given.largest), given.limit),
        "first-call": first_call(given.limit),
    }
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    for name in given.parts.split(","):
        for row in parts[name]:
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
