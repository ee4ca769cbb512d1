/* Most votes first: docs/rules/greedy.md, greedy-remainder.md and greedy-per-cost.md. */

import { allocate, places } from "./allocate.js";

const byVotes = (a, b) => b.votes - a.votes;

function byVotesPerCost(a, b) {
  const difference = BigInt(b.votes) * a.cost - BigInt(a.votes) * b.cost;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

const by = (compare, mode) => (pot, _, lots) => allocate(places(pot.taking, compare), pot.budget, mode, lots);

export const greedy = by(byVotes, "skip");
export const greedyStop = by(byVotes, "stop");
export const greedyRemainder = by(byVotes, "remainder");
export const greedyPerCost = by(byVotesPerCost, "skip");
