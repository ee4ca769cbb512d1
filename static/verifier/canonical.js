/* Canonical JSON: docs/protocol.md, section 1. */

import { fromUtf8 } from "./bytes.js";

/** What is not canonical JSON. */
export class NotCanonical extends Error {}

const SHORT = { 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };

function quoted(text) {
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (sign) => {
    const code = sign.charCodeAt(0);
    return SHORT[code] ?? `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** The canonical JSON of a value, as text. Throws `NotCanonical` for what it cannot hold. */
export function canonical(value) {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new NotCanonical("een getal is niet heel of te groot");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort();
  if (keys.some((key) => /[^\x00-\x7f]/.test(key))) throw new NotCanonical("een sleutel is geen ASCII");
  return `{${keys.map((key) => `${quoted(key)}:${canonical(value[key])}`).join(",")}}`;
}

function rewritten(value) {
  try {
    return canonical(value);
  } catch (error) {
    if (error instanceof RangeError) throw new NotCanonical("de JSON is te diep");
    throw error;
  }
}

/** The value of bytes that are canonical JSON. Throws `NotCanonical` when they are anything else. */
export function readCanonical(bytes) {
  let text;
  let value;
  try {
    text = fromUtf8(bytes);
    value = JSON.parse(text);
  } catch {
    throw new NotCanonical("dit is geen JSON in UTF-8");
  }
  // What JSON.parse forgives or forgets (space, order, doubles, other notations) does not come back.
  if (rewritten(value) !== text) throw new NotCanonical("de JSON is niet canoniek");
  return value;
}
