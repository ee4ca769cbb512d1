"""Read an election from a Pabulib file (format: pabulib.org/format).

Only distinct ballots and voter ids are kept while reading, never the rows. Amounts become whole cents. Of voters
nothing is kept: not their age, sex or neighbourhood, where a file has those, and not who cast which ballot.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.file_fault import PabulibError, Unreadable, quoted
from wijkbudget.tally.file_lines import Lines, Source, chunks
from wijkbudget.tally.pabulib.amount import cents
from wijkbudget.tally.pabulib.doubts import limit_faults, limits_of, number_faults
from wijkbudget.tally.pabulib.file import PabulibFile, ProjectRow
from wijkbudget.tally.pabulib.rows import Row, Rows
from wijkbudget.tally.pabulib.vote_form import VOTE_TYPES, VoteForm
from wijkbudget.tally.pabulib.votes import Votes
from wijkbudget.tally.profile import BallotKind

_OWN_COLUMNS = ("project_id", "cost", "name", "votes", "score", "selected", "withdrawn")


def read_pabulib(source: Source, *, name: str | None = None) -> PabulibFile:
    """Read a .pb file from a path object, or from its content as text, bytes or lines.

    A plain string is content, never a path. `name` is what errors call the file. Raises `PabulibError`.

    >>> text = "META\\nkey;value\\nbudget;10.50\\nvote_type;approval\\n"
    >>> text += "PROJECTS\\nproject_id;cost\\na;7\\nVOTES\\nvoter_id;vote\\n1;a\\n2;\\n"
    >>> election = read_pabulib(text).election
    >>> election.budget, election.ballot_count, election.votes()
    (1050, 2, {'a': 1})
    """
    try:
        with closing(chunks(source)) as pieces:
            return _read(Lines(pieces))
    except Unreadable as fault:
        shown = name or (os.fspath(source) if isinstance(source, os.PathLike) else "<text>")
        raise PabulibError(shown, fault.line, fault.text) from None


def _read(lines: Lines) -> PabulibFile:
    rows, head = Rows(lines), _Head()
    for row in rows.before_votes():
        head.take(row)
    head.check_complete(rows.header_line)
    if VOTE_TYPES[head.vote_type] is BallotKind.POINTS and "points" not in rows.header:
        raise Unreadable(rows.header_line, "section VOTES has no column points")
    projects = tuple(sorted(head.projects.values(), key=lambda project: project.id))
    index = {project.id: place for place, project in enumerate(projects)}
    votes = Votes(VoteForm(head.vote_type, index), rows.header)
    _take_votes(lines, rows, votes)
    return head.file(projects, votes)


def _take_votes(lines: Lines, rows: Rows, votes: Votes) -> None:
    """Piece by piece: the quick way, or else row by row until the piece is used up."""
    while piece := lines.rest():
        count = votes.take_plain(piece, lines.read)
        if count:
            lines.skip_rest(count)
            continue
        while not lines.at_end_of_piece:
            row = rows.vote()
            if row is not None:
                votes.take_row(row)


@dataclass(slots=True)
class _Head:
    """The sections META and PROJECTS as far as they have been read."""

    meta: dict[str, str] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    project_rows: list[ProjectRow] = field(default_factory=list)
    budget: int = 0
    vote_type: str = ""

    def take(self, row: Row) -> None:
        if row.section == "META":
            self._meta(row)
        else:
            self._project(row)

    def _meta(self, row: Row) -> None:
        key, value = row.fields["key"], row.fields["value"]
        if key in self.meta:
            raise Unreadable(row.line, f"key {quoted(key)} comes a second time")
        self.meta[key], self.meta_lines[key] = value, row.line
        if key == "budget":
            self.budget = _cents(row, "budget", value)
        elif key == "vote_type":
            self.vote_type = value.lower()
            if self.vote_type not in VOTE_TYPES:
                known = ", ".join(VOTE_TYPES)
                raise Unreadable(row.line, f"vote_type {quoted(value)} is not one of {known}")
        elif key == "default_score" and value.strip("0.") != "":
            fault = (
                f"default_score {quoted(value)}: a project that a vote does not name can only get 0 points"
            )
            raise Unreadable(row.line, fault)

    def _project(self, row: Row) -> None:
        project_id, name = row.fields["project_id"], row.fields.get("name", "")
        if not project_id or "," in project_id:
            raise Unreadable(row.line, f"project id {quoted(project_id)} is empty or holds a comma")
        if project_id in self.projects:
            raise Unreadable(row.line, f"project {quoted(project_id)} is listed twice")
        cost = _cents(row, "cost", row.fields["cost"])
        if cost == 0:
            raise Unreadable(row.line, f"cost of project {quoted(project_id)} is zero")
        withdrawn = row.fields.get("withdrawn", "0") == "1"
        if row.fields.get("withdrawn", "") not in ("", "0", "1"):
            raise Unreadable(row.line, f"withdrawn is {quoted(row.fields['withdrawn'])}, not 1 or 0")
        self.projects[project_id] = Project(project_id, cost, name, withdrawn)
        votes, selected, score = map(row.fields.get, ("votes", "selected", "score"))
        further = {key: value for key, value in row.fields.items() if key not in _OWN_COLUMNS}
        self.project_rows.append(ProjectRow(project_id, name, row.line, votes, selected, score, further))

    def check_complete(self, line: int) -> None:
        for key in ("budget", "vote_type"):
            if key not in self.meta:
                raise Unreadable(max(self.meta_lines.values(), default=1), f"section META has no {key}")
        if not self.projects:
            raise Unreadable(line, "section PROJECTS holds no project")

    def file(self, projects: tuple[Project, ...], votes: Votes) -> PabulibFile:
        election = Election(self.budget, projects, votes.profile())
        limits, faults = limits_of(self.meta, self.meta_lines)
        faults += number_faults(self.meta, self.meta_lines, self.project_rows, election, votes.zeros)
        faults += limit_faults(limits, election, votes.first_lines)
        warnings = (*faults, *votes.oddities())
        kind = VOTE_TYPES[self.vote_type]
        rows = tuple(self.project_rows)
        return PabulibFile(self.meta, self.meta_lines, election, rows, warnings, kind, limits)


def _cents(row: Row, what: str, text: str) -> int:
    try:
        return cents(text)
    except ValueError as fault:
        raise Unreadable(row.line, f"{what} {quoted(text)} {fault}") from fault
