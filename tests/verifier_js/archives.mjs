/* Checks the archives named on standard input with static/verifier, and prints what it found. */

import { readFileSync } from "node:fs";
import { changedSince, checkArchive, findReceipt } from "../../static/verifier/check.js";

async function checked({ path, signer = null, receipts = [], older = null }) {
  const outcome = await checkArchive(new Uint8Array(readFileSync(path)), { signer });
  const { fault, complete, pots } = outcome;
  return {
    code: fault?.code ?? null,
    text: fault?.message ?? null,
    complete,
    states: pots?.map((pot) => pot.state),
    found: fault ? [] : receipts.map((typed) => findReceipt(outcome.receipts, typed)),
    changed: fault || older === null ? null : changedSince(new Uint8Array(readFileSync(older)), outcome.board),
  };
}

const found = [];
for (const one of JSON.parse(readFileSync(0, "utf8"))) found.push(await checked(one));
console.log(JSON.stringify(found));
