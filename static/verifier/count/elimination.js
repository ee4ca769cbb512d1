/* Eliminating until the rest fits together: docs/rules/irv-budget.md. */

import { allocate, places } from "./allocate.js";
import { grouped } from "./pot.js";

const cost = (projects) => projects.reduce((sum, project) => sum + project.cost, 0n);

function tops(groups, standing) {
  const counted = new Map([...standing].map((project) => [project, 0]));
  for (const { named, times } of groups) {
    const top = named.find((project) => standing.has(project));
    if (top) counted.set(top, counted.get(top) + times);
  }
  return counted;
}

/** Whether equal projects at the bottom leave together: they would all be the next to leave anyway. */
function leaveTogether(lowest, others, counted, budget) {
  const together = lowest.reduce((sum, project) => sum + counted.get(project), 0);
  const cheapest = lowest.reduce((least, project) => (project.cost < least ? project.cost : least), lowest[0].cost);
  return others.every((project) => together < counted.get(project)) && cost(others) + cheapest > budget;
}

export function irvBudget(pot, _, lots) {
  const groups = grouped(pot, pot.taking);
  const standing = new Set(pot.taking.filter((project) => project.cost <= pot.budget));
  const gone = [];
  let counted = tops(groups, standing);
  while (cost([...standing]) > pot.budget) {
    const least = Math.min(...counted.values());
    let leaving = [...standing].filter((project) => counted.get(project) === least);
    const others = [...standing].filter((project) => counted.get(project) !== least);
    if (leaving.length > 1 && !leaveTogether(leaving, others, counted, pot.budget)) {
      leaving = [lots.needed(leaving).at(-1)];
    }
    for (const project of leaving) standing.delete(project);
    gone.unshift(leaving);
    counted = tops(groups, standing);
  }
  const stayed = places([...standing], (a, b) => counted.get(b) - counted.get(a));
  return allocate([...stayed, ...gone], pot.budget, "skip", lots);
}
