"""Elections made up for measuring size alone: the same from the same seed, and with nearly all ballots distinct."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from wijkbudget.tally import BallotKind, Election, Profile, Project

SEED = 2026


def _projects(many: int, chance: np.random.Generator) -> tuple[Project, ...]:
    costs = chance.integers(5_000, 120_000, many)
    return tuple(Project(f"p{i:03}", int(cost) * 100) for i, cost in enumerate(costs))


def _array(numbers: np.ndarray) -> array[int]:
    values = array("q")
    values.frombytes(np.ascontiguousarray(numbers, dtype=np.int64).tobytes())
    return values


def approvals(ballots: int, projects: int = 100, per_ballot: int = 8) -> Election:
    """Approval ballots of 1 to twice `per_ballot` projects; popular projects are named more often."""
    chance = np.random.default_rng(SEED)
    made = _projects(projects, chance)
    popularity = np.sort(chance.random(projects))[::-1] ** 2
    edges = np.cumsum(popularity / popularity.sum())
    sizes = chance.integers(1, 2 * per_ballot, ballots)
    drawn = np.minimum(np.searchsorted(edges, chance.random(int(sizes.sum()))), projects - 1)
    owner = np.repeat(np.arange(ballots), sizes)
    marks = np.unique(owner * projects + drawn)  # a project drawn twice on one ballot counts once
    lengths = np.bincount(marks // projects, minlength=ballots)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    profile = Profile(
        BallotKind.APPROVAL, _array(np.ones(ballots)), _array(starts), _array(marks % projects), array("q")
    )
    return Election(sum(project.cost for project in made) // 3, made, profile)


def rankings(ballots: int, projects: int = 40, per_ballot: int = 12) -> Election:
    """Ranking ballots of 1 to twice `per_ballot` projects without equals; popular projects come first more often."""
    chance = np.random.default_rng(SEED)
    made = _projects(projects, chance)
    taste = np.linspace(1.5, 0, projects)
    sizes = chance.integers(1, min(projects, 2 * per_ballot), ballots)
    rows, ranks = [], []
    for start in range(0, ballots, 50_000):
        block = sizes[start : start + 50_000]
        order = np.argsort(-(taste + chance.gumbel(size=(len(block), projects))), axis=1)
        kept = np.arange(projects) < block[:, None]
        rows.append(order[kept])
        ranks.append((np.arange(projects) + np.zeros_like(order))[kept] + 1)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    marks, values = _array(np.concatenate(rows)), _array(np.concatenate(ranks))
    profile = Profile(BallotKind.RANKING, _array(np.ones(ballots)), _array(starts), marks, values)
    return Election(sum(project.cost for project in made) // 3, made, profile)


def write_pb(election: Election, path: Path) -> None:
    """The election as a plain .pb file, one line per ballot, without holding the text in memory."""
    kind = "ordinal" if election.profile.kind is BallotKind.RANKING else "approval"
    ids = [project.id for project in election.projects]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"META\nkey;value\nbudget;{election.budget // 100}\nvote_type;{kind}\n")
        file.write(f"num_projects;{len(ids)}\nnum_votes;{election.ballot_count}\n")
        file.write("PROJECTS\nproject_id;cost\n")
        file.writelines(f"{project.id};{project.cost // 100}\n" for project in election.projects)
        file.write("VOTES\nvoter_id;vote\n")
        voter = 0
        for weight, marks, _ in election.profile.rows():
            vote = ",".join(ids[mark] for mark in marks)
            for _ in range(weight):
                voter += 1
                file.write(f"{voter};{vote}\n")
