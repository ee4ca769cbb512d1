/* Counts elections from standard input with static/verifier/count, and prints what came out. */

import { readFileSync } from "node:fs";
import { count, NotCounted, TieWithoutLot } from "../../static/verifier/count/index.js";

function counted({ budget, costs, withdrawn, ballots, ranked, ...options }) {
  const projects = Object.entries(costs).map(([number, cost]) => ({
    number: Number(number),
    cost: BigInt(cost),
    withdrawn: withdrawn.includes(Number(number)),
  }));
  const election = { budget: BigInt(budget), projects, ballots: ballots.map((choice) => ({ choice, times: 1 })), ranked };
  try {
    const { funded, offered, unused } = count(election, { version: 1, ...options });
    return { funded, offered: offered.map(({ number, cents }) => [number, Number(cents)]), unused: unused ?? null };
  } catch (error) {
    if (error instanceof TieWithoutLot) return { tied: error.tied };
    if (error instanceof NotCounted) return { unknown: error.message };
    throw error;
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(counted)));
