/* An equal share for each voter, rank by rank: docs/rules/expanding-approvals.md. */

import { fillUp } from "./allocate.js";
import { settled } from "./lots.js";
import { electorate, Purses } from "./purse.js";

function expand(pot, { times, supporters }, ties) {
  const purses = new Purses(times, pot.budget, BigInt(pot.ballots));
  const left = new Set(supporters.keys());
  const funded = [];
  const last = Math.max(0, ...[...supporters.values()].flatMap((all) => all.map(([, place]) => place + 1)));
  for (let round = 1; round <= last; ) {
    const now = new Map(
      [...left].map((project) => [
        project,
        supporters.get(project).filter(([, place]) => place < round).map(([group]) => [group, 1n]),
      ]),
    );
    let best = null;
    let tied = [];
    for (const project of left) {
      const held = purses.held(now.get(project));
      if (held < project.cost * purses.unit) continue;
      const order = best && held * best[1] - best[0] * project.cost;
      if (!best || order > 0n) [best, tied] = [[held, project.cost], [project]];
      else if (order === 0n) tied.push(project);
    }
    if (!best) {
      round++;
      continue;
    }
    const chosen = ties.first(tied, tied.length > 1 && purses.apart(tied, now));
    purses.pay(now.get(chosen), ...purses.price(now.get(chosen), chosen.cost));
    left.delete(chosen);
    funded.push(chosen);
  }
  return { funded, offered: [] };
}

export function expandingApprovals(pot, options, lots) {
  const voters = electorate(pot, pot.taking, (place) => place);
  const [outcome] = settled(lots, (ties) => {
    const bought = expand(pot, voters, ties);
    return (options.completion ?? "greedy") === "greedy" ? fillUp(pot, bought, lots) : bought;
  });
  return outcome;
}
