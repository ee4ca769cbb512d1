/* The board: its form, order, roots and chain (docs/protocol.md, section 6), and whether one board goes on from another. */

import { fromHex, splitLines, toHex } from "./bytes.js";
import { NotCanonical, readCanonical } from "./canonical.js";
import { Fault, must } from "./fault.js";
import { BATCH, OPENING } from "./forms.js";
import { merkleRoot } from "./merkle.js";
import { sha256Hex } from "./sha256.js";

const FEWEST = 5;

/** What is wrong with a value of this form, in words; null when it is right. */
export function shapeFault(form, value) {
  const place = form(value);
  if (place === null) return null;
  return place === "" ? "dit is een ander soort gegeven" : `${place.replace(/^\./, "")} klopt niet`;
}

function line(bytes, form, number) {
  try {
    const value = readCanonical(bytes);
    const fault = shapeFault(form, value);
    must(fault === null, "board-form", `board.jsonl, regel ${number}: ${fault}`);
    return value;
  } catch (error) {
    if (error instanceof NotCanonical) throw new Fault("board-form", `board.jsonl, regel ${number}: ${error.message}`);
    throw error;
  }
}

/** The SHA-256 of the rules in the opening, before anything else of the board is looked at; null if there is none. */
export function statedRules(bytes) {
  try {
    const opening = readCanonical(splitLines(bytes).lines[0] ?? new Uint8Array());
    return typeof opening?.rules_sha256 === "string" ? opening.rules_sha256 : null;
  } catch {
    return null;
  }
}

/** Read and check a board. Gives `opening`, `batches`, `head`, and of each leaf (hex) its batch. Throws `Fault`. */
export function readBoard(bytes) {
  const { lines, complete } = splitLines(bytes);
  must(complete && lines.length > 0, "board-form", "board.jsonl eindigt niet met een regeleinde");
  const opening = line(lines[0], OPENING, 1);
  const batches = lines.slice(1).map((one, i) => line(one, BATCH, i + 2));
  batches.forEach((batch, i) => {
    must(batch.batch === i + 1, "board-form", `board.jsonl, regel ${i + 2}: dit is niet reeks ${i + 1}`);
    const enough = batch.leaves.length >= FEWEST || i === batches.length - 1;
    must(enough, "board-form", `board.jsonl, regel ${i + 2}: de reeks heeft minder dan ${FEWEST} ontvangstbewijzen`);
  });
  const leaves = new Map();
  for (const batch of batches) {
    batch.leaves.forEach((leaf, i) => {
      const where = () => `reeks ${batch.batch}: ontvangstbewijs ${leaf.slice(0, 20)}`;
      must(i === 0 || leaf > batch.leaves[i - 1], "board-order", () => `${where()} staat niet op volgorde`);
      must(!leaves.has(leaf), "board-order", () => `${where()} staat er twee keer`);
      leaves.set(leaf, batch.batch);
    });
  }
  for (const { batch, leaves: own, root } of batches) {
    const right = toHex(merkleRoot(own.map(fromHex))) === root;
    must(right, "board-root", `reeks ${batch}: de wortel hoort niet bij de ontvangstbewijzen`);
  }
  const heads = lines.map((one) => sha256Hex(one));
  batches.forEach(({ batch, previous }, i) => {
    must(previous === heads[i], "board-chain", `reeks ${batch} sluit niet aan op de regel ervoor`);
  });
  return { opening, batches, leaves, head: heads.at(-1) };
}

/** The number of the first line of the old board that the new one does not have at the same place; null if none. */
export function firstChangedLine(older, newer) {
  const before = splitLines(older);
  const now = splitLines(newer);
  if (!before.complete || !before.lines.length) return before.lines.length + 1;
  const at = before.lines.findIndex((one, i) => {
    const other = now.lines[i];
    return !other || other.length !== one.length || one.some((byte, place) => byte !== other[place]);
  });
  return at === -1 ? null : at + 1;
}
