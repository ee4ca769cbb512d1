/*
 * The set of projects with most votes together: docs/rules/max-satisfaction.md. Costs and votes are whole numbers
 * below 2^53 and are only added up where the sum stays within the budget, so ordinary numbers are exact here.
 */

import { byNumber } from "./lots.js";

/** All sets worth looking at, as [cost, votes] with both ascending: no set costs less and has as many votes. */
function extended(sets, project, budget) {
  const added = [];
  for (const [cost, votes] of sets) {
    if (cost <= budget - project.cost) added.push([cost + project.cost, votes + project.votes]);
  }
  const merged = [];
  let most = -1;
  for (let i = 0, j = 0; i < sets.length || j < added.length; ) {
    const first =
      j >= added.length ||
      (i < sets.length &&
        (sets[i][0] < added[j][0] || (sets[i][0] === added[j][0] && sets[i][1] >= added[j][1])));
    const next = first ? sets[i++] : added[j++];
    if (next[1] > most) {
      merged.push(next);
      most = next[1];
    }
  }
  return merged;
}

const EMPTY = [[0, 0]];

function most(projects, budget) {
  return projects.reduce((sets, project) => extended(sets, project, budget), EMPTY).at(-1)[1];
}

/** The most votes of a set from each of two lists within the budget; -1 when the budget is below zero. */
function mostOfBoth(some, others, budget) {
  let best = -1;
  let j = others.length - 1;
  for (const [cost, votes] of some) {
    while (j >= 0 && others[j][0] > budget - cost) j--;
    if (j < 0) break;
    best = Math.max(best, votes + others[j][1]);
  }
  return best;
}

export function maxSatisfaction(pot, _, lots) {
  const budget = Number(pot.budget);
  const projects = pot.taking
    .filter((project) => project.cost <= pot.budget && project.votes > 0)
    .map((project) => ({ number: project.number, cost: Number(project.cost), votes: project.votes, project }))
    .sort(byNumber);
  const before = [EMPTY];
  for (const project of projects) before.push(extended(before.at(-1), project, budget));
  const after = [EMPTY];
  for (const project of [...projects].reverse()) after.unshift(extended(after[0], project, budget));
  const best = before.at(-1).at(-1)[1];
  const withIt = (i) => mostOfBoth(before[i], after[i + 1], budget - projects[i].cost) + projects[i].votes === best;
  const withoutIt = (i) => mostOfBoth(before[i], after[i + 1], budget) === best;
  const some = projects.filter((_project, i) => withIt(i));
  const always = some.filter((project) => !withoutIt(projects.indexOf(project)));
  const chosen = [...always];
  const contested = some.filter((project) => !always.includes(project));
  for (const drawn of contested.length ? lots.needed(contested) : []) {
    const tried = [...chosen, drawn];
    const rest = projects.filter((project) => !tried.includes(project));
    const left = tried.reduce((money, project) => money - project.cost, budget);
    const votes = tried.reduce((sum, project) => sum + project.votes, 0);
    if (left >= 0 && most(rest, left) + votes === best) chosen.push(drawn);
  }
  return { funded: chosen.map((one) => one.project), offered: [] };
}
