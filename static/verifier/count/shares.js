/* Equal shares: docs/rules/equal-shares.md and equal-shares-borda.md. */

import { fillUp } from "./allocate.js";
import { settled } from "./lots.js";
import { electorate, Purses } from "./purse.js";

const EURO = 100n;
const cost = (projects) => projects.reduce((sum, project) => sum + project.cost, 0n);

/**
 * Whether equal projects are all bought at the same price in any order: who supports more of them can pay for all.
 * `price` is the price per value of each, [top, bottom] in units.
 */
function allBought(tied, supporters, purses, value, price) {
  const due = new Map();
  for (const project of tied) {
    for (const [group, worth] of supporters.get(project)) {
      if (purses.money[group] === 0n) continue;
      const { sum, many } = due.get(group) ?? { sum: 0n, many: 0 };
      due.set(group, { sum: sum + worth * value(project), many: many + 1 });
    }
  }
  return [...due].every(([group, { sum, many }]) => many < 2 || purses.money[group] * price[1] >= sum * price[0]);
}

/** Buy from purses until nothing can be bought; the projects in the order of buying. */
function buy(candidates, supporters, purses, value, ties) {
  // The last known price per value, [top, bottom] in units. Prices only rise, so the lowest one known is a bound.
  const known = new Map(candidates.map((project) => [project, [0n, 1n]]));
  const lower = (a, b) => a[0] * b[1] < b[0] * a[1];
  const bought = [];
  while (known.size) {
    const waiting = [...known.keys()].sort((a, b) => {
      const [one, other] = [known.get(a), known.get(b)];
      return lower(one, other) ? -1 : lower(other, one) ? 1 : 0;
    });
    let best = null;
    let tied = [];
    for (const project of waiting) {
      if (best && lower(best, known.get(project))) break;
      const price = purses.price(supporters.get(project), project.cost);
      if (price === null) {
        known.delete(project);
        continue;
      }
      const perValue = [price[0], price[1] * value(project)];
      known.set(project, perValue);
      if (!best || lower(perValue, best)) {
        best = perValue;
        tied = [project];
      } else if (!lower(best, perValue)) {
        tied.push(project);
      }
    }
    if (!best) break;
    const chosen = ties.first(tied, tied.length > 1 && allBought(tied, supporters, purses, value, best));
    const [top, bottom] = known.get(chosen);
    const factor = purses.pay(supporters.get(chosen), top * value(chosen), bottom);
    known.delete(chosen);
    if (factor !== 1n) for (const [project, [t, b]] of known) known.set(project, [t * factor, b]);
    bought.push(chosen);
  }
  return bought;
}

/** One round after another, each with a euro more; what was bought in the last, and how many euros that was. */
function rounds(candidates, pot, completion, buyWith) {
  let last = { bought: candidates.length ? buyWith(0n) : [], raised: 0n };
  while (completion.startsWith("add1") && last.bought.length < candidates.length) {
    const left = pot.budget - cost(last.bought);
    const fits = (project) => project.cost <= left && !last.bought.includes(project);
    if (completion.startsWith("add1-exhaustive") && !candidates.some(fits)) break;
    const bought = buyWith(last.raised + 1n);
    if (cost(bought) > pot.budget) break;
    last = { bought, raised: last.raised + 1n };
  }
  return last;
}

/** Takes the tied project that an outcome names first. */
class AsTold {
  constructor(numbers) {
    this.numbers = numbers;
  }

  first(tied) {
    const places = tied.map((project) => this.numbers.indexOf(project.number) >>> 0);
    return tied[places.indexOf(Math.min(...places))];
  }
}

const byShares = (worth) => (pot, options, lots) => {
  const completion = options.completion ?? "add1";
  const value = options.satisfaction === "cardinality" ? () => 1n : (project) => project.cost;
  const { times, supporters } = electorate(pot, pot.taking, worth(pot));
  const candidates = [...supporters.keys()].filter(
    (project) => project.cost <= pot.budget && supporters.get(project).length,
  );
  const ballots = BigInt(pot.ballots);
  const buyWith = (raised, ties) => {
    const purses = new Purses(times, pot.budget + raised * EURO * ballots, ballots);
    return buy(candidates, supporters, purses, value, ties);
  };
  const complete = (funded) =>
    completion.endsWith("greedy") ? fillUp(pot, { funded }, lots) : { funded, offered: [] };
  const outcomes = settled(lots, (ties) => {
    const { bought, raised } = rounds(candidates, pot, completion, (one) => buyWith(one, ties));
    return { ...complete(bought), raised };
  });
  // A tie that decides about no money may stand in any order, also one that a lot settled in an earlier round.
  const numbers = (one) => one.funded.map((project) => project.number);
  const told = options.told ?? numbers(outcomes[0]);
  const sameProjects = [...told].sort().join() === numbers(outcomes[0]).sort().join();
  if (!sameProjects || told.join() === numbers(outcomes[0]).join()) return outcomes[0];
  for (const raised of new Set(outcomes.map((outcome) => outcome.raised))) {
    const outcome = complete(buyWith(raised, new AsTold(told)));
    if (numbers(outcome).join() === told.join()) return outcome;
  }
  return outcomes[0];
};

export const equalShares = byShares(() => () => 1n);
/** One point, and one for every project below; what is not on the ballot stands below what is. */
export const equalSharesBorda = byShares((pot) => (place) => BigInt(pot.taking.length - place));
