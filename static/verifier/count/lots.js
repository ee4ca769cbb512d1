/* Drawn lots, and ties for which there is none. */

/** The count needs a lot that the result does not have. */
export class TieWithoutLot extends Error {
  constructor(tied) {
    super(`de gelijke stand van ${tied.join(", ")} maakt uit, maar er is geen loting`);
    this.tied = tied;
  }
}

/** The order of projects that nothing else puts in an order: that of their numbers. */
export const byNumber = (a, b) => a.number - b.number;

/** The lots of a result: lists of numbers of projects, the first drawn first. */
export class Lots {
  constructor(lots) {
    this.lots = lots;
    this.used = lots.map(() => false);
  }

  /** The projects in the order drawn, from a lot that names them all; null when there is none. */
  order(projects) {
    const at = this.lots.findIndex((lot) => projects.every((project) => lot.includes(project.number)));
    if (at === -1) return null;
    this.used[at] = true;
    const lot = this.lots[at];
    return [...projects].sort((a, b) => lot.indexOf(a.number) - lot.indexOf(b.number));
  }

  /** As `order`; throws `TieWithoutLot` when there is no such lot. */
  needed(projects) {
    const order = this.order(projects);
    if (order === null) throw new TieWithoutLot(projects.map((project) => project.number).sort((a, b) => a - b));
    return order;
  }

  /** The projects that no lot puts behind another of them. */
  foremost(projects) {
    const behind = new Set();
    this.lots.forEach((lot, at) => {
      const named = projects.filter((project) => lot.includes(project.number));
      if (named.length < 2) return;
      this.used[at] = true;
      const first = Math.min(...named.map((project) => lot.indexOf(project.number)));
      for (const project of named) if (lot.indexOf(project.number) > first) behind.add(project);
    });
    const left = projects.filter((project) => !behind.has(project));
    return left.length ? left : projects;
  }

  /** The first lot that no tie asked for; undefined when each was needed. */
  unused() {
    return this.lots.find((_, i) => !this.used[i]);
  }
}

/**
 * Ties in a count of which the order only sometimes matters. A tie goes by its lot; without one by what is tried
 * now, and else by number. `open` holds the ties that nothing decided.
 */
export class Ties {
  constructor(lots, tried = new Map()) {
    this.lots = lots;
    this.tried = tried;
    this.open = [];
  }

  /** Which of the tied projects goes first. `indifferent`: it is certain that the order does not matter. */
  first(tied, indifferent) {
    const sorted = [...tied].sort(byNumber);
    if (sorted.length === 1) return sorted[0];
    const drawn = this.lots.order(sorted);
    if (drawn) return drawn[0];
    if (indifferent) return sorted[0];
    // A lot of an earlier tie holds for the whole count, also between some of the projects of a later tie.
    const choices = this.lots.foremost(sorted);
    if (choices.length === 1) return choices[0];
    const key = sorted.map((project) => project.number).join(" ");
    if (this.tried.has(key)) return choices[this.tried.get(key)];
    this.open.push({ key, sorted, choices });
    return choices[0];
  }
}

// So many ends are followed; a result with more is compared with the order by number only.
const MOST_ENDS = 64;

/**
 * The outcomes of `run`, a count that takes its `Ties`: first the one that stands, then those of other orders. Ties
 * without a lot are followed in every order: when one of them changes what gets money, throws `TieWithoutLot`.
 */
export function settled(lots, run) {
  const start = new Ties(lots);
  const outcome = run(start);
  const fundedNumbers = (one) =>
    one.funded
      .map((project) => project.number)
      .sort((a, b) => a - b)
      .join(" ");
  const expected = fundedNumbers(outcome);
  const outcomes = [outcome];
  const waiting = start.open.length ? [{ tried: new Map(), tie: start.open[0] }] : [];
  while (waiting.length && outcomes.length < MOST_ENDS) {
    const { tried, tie } = waiting.pop();
    for (let choice = 0; choice < tie.choices.length; choice++) {
      const next = new Map(tried).set(tie.key, choice);
      const ties = new Ties(lots, next);
      const other = run(ties);
      outcomes.push(other);
      if (fundedNumbers(other) !== expected) throw new TieWithoutLot(tie.sorted.map((project) => project.number));
      if (ties.open.length) waiting.push({ tried: next, tie: ties.open[0] });
    }
  }
  return outcomes;
}
