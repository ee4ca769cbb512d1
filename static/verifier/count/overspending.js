/* Equal shares with bounded overspending: docs/rules/bos.md. */

import { NotCounted } from "./not_counted.js";
import { settled } from "./lots.js";
import { electorate, Purses } from "./purse.js";

// Exact amounts grow twice as long with each purchase; beyond this many bits a browser would take hours.
const MOST_BITS = 400_000;

/**
 * The amount with the smallest ratio for one project, in units: { ratio, share, price }, each [top, bottom]; null when
 * no supporter has money. The ratio can only be smallest where somebody runs out, or where the whole cost is paid.
 */
function offer(purses, supporters, project, value) {
  const sorted = purses.byReach(supporters);
  if (!sorted.length) return null;
  const cost = project.cost * purses.unit;
  let emptied = 0n;
  let worths = sorted.reduce((sum, [group, worth]) => sum + purses.times[group] * worth, 0n);
  let best = null;
  const consider = (amount, share) => {
    // amount: per worth, in units; ratio = amount / (share * share * value)
    const ratio = [amount[0] * share[1] ** 2n, amount[1] * share[0] ** 2n * value];
    const order = best && ratio[0] * best.ratio[1] - best.ratio[0] * ratio[1];
    const larger = best && share[0] * best.share[1] > best.share[0] * share[1];
    if (!best || order < 0n || (order === 0n && larger)) {
      best = { ratio, share, price: [amount[0] * share[1], amount[1] * share[0]] };
    }
  };
  for (const [group, worth] of sorted) {
    const paid = emptied * worth + purses.money[group] * worths;
    if (paid >= cost * worth) {
      consider([cost - emptied, worths], [1n, 1n]);
      return best;
    }
    consider([purses.money[group], worth], [paid, cost * worth]);
    emptied += purses.times[group] * purses.money[group];
    worths -= purses.times[group] * worth;
  }
  return best;
}

function spend(pot, { times, supporters }, byCost, ties) {
  const purses = new Purses(times, pot.budget, BigInt(pot.ballots || 1));
  const waiting = new Set(supporters.keys());
  const funded = [];
  let left = pot.budget;
  while (waiting.size) {
    let best = null;
    let tied = [];
    for (const project of waiting) {
      if (project.cost > left) continue;
      const found = offer(purses, supporters.get(project), project, byCost ? project.cost : 1n);
      if (!found) continue;
      const order = best && found.ratio[0] * best[1] - best[0] * found.ratio[1];
      if (!best || order < 0n) [best, tied] = [found.ratio, [{ project, price: found.price }]];
      else if (order === 0n) tied.push({ project, price: found.price });
    }
    if (!best) break;
    const projects = tied.map((one) => one.project);
    const together = projects.reduce((sum, project) => sum + project.cost, 0n) <= left;
    const chosen = ties.first(projects, tied.length > 1 && together && purses.apart(projects, supporters));
    const price = tied.find((one) => one.project === chosen).price;
    purses.pay(supporters.get(chosen), ...price);
    if (purses.unit.toString(16).length * 4 > MOST_BITS) throw new NotCounted("de breuken worden te lang");
    waiting.delete(chosen);
    funded.push(chosen);
    left -= chosen.cost;
  }
  return { funded, offered: [] };
}

export function boundedOverspending(pot, options, lots) {
  const voters = electorate(pot, pot.taking, () => 1n);
  return settled(lots, (ties) => spend(pot, voters, options.satisfaction !== "cardinality", ties))[0];
}
