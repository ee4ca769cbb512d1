"""Write an election as a Pabulib file that anyone can count again."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping

from wijkbudget.tally.election import ApprovalBallot, Ballot, Election, PointsBallot
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.pabulib.amount import amount_text
from wijkbudget.tally.profile import BallotKind

_COUNTED = ("num_projects", "num_votes", "budget", "vote_type")


def write_pabulib(
    election: Election, meta: Mapping[str, str] | None = None, *, selected: Collection[str] | None = None
) -> str:
    """The election as .pb text (lines end in CR LF); `read_pabulib` gives the same election back.

    `meta` are further META rows (description, unit, currency …) in order; the numbers and `vote_type` are
    filled in, unless `meta` says choose-1 (or ordinal, when there are no ballots). `selected`: funded ids.
    Voters are numbered anew, so no voter can be recognised. Raises `TallyError` for what .pb cannot hold:
    equal ranks, ids with a comma or with spaces around them, and NUL characters.

    >>> from wijkbudget.tally.election import Project
    >>> election = Election.of(1050, [Project("a", 700)], [ApprovalBallot(frozenset({"a"}))])
    >>> write_pabulib(election).splitlines()[-2:]
    ['voter_id;vote', '1;a']
    """
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    out.writerows([["META"], ["key", "value"], *_meta_rows(election, meta or {})])
    out.writerows(_project_rows(election, selected))
    out.writerows([["VOTES"], ["voter_id", "vote"]])
    voter = 0
    for ballot, weight in election.ballots:
        vote = _vote_text(ballot)
        for _ in range(weight):
            voter += 1
            out.writerow([voter, vote])
    return text.getvalue()


def _meta_rows(election: Election, meta: Mapping[str, str]) -> list[list[str]]:
    counted = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.ballot_count),
        "budget": amount_text(election.budget),
        "vote_type": _vote_type(election, meta.get("vote_type", "")),
    }
    further = [[key, value.strip()] for key, value in meta.items() if key not in _COUNTED]
    return further + [[key, value] for key, value in counted.items()]


def _vote_type(election: Election, wished: str) -> str:
    if election.kind is BallotKind.RANKING or (election.kind is None and wished == "ordinal"):
        return "ordinal"
    single = all(len(ballot.named) <= 1 for ballot, _ in election.ballots)
    return "choose-1" if wished == "choose-1" and single else "approval"


def _project_rows(election: Election, selected: Collection[str] | None) -> Iterator[list[str]]:
    """The projects; the columns `selected` and `withdrawn` only when there is something to say."""
    votes = election.votes()
    some_withdrawn = any(project.withdrawn for project in election.projects)
    header = ["project_id", "cost", "votes", "name"]
    header += ["selected"] * (selected is not None) + ["withdrawn"] * some_withdrawn
    yield from (["PROJECTS"], header)
    for project in election.projects:
        if "," in project.id or "\0" in project.id + project.name or project.id != project.id.strip():
            raise TallyError(f"project id {project.id!r} cannot be written in a .pb file")
        row = [project.id, amount_text(project.cost), str(votes[project.id]), project.name.strip()]
        row += [] if selected is None else [str(int(project.id in selected))]
        row += [str(int(project.withdrawn))] * some_withdrawn
        yield row


def _vote_text(ballot: Ballot) -> str:
    if isinstance(ballot, ApprovalBallot):
        return ",".join(sorted(ballot.projects))
    if isinstance(ballot, PointsBallot):
        raise TallyError("points ballots cannot be written yet")
    if any(len(rank) > 1 for rank in ballot.ranks):
        raise TallyError("a .pb file cannot hold projects in one rank")
    return ",".join(project_id for rank in ballot.ranks for project_id in rank)
