/* Counting a pot by its rule: written from the reglementen in docs/rules. All amounts are BigInt cents; no fraction is rounded. */

import { irvBudget } from "./elimination.js";
import { expandingApprovals } from "./expanding.js";
import { greedy, greedyPerCost, greedyRemainder, greedyStop } from "./greedy.js";
import { maxSatisfaction } from "./knapsack.js";
import { Lots, TieWithoutLot } from "./lots.js";
import { NotCounted } from "./not_counted.js";
import { boundedOverspending } from "./overspending.js";
import { borda, rankedPairs, schulze, schulzeStop } from "./pairs.js";
import { phragmen } from "./phragmen.js";
import { makePot } from "./pot.js";
import { equalShares, equalSharesBorda } from "./shares.js";

export { NotCounted, TieWithoutLot };

const SHARES = ["none", "add1", "add1-exhaustive", "greedy", "add1-greedy", "add1-exhaustive-greedy"];
const VALUES = ["cost", "cardinality"];
const approval = (count, completions = [], values = []) => ({ count, ranked: false, completions, values });
const ranking = (count, completions = [], values = []) => ({ count, ranked: true, completions, values });

/** Every rule that is counted here, all of version 1. */
export const RULES = {
  greedy: approval(greedy),
  "greedy-stop": approval(greedyStop),
  "greedy-remainder": approval(greedyRemainder),
  "greedy-per-cost": approval(greedyPerCost),
  "equal-shares": approval(equalShares, SHARES, VALUES),
  "equal-shares-borda": ranking(equalSharesBorda, SHARES, VALUES),
  phragmen: approval(phragmen, ["none", "greedy"]),
  schulze: ranking(schulze),
  "schulze-stop": ranking(schulzeStop),
  "ranked-pairs": ranking(rankedPairs),
  borda: ranking(borda),
  "irv-budget": ranking(irvBudget),
  "expanding-approvals": ranking(expandingApprovals, ["greedy", "none"]),
  "max-satisfaction": approval(maxSatisfaction),
  bos: approval(boundedOverspending, [], VALUES),
};

/**
 * Count. `election`: `budget` (BigInt cents), `projects` [{ number, cost (BigInt), withdrawn }], `ballots`
 * [{ choice: [number, ...], times }], `ranked`. `options`: `rule`, `version`, `completion` and `satisfaction` (null:
 * what the reglement says), `minSupport`, `lots` [[number, ...], ...]; `told`: the funded projects that a result states,
 * whose order is kept where the reglement leaves it open.
 *
 * Gives { funded: [number, ...], offered: [{ number, cents }], unused: a lot that no tie asked for, or undefined }.
 * Throws `TieWithoutLot`, and `NotCounted` for a rule, version or option that is not counted here.
 */
export function count(election, options) {
  const rule = Object.hasOwn(RULES, options.rule) ? RULES[options.rule] : null;
  const known = (value, values) => value === null || values.includes(value);
  if (!rule || options.version !== 1) throw new NotCounted(`de regel ${options.rule} ${options.version} is hier onbekend`);
  if (rule.ranked !== election.ranked) throw new NotCounted(`de regel ${options.rule} telt andere stembiljetten`);
  if (!known(options.completion, rule.completions)) throw new NotCounted(`de keuze ${options.completion} is hier onbekend`);
  if (!known(options.satisfaction, rule.values.length ? rule.values : VALUES)) {
    throw new NotCounted(`de keuze ${options.satisfaction} is hier onbekend`);
  }
  const lots = new Lots(options.lots);
  const pot = makePot({ ...election, minSupport: options.minSupport });
  const { funded, offered } = rule.count(pot, options, lots);
  return { funded: funded.map((project) => project.number), offered, unused: lots.unused() };
}
