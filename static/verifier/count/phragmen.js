/* Phragmén: docs/rules/phragmen.md. */

import { fillUp } from "./allocate.js";
import { settled } from "./lots.js";
import { electorate } from "./purse.js";

const cost = (projects) => projects.reduce((sum, project) => sum + project.cost, 0n);

function save(pot, { times, supporters }, ties) {
  const left = new Set(
    [...supporters.keys()].filter((project) => project.cost <= pot.budget && supporters.get(project).length),
  );
  const many = (project) => supporters.get(project).reduce((sum, [group]) => sum + times[group], 0n);
  // When each group last paid, in cents saved since the beginning: `paid[g] / unit`.
  let paid = times.map(() => 0n);
  let unit = 1n;
  const funded = [];
  while (left.size) {
    let moment = null;
    let due = [];
    for (const project of left) {
      const before = supporters.get(project).reduce((sum, [group]) => sum + times[group] * paid[group], 0n);
      const at = [project.cost * unit + before, many(project)];
      const order = moment && at[0] * moment[1] - moment[0] * at[1];
      if (!moment || order < 0n) [moment, due] = [at, [project]];
      else if (order === 0n) due.push(project);
    }
    const rest = pot.budget - cost(funded);
    if (due.some((project) => project.cost > rest)) break;
    const chosen = ties.first(due, cost(due) <= rest && apart(due, supporters));
    paid = paid.map((one) => one * moment[1]);
    unit *= moment[1];
    for (const [group] of supporters.get(chosen)) paid[group] = moment[0];
    left.delete(chosen);
    funded.push(chosen);
  }
  return { funded, offered: [] };
}

function apart(projects, supporters) {
  const groups = projects.flatMap((project) => supporters.get(project).map(([group]) => group));
  return new Set(groups).size === groups.length;
}

export function phragmen(pot, options, lots) {
  const voters = electorate(pot, pot.taking, () => 1n);
  const [outcome] = settled(lots, (ties) => {
    const saved = save(pot, voters, ties);
    return options.completion === "greedy" ? fillUp(pot, saved, lots) : saved;
  });
  return outcome;
}
