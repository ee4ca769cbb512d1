"""An election as a rule counts it, and how its outcome becomes that of the original: a step for every project again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wijkbudget.tally.election import Election
from wijkbudget.tally.outcome import Decision, Event, LotRequired, Outcome, Step
from wijkbudget.tally.terms import Terms


@dataclass(frozen=True, slots=True)
class Out:
    """Why a project does not take part, and where that is written."""

    decision: Decision
    article: str


@dataclass(frozen=True, slots=True)
class LinkedProjects(Event):
    """Projects that counted as one: the ballots that support them all, and what they cost together."""

    parts: tuple[str, ...]
    votes: int
    together_cents: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """The election as a rule counts it, and what is needed to tell the outcome in terms of the original.

    `out`: projects that do not take part, with the reason. `bundles`: of each project that stands for linked ones,
    its parts by id; it carries the id of the first. `linked`: the same, as it is told.
    """

    original: Election
    election: Election
    terms: Terms
    out: Mapping[str, Out] = field(default_factory=dict)
    bundles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    linked: tuple[LinkedProjects, ...] = ()

    def restore(self, result: Outcome | LotRequired) -> Outcome | LotRequired:
        """The same result with a step for every project of the original election."""
        if not self.out and not self.bundles:
            return result
        if isinstance(result, LotRequired):
            steps = tuple(self._steps(result.steps_so_far))
            stage = result.stage + len(steps) - len(result.steps_so_far)
            return replace(result, stage=stage, steps_so_far=steps)
        steps = tuple(self._steps(result.steps))
        return replace(
            result,
            steps=(*steps, *self._steps_of_those_out(len(steps), result.left)),
            funded=tuple(part for project_id in result.funded for part in self._parts(project_id)),
            events=(*self.linked, *result.events),
        )

    def _parts(self, project_id: str) -> tuple[str, ...]:
        return self.bundles.get(project_id, (project_id,))

    def _steps(self, steps: Sequence[Step]) -> Iterator[Step]:
        """The steps of the rule, those on linked projects once for each; what these get together is split by their costs."""
        votes, number = self.original.votes(), 0
        for step in steps:
            left, parts = step.left_before, self._parts(step.project)
            for part in parts:
                number, before, cost = number + 1, left, self.original.project(part).cost
                if step.decision is Decision.FUNDED and len(parts) > 1:
                    left -= cost
                else:
                    left = step.left_after
                yield replace(
                    step,
                    number=number,
                    project=part,
                    votes=votes[part],
                    cost=cost,
                    left_before=before,
                    left_after=left,
                )

    def _steps_of_those_out(self, number: int, left: int) -> Iterator[Step]:
        votes = self.original.votes()
        for more, project_id in enumerate(sorted(self.out), 1):
            out, cost = self.out[project_id], self.original.project(project_id).cost
            yield Step(
                number + more,
                None,
                project_id,
                votes[project_id],
                cost,
                left,
                left,
                out.decision,
                out.article,
            )
