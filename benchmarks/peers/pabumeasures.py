"""The C++ rules of pabumeasures, compiled here without its wheel: that one needs OR-tools, which these functions do not.

The sources come with pip, unchanged but for one cut: each file is kept up to the end of the rule itself; the measures
behind it solve linear programmes. It has no completion, so the driver wraps the usual loop around its equal shares.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from wijkbudget.tally import Election

VERSION = "0.2.2"
CACHE = Path(__file__).parents[1] / "cache"
RULES = ("Greedy", "GreedyOverCost", "MesApr", "MesCost", "Phragmen")
DRIVER = Path(__file__).with_name("pabumeasures_driver.cpp")


def sources() -> Path:
    """The unpacked source distribution; downloaded once."""
    unpacked = CACHE / f"pabumeasures-{VERSION}"
    if not unpacked.is_dir():
        CACHE.mkdir(exist_ok=True)
        wanted = ["--no-deps", "--no-binary", ":all:", f"pabumeasures=={VERSION}"]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--dest", str(CACHE), *wanted], check=False, capture_output=True)
        archive = CACHE / f"pabumeasures-{VERSION}.tar.gz"
        if not archive.is_file():
            raise FileNotFoundError(f"{archive}: pip could not download it")
        with tarfile.open(archive) as packed:
            packed.extractall(CACHE, filter="data")
    return unpacked


def elections() -> list[Path]:
    """The real elections that come with its sources, Warszawa 2024 and Łódź 2024 among them."""
    return sorted((sources() / "data").glob("poland_*.pb"))


def program() -> Path | None:
    """The compiled driver, made once; None without a C++ compiler."""
    made = CACHE / f"pabumeasures-{VERSION}.bin"
    compiler = shutil.which("g++") or shutil.which("clang++")
    if made.is_file() or compiler is None:
        return made if made.is_file() else None
    cut = CACHE / "cut"
    shutil.copytree(sources() / "src" / "cpp_src", cut, dirs_exist_ok=True)
    for rule in RULES:
        path = cut / "pb_rules_and_measures" / f"{rule}.cpp"
        text = re.split(
            r"^long long cost_reduction_for", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )[0]
        text = text.replace('#include "ortools/linear_solver/linear_solver.h"', "")
        path.write_text(text.replace("using namespace operations_research;", ""), encoding="utf-8")
    parts = [cut / "pb_rules_and_measures" / f"{rule}.cpp" for rule in RULES]
    parts += [cut / "utils" / "Math.cpp", cut / "utils" / "ProjectComparator.cpp", DRIVER]
    command = [compiler, "-std=c++20", "-O3", "-DNDEBUG", f"-I{cut}", *map(str, parts), "-o", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made


def count(rule: str, election: Election, seconds: float) -> tuple[float, list[str]]:
    """CPU seconds of the count alone and the funded ids; raises TimeoutExpired after `seconds`."""
    made = program()
    assert made is not None
    text = "\n".join(_lines(election))
    answer = subprocess.run(
        [made, rule], input=text, text=True, capture_output=True, check=True, timeout=seconds
    )
    used, *funded = answer.stdout.split()
    return float(used), funded


def _lines(election: Election) -> Iterator[str]:
    """The election as the driver reads it: every voter on its own, as pabumeasures wants it."""
    approvers: list[list[int]] = [[] for _ in election.projects]
    voter = 0
    for weight, marks, _ in election.profile.rows():
        for mark in marks:
            approvers[mark] += range(voter, voter + weight)
        voter += weight
    yield f"{election.budget} {voter} {len(election.projects)}"
    for project, voters in zip(election.projects, approvers, strict=True):
        yield f"{project.id} {project.cost} {len(voters)} {' '.join(map(str, voters))}"
