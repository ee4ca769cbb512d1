/* Money along an order of places: what fits gets its whole cost. */

import { byNumber } from "./lots.js";

const sum = (projects) => projects.reduce((total, project) => total + project.cost, 0n);

/** Projects in places by a value, the highest first; `compare` as for sort, lower means earlier. */
export function places(projects, compare) {
  const sorted = [...projects].sort((a, b) => compare(a, b) || byNumber(a, b));
  const found = [];
  for (const project of sorted) {
    const last = found.at(-1);
    if (last && compare(last[0], project) === 0) last.push(project);
    else found.push([project]);
  }
  return found;
}

/** Which projects of a place need a lot, if any. */
function contested(place, left, mode) {
  const fitting = place.filter((project) => project.cost <= left);
  if (mode === "skip") return sum(fitting) > left ? fitting : [];
  if (place.length < 2 || sum(place) <= left) return [];
  if (mode === "stop") return fitting.length ? place : [];
  return left > 0n ? place : [];
}

/**
 * Give money to places in turn. `mode`: skip what does not fit, stop at the first that does not, or stop and offer
 * that one the remainder. Throws `TieWithoutLot`.
 */
export function allocate(order, budget, mode, lots) {
  let left = budget;
  const funded = [];
  const offered = [];
  for (const place of order) {
    const drawn = contested(place, left, mode);
    const sorted = [...place].sort(byNumber);
    const queue = drawn.length ? [...lots.needed(drawn), ...sorted.filter((one) => !drawn.includes(one))] : sorted;
    for (const project of queue) {
      if (project.cost <= left) {
        funded.push(project);
        left -= project.cost;
      } else if (mode !== "skip") {
        if (mode === "remainder" && left > 0n) offered.push({ number: project.number, cents: left });
        return { funded, offered, left };
      }
    }
  }
  return { funded, offered, left };
}

/** What is left goes to the projects on the most ballots that still fit. */
export function fillUp(pot, outcome, lots) {
  const left = pot.budget - sum(outcome.funded);
  const rest = pot.taking.filter((project) => !outcome.funded.includes(project));
  const added = allocate(places(rest, (a, b) => b.votes - a.votes), left, "skip", lots);
  return { funded: [...outcome.funded, ...added.funded], offered: [] };
}
