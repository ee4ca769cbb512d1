/* Checks beside the page, so that the page keeps answering. Nothing leaves this browser. */

import { changedSince, checkArchive, findReceipt } from "./check.js";

let last = null;

async function answer({ kind, file, signer, typed }) {
  if (kind === "receipt") return findReceipt(last.receipts, typed);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (kind === "older") return { changed: changedSince(bytes, last.board) };
  last = null;
  const outcome = await checkArchive(bytes, { signer, told: (step) => self.postMessage({ step }) });
  if (!outcome.fault) last = outcome;
  const { fault, complete, pots, round, signer: signed } = outcome;
  return { fault: fault?.message ?? null, complete, pots, round, signer: signed, receipts: outcome.receipts?.size };
}

self.addEventListener("message", async ({ data }) => {
  try {
    self.postMessage({ id: data.id, answer: await answer(data) });
  } catch (error) {
    self.postMessage({ id: data.id, failed: String(error) });
  }
});
