"""Write an election as a Pabulib file that anyone can count again."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping

from wijkbudget.tally.ballots import ApprovalBallot, Ballot, PointsBallot
from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.pabulib.amount import amount_text
from wijkbudget.tally.pabulib.file import PabulibFile
from wijkbudget.tally.pabulib.vote_form import VOTE_TYPES
from wijkbudget.tally.profile import BallotKind

MOST_LINES = 20_000_000
"""The most ballots that are written as lines: more than the Netherlands has voters, and still some hundreds of MB."""
_COUNTED = ("num_projects", "num_votes", "budget", "vote_type")
_PLAIN_TYPE = {
    BallotKind.APPROVAL: "approval",
    BallotKind.RANKING: "ordinal",
    BallotKind.POINTS: "cumulative",
}


def write_pabulib(
    election: Election, meta: Mapping[str, str] | None = None, *, selected: Collection[str] | None = None
) -> str:
    """The election as .pb text (lines end in CR LF); `read_pabulib` gives the same election back.

    `meta` are further META rows (description, unit, currency …) in order; the numbers and `vote_type` are
    filled in, unless `meta` says choose-1 or scoring (or any type, when there are no ballots). `selected`: funded
    ids. Voters are numbered anew, so no voter can be recognised. Raises `TallyError` for what .pb cannot hold:
    equal ranks, ids with a comma or with spaces around them, and NUL characters.

    >>> from wijkbudget.tally.election import Project
    >>> election = Election.of(1050, [Project("a", 700)], [ApprovalBallot(frozenset({"a"}))])
    >>> write_pabulib(election).splitlines()[-2:]
    ['voter_id;vote', '1;a']
    """
    further: dict[str, dict[str, str]] = {}
    if selected is not None:
        further = {
            project.id: {"selected": str(int(project.id in selected))} for project in election.projects
        }
    return _written(election, meta or {}, election.projects, further)


def write_pabulib_file(file: PabulibFile) -> str:
    """What was read from a .pb file, in one fixed form: written, read and written again it stays as it is.

    Kept: META in order (the numbers as counted), all columns of projects, projects in the order of the file. Not
    kept: who cast which ballot, and all that the file tells about voters (age, sex, neighbourhood …): voters are
    numbered anew, in an order of ballots by content.

    >>> from wijkbudget.tally.pabulib.reader import read_pabulib
    >>> text = "META\\nkey;value\\nvote_type;approval\\nbudget;7.0\\nPROJECTS\\nproject_id;cost;target\\na;7;youth\\n"
    >>> text += "VOTES\\nvoter_id;age;vote\\nx3;81;a\\n"
    >>> write_pabulib_file(read_pabulib(text)).splitlines()[6:]
    ['PROJECTS', 'project_id;cost;votes;name;target', 'a;7;1;;youth', 'VOTES', 'voter_id;vote', '1;a']
    """
    further = {}
    for row in file.projects:
        selected = {} if row.selected is None else {"selected": row.selected}
        kept = {} if row.score is None else {"score": row.score}
        further[row.id] = selected | kept | dict(row.further)
    projects = [file.election.project(row.id) for row in file.projects]
    return _written(file.election, file.meta, projects, further)


def _written(
    election: Election,
    meta: Mapping[str, str],
    projects: Iterable[Project],
    further: Mapping[str, Mapping[str, str]],
) -> str:
    if election.ballot_count > MOST_LINES:
        raise TallyError(
            f"a .pb file has a line for each of the {election.ballot_count:,} ballots; at most {MOST_LINES:,} are written"
        )
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    vote_type = _vote_type(election, meta.get("vote_type", "").lower())
    scored = VOTE_TYPES[vote_type] is BallotKind.POINTS
    out.writerows([["META"], ["key", "value"], *_meta_rows(election, meta, vote_type)])
    out.writerows(_project_rows(election, projects, further, scored))
    out.writerows([["VOTES"], ["voter_id", "vote"] + ["points"] * scored])
    voter = 0
    for ballot, weight in election.ballots:
        vote = _vote_fields(ballot)
        for _ in range(weight):
            voter += 1
            out.writerow([voter, *vote])
    return text.getvalue()


def _meta_rows(election: Election, meta: Mapping[str, str], vote_type: str) -> list[list[str]]:
    counted = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.ballot_count),
        "budget": amount_text(election.budget),
        "vote_type": vote_type,
    }
    further = [[key, value.strip()] for key, value in meta.items() if key not in _COUNTED]
    rows = further + [[key, value] for key, value in counted.items()]
    if any("\0" in field for row in rows for field in row):
        raise TallyError("a NUL character cannot be written in a .pb file")
    return rows


def _vote_type(election: Election, wished: str) -> str:
    """The type that was wished, if the ballots are of its kind."""
    if wished not in VOTE_TYPES or (election.kind is not None and VOTE_TYPES[wished] is not election.kind):
        return _PLAIN_TYPE[election.kind or BallotKind.APPROVAL]
    if wished == "choose-1" and any(len(ballot.named) > 1 for ballot, _ in election.ballots):
        return "approval"
    return wished


def _project_rows(
    election: Election,
    projects: Iterable[Project],
    further: Mapping[str, Mapping[str, str]],
    scored: bool,
) -> Iterator[list[str]]:
    """The projects; the column `withdrawn` only when there is something to say."""
    votes, points = election.votes(), election.points()
    some_withdrawn = any(project.withdrawn for project in election.projects)
    columns = list(dict.fromkeys(column for row in further.values() for column in row))
    if scored:
        columns = [column for column in columns if column != "score"]
    header = ["project_id", "cost", "votes"] + ["score"] * scored + ["name", *columns]
    yield from (["PROJECTS"], header + ["withdrawn"] * some_withdrawn)
    for project in projects:
        row = [project.id, amount_text(project.cost), str(votes[project.id])]
        row += [str(points[project.id])] * scored + [project.name.strip()]
        row += [further[project.id].get(column, "") for column in columns]
        row += [str(int(project.withdrawn))] * some_withdrawn
        if "," in project.id or "\0" in "".join(row) or project.id != project.id.strip():
            raise TallyError(f"project id {project.id!r} cannot be written in a .pb file")
        yield row


def _vote_fields(ballot: Ballot) -> list[str]:
    if isinstance(ballot, ApprovalBallot):
        return [",".join(sorted(ballot.projects))]
    if isinstance(ballot, PointsBallot):
        return [
            ",".join(project_id for project_id, _ in ballot.points),
            ",".join(str(given) for _, given in ballot.points),
        ]
    if any(len(rank) > 1 for rank in ballot.ranks):
        raise TallyError("a .pb file cannot hold projects in one rank")
    return [",".join(project_id for rank in ballot.ranks for project_id in rank)]
