"""Write down a count step by step: who gets what, and what is left."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Basis, Decision, Event, Outcome, Step, Tie
from wijkbudget.tally.rule import Rule


class Book:
    """The steps of an outcome, one project after the other; `left` in cents, `funded` in order of funding."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.votes = election.votes()
        self.left = election.budget
        self.steps: list[Step] = []
        self.funded: list[str] = []

    def step(self, project_id: str, decision: Decision, article: str, basis: Basis | None = None) -> None:
        """Write down one decision. Money goes only to a funded project, whose place is its turn.

        >>> from wijkbudget.tally.election import Project
        >>> book = Book(Election.of(100, [Project("a", 60)], []))
        >>> book.step("a", Decision.FUNDED, "art. 2")
        >>> book.left, book.steps[0].place
        (40, 1)
        """
        before, cost, place = self.left, self.election.project(project_id).cost, None
        if decision is Decision.FUNDED:
            self.left -= cost
            self.funded.append(project_id)
            place = len(self.funded)
        number, votes = len(self.steps) + 1, self.votes[project_id]
        self.steps.append(
            Step(number, place, project_id, votes, cost, before, self.left, decision, article, basis)
        )

    def others(self) -> list[str]:
        """The projects without a step so far, by id."""
        done = {step.project for step in self.steps}
        return [project.id for project in self.election.projects if project.id not in done]

    def outcome(
        self,
        chosen: Rule,
        ties: Iterable[Tie] = (),
        endowment: Fraction | None = None,
        events: Iterable[Event] = (),
    ) -> Outcome:
        """The outcome of a book in which every project has its step."""
        return Outcome(
            rule=chosen.name,
            rule_version=chosen.version,
            budget=self.election.budget,
            spent=self.election.budget - self.left,
            funded=tuple(self.funded),
            steps=tuple(self.steps),
            ties=tuple(ties),
            endowment=endowment,
            events=tuple(events),
        )
