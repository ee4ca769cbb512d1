"""Read an election from a Pabulib file (format: pabulib.org/format).

Only distinct ballots and voter ids are kept while reading, never the rows. Amounts become whole cents.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from wijkbudget.tally.election import ApprovalBallot, Ballot, Election, Project, RankingBallot
from wijkbudget.tally.pabulib.amount import cents
from wijkbudget.tally.pabulib.fault import Fault, PabulibError, Unreadable, quoted
from wijkbudget.tally.pabulib.rows import Row, Source, rows
from wijkbudget.tally.profile import BallotKind


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """What the file itself says about a project: the line, its votes and whether it was selected, as text."""

    id: str
    name: str
    line: int
    votes: str | None = None
    selected: str | None = None


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """An election with what else its file holds; `warnings` are oddities that do not stop a count."""

    meta: Mapping[str, str]
    meta_lines: Mapping[str, int]
    election: Election
    projects: tuple[ProjectRow, ...]
    warnings: tuple[Fault, ...]
    ballot_kind: BallotKind


def read_pabulib(source: Source, *, name: str | None = None) -> PabulibFile:
    """Read a .pb file from a path object, or from its content as text, bytes or lines.

    A plain string is content, never a path. `name` is what errors call the file. Raises `PabulibError`.

    >>> text = "META\\nkey;value\\nbudget;10.50\\nvote_type;approval\\n"
    >>> text += "PROJECTS\\nproject_id;cost\\na;7\\nVOTES\\nvoter_id;vote\\n1;a\\n2;\\n"
    >>> election = read_pabulib(text).election
    >>> election.budget, election.ballot_count, election.votes()
    (1050, 2, {'a': 1})
    """
    parts, line = _Parts(), 1
    try:
        with closing(rows(source)) as table:
            for row in table:
                parts.take(row)
                line = row.line
        return parts.finish(line)
    except Unreadable as fault:
        shown = name or (os.fspath(source) if isinstance(source, os.PathLike) else "<text>")
        raise PabulibError(shown, fault.line, fault.text) from None


@dataclass(slots=True)
class _Parts:
    """The file as far as it has been read."""

    meta: dict[str, str] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    project_rows: list[ProjectRow] = field(default_factory=list)
    voters: set[str] = field(default_factory=set)
    times_cast: dict[str, int] = field(default_factory=dict)
    ballots: dict[str, Ballot] = field(default_factory=dict)
    oddities: list[Fault] = field(default_factory=list)
    budget: int = 0
    make_ballot: Callable[[list[str]], Ballot] | None = None

    def take(self, row: Row) -> None:
        if row.section == "META":
            self._meta(row)
        elif row.section == "PROJECTS":
            self._project(row)
        else:
            self._vote(row)

    def _meta(self, row: Row) -> None:
        key = row.fields["key"]
        if key in self.meta:
            raise Unreadable(row.line, f"key {quoted(key)} comes a second time")
        self.meta[key], self.meta_lines[key] = row.fields["value"], row.line
        if key == "budget":
            self.budget = _cents(row, "budget", row.fields["value"])
        elif key == "vote_type":
            self.make_ballot = _ballot_maker(row.line, row.fields["value"])

    def _project(self, row: Row) -> None:
        project_id, name = row.fields["project_id"], row.fields.get("name", "")
        if not project_id or "," in project_id:
            raise Unreadable(row.line, f"project id {quoted(project_id)} is empty or holds a comma")
        if project_id in self.projects:
            raise Unreadable(row.line, f"project {quoted(project_id)} is listed twice")
        cost = _cents(row, "cost", row.fields["cost"])
        if cost == 0:
            raise Unreadable(row.line, f"cost of project {quoted(project_id)} is zero")
        withdrawn = row.fields.get("withdrawn") == "1"
        self.projects[project_id] = Project(project_id, cost, name, withdrawn)
        in_file = row.fields.get("votes"), row.fields.get("selected")
        self.project_rows.append(ProjectRow(project_id, name, row.line, *in_file))

    def _vote(self, row: Row) -> None:
        voter, vote = row.fields["voter_id"], row.fields["vote"]
        if voter in self.voters:
            raise Unreadable(row.line, f"voter {quoted(voter)} votes a second time")
        self.voters.add(voter)
        if vote not in self.ballots:
            self.ballots[vote] = self._ballot(row.line, vote)
        self.times_cast[vote] = self.times_cast.get(vote, 0) + 1

    def _ballot(self, line: int, vote: str) -> Ballot:
        self._check_head(line)
        named: dict[str, None] = {}
        for part in vote.split(",") if vote else ():
            project = self.projects.get(part.strip())
            if project is None:
                raise Unreadable(line, f"vote for project {quoted(part.strip())}, which is not in PROJECTS")
            if project.id in named:
                self._named_twice(line, project.id)
                continue
            named[project.id] = None
        if len(named) > 1 and self.meta["vote_type"].lower() == "choose-1":
            raise Unreadable(line, f"vote names {len(named)} projects, but vote_type is choose-1")
        assert self.make_ballot is not None  # _check_head has seen to it
        return self.make_ballot(list(named))

    def _named_twice(self, line: int, project_id: str) -> None:
        """Harmless on an approval ballot, and real files have it; a ranking becomes unclear by it."""
        text = f"vote names project {quoted(project_id)} twice"
        if self.make_ballot is _ranking:
            raise Unreadable(line, text)
        self.oddities.append(Fault(line, f"{text}; it counts once"))

    def _check_head(self, line: int) -> None:
        for key in ("budget", "vote_type"):
            if key not in self.meta:
                raise Unreadable(max(self.meta_lines.values(), default=1), f"section META has no {key}")
        if not self.projects:
            raise Unreadable(line, "section PROJECTS holds no project")

    def finish(self, last_line: int) -> PabulibFile:
        self._check_head(last_line)
        weights: dict[Ballot, int] = {}
        for vote, times in self.times_cast.items():
            ballot = self.ballots[vote]
            weights[ballot] = weights.get(ballot, 0) + times
        election = Election.grouped(self.budget, self.projects.values(), weights)
        kind = BallotKind.RANKING if self.make_ballot is _ranking else BallotKind.APPROVAL
        rows_ = tuple(self.project_rows)
        return PabulibFile(self.meta, self.meta_lines, election, rows_, self._warnings(election), kind)

    def _warnings(self, election: Election) -> tuple[Fault, ...]:
        """Numbers in the file that differ from what it holds, and ballots that name a project twice."""
        found = {"num_projects": len(election.projects), "num_votes": election.ballot_count}
        faults = [
            Fault(self.meta_lines[key], f"{key} is {quoted(self.meta[key])}, but the file holds {number}")
            for key, number in found.items()
            if key in self.meta and self.meta[key] != str(number)
        ]
        votes = election.votes()
        for row in self.project_rows:
            if row.votes is not None and row.votes != str(votes[row.id]):
                stated, counted = quoted(row.votes), votes[row.id]
                text = f"project {quoted(row.id)} has votes {stated}, but {counted} ballots name it"
                faults.append(Fault(row.line, text))
        return tuple(faults + self.oddities)


def _approval(named: list[str]) -> Ballot:
    return ApprovalBallot(frozenset(named))


def _ranking(named: list[str]) -> Ballot:
    return RankingBallot(tuple(frozenset({project_id}) for project_id in named))


def _ballot_maker(line: int, vote_type: str) -> Callable[[list[str]], Ballot]:
    if vote_type.lower() in ("approval", "choose-1"):
        return _approval
    if vote_type.lower() == "ordinal":
        return _ranking
    raise Unreadable(line, f"vote_type {quoted(vote_type)} is not supported by this version")


def _cents(row: Row, what: str, text: str) -> int:
    try:
        return cents(text)
    except ValueError as fault:
        raise Unreadable(row.line, f"{what} {quoted(text)} {fault}") from fault
