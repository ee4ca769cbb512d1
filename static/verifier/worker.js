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

async function reply(question) {
  try {
    self.postMessage({ id: question.id, answer: await answer(question) });
  } catch (error) {
    self.postMessage({ id: question.id, failed: String(error) });
  }
}

// One question at a time, so that a receipt is looked up in the archive that was chosen last.
let queue = Promise.resolve();
self.addEventListener("message", ({ data }) => {
  queue = queue.then(() => reply(data));
});
