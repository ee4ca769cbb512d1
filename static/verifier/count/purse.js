/*
 * Money of voters, exact: whole numbers over one denominator for all. Voters with the same ballot have the same purse.
 */

import { grouped } from "./pot.js";

const gcd = (a, b) => {
  while (b) [a, b] = [b, a % b];
  return a;
};

/** Groups of equal voters, and of each project which groups support it: `supporters[i]` are [group, worth] pairs. */
export function electorate(pot, projects, worth) {
  const groups = grouped(pot, projects);
  const supporters = new Map(projects.map((project) => [project, []]));
  groups.forEach(({ named }, group) => {
    named.forEach((project, i) => supporters.get(project).push([group, worth(i)]));
  });
  return { times: groups.map((group) => BigInt(group.times)), supporters };
}

/** The purses of all groups: `money[g] / unit` cents each. */
export class Purses {
  constructor(times, money, unit) {
    this.times = times;
    this.money = times.map(() => money);
    this.unit = unit;
  }

  /** What these supporters have together, in units. */
  held(supporters) {
    return supporters.reduce((sum, [group]) => sum + this.times[group] * this.money[group], 0n);
  }

  /** Each supporter pays `top / bottom` units times the worth, or all there is. */
  pay(supporters, top, bottom) {
    const shared = gcd(top, bottom);
    const [price, factor] = [top / shared, bottom / shared];
    if (factor !== 1n) {
      this.unit *= factor;
      this.money = this.money.map((one) => one * factor);
    }
    for (const [group, worth] of supporters) {
      const due = price * worth;
      this.money[group] = this.money[group] > due ? this.money[group] - due : 0n;
    }
    return factor;
  }

  /** Whether no voter with money supports two of these projects. */
  apart(projects, supporters) {
    const seen = new Set();
    for (const project of projects) {
      for (const [group] of supporters.get(project)) {
        if (this.money[group] === 0n) continue;
        if (seen.has(group)) return false;
        seen.add(group);
      }
    }
    return true;
  }

  /** Supporters with money, those that run out first first. */
  byReach(supporters) {
    return supporters
      .filter(([group]) => this.money[group] > 0n)
      .sort(([a, worthOfA], [b, worthOfB]) => {
        const difference = this.money[a] * worthOfB - this.money[b] * worthOfA;
        return difference > 0n ? 1 : difference < 0n ? -1 : 0;
      });
  }

  /** The price per worth at which the supporters pay `cents` together, as [top, bottom] in units; null: too little. */
  price(supporters, cents) {
    let due = cents * this.unit;
    if (this.held(supporters) < due) return null;
    const sorted = this.byReach(supporters);
    let worths = sorted.reduce((sum, [group, worth]) => sum + this.times[group] * worth, 0n);
    for (const [group, worth] of sorted) {
      if (due * worth <= this.money[group] * worths) return [due, worths];
      due -= this.times[group] * this.money[group];
      worths -= this.times[group] * worth;
    }
    throw new Error("supporters with enough money found no price");
  }
}
