/* Orders from comparing projects two by two: docs/rules/schulze.md and ranked-pairs.md; and docs/rules/borda.md. */

import { allocate, places } from "./allocate.js";

/** `higher[i][j]`: how many ballots put project i above project j. */
function comparisons(pot) {
  const projects = pot.standing;
  const at = new Map(projects.map((project, i) => [project, i]));
  const higher = projects.map(() => new Array(projects.length).fill(0));
  for (const { named, times } of pot.choices) {
    const below = new Set(projects.keys());
    for (const project of named) {
      const i = at.get(project);
      below.delete(i);
      for (const j of below) higher[i][j] += times;
    }
  }
  return higher;
}

/** Places from "goes before": who has nobody before it leaves the list, and so on. */
function placesFrom(projects, before) {
  let list = [...projects.keys()];
  const found = [];
  while (list.length) {
    const top = list.filter((j) => !list.some((i) => before(i, j)));
    found.push(top.map((i) => projects[i]));
    list = list.filter((i) => !top.includes(i));
  }
  return found;
}

function takingOnly(pot, order) {
  return order.map((place) => place.filter((project) => pot.taking.includes(project))).filter((place) => place.length);
}

function schulzeOrder(pot) {
  const higher = comparisons(pot);
  const all = [...higher.keys()];
  const path = all.map((i) => all.map((j) => (higher[i][j] > higher[j][i] ? higher[i][j] : 0)));
  for (const k of all) {
    for (const i of all) {
      for (const j of all) path[i][j] = Math.max(path[i][j], Math.min(path[i][k], path[k][j]));
    }
  }
  return placesFrom(pot.standing, (i, j) => path[i][j] > path[j][i]);
}

function reaches(graph, from, to) {
  const seen = new Set([from]);
  const waiting = [from];
  while (waiting.length) {
    for (const next of graph[waiting.pop()]) {
      if (next === to) return true;
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return false;
}

function rankedPairsOrder(pot) {
  const higher = comparisons(pot);
  const all = [...higher.keys()];
  const levels = new Map();
  for (const i of all) {
    for (const j of all) {
      const strength = higher[i][j];
      if (strength > higher[j][i]) levels.set(strength, [...(levels.get(strength) ?? []), [i, j]]);
    }
  }
  // A win that may stand in some order of equal wins is possible; one that stands in every order is certain.
  const certain = all.map(() => new Set());
  const possible = all.map(() => new Set());
  for (const strength of [...levels.keys()].sort((a, b) => b - a)) {
    const wins = levels.get(strength).filter(([i, j]) => !reaches(certain, j, i));
    for (const [i, j] of wins) possible[i].add(j);
    for (const [i, j] of wins.filter(([one, other]) => !reaches(possible, other, one))) certain[i].add(j);
  }
  return placesFrom(pot.standing, (i, j) => reaches(certain, i, j));
}

function bordaOrder(pot) {
  const points = new Map(pot.standing.map((project) => [project, 0n]));
  const many = pot.standing.length;
  for (const { named, times } of pot.choices) {
    const listed = new Set(named);
    const shared = BigInt(many - named.length - 1);
    // In halves: two for each project below, one for each beside.
    named.forEach((project, i) => points.set(project, points.get(project) + BigInt(2 * (many - 1 - i) * times)));
    for (const project of pot.standing) {
      if (!listed.has(project)) points.set(project, points.get(project) + shared * BigInt(times));
    }
  }
  return places(pot.standing, (a, b) => {
    const difference = points.get(b) - points.get(a);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  });
}

const along = (order, mode) => (pot, _, lots) => allocate(takingOnly(pot, order(pot)), pot.budget, mode, lots);

export const schulze = along(schulzeOrder, "skip");
export const schulzeStop = along(schulzeOrder, "stop");
export const rankedPairs = along(rankedPairsOrder, "skip");
export const borda = along(bordaOrder, "skip");
