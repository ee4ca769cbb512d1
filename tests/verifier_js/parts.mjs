/* The small parts of static/verifier: hashes, canonical JSON, roots and words, for values from standard input. */

import { readFileSync } from "node:fs";
import { fromHex, toHex } from "../../static/verifier/bytes.js";
import { NotCanonical, readCanonical } from "../../static/verifier/canonical.js";
import { isSigned } from "../../static/verifier/ed25519.js";
import { merkleRoot } from "../../static/verifier/merkle.js";
import { receiptDigits, receiptWords } from "../../static/verifier/receipt.js";
import { sha256 } from "../../static/verifier/sha256.js";
import { sha512 } from "../../static/verifier/sha512.js";

function isCanonical(hex) {
  try {
    readCanonical(fromHex(hex));
    return true;
  } catch (error) {
    if (error instanceof NotCanonical) return false;
    throw error;
  }
}

const parts = {
  sha256: (hex) => toHex(sha256(fromHex(hex))),
  sha512: (hex) => toHex(sha512(fromHex(hex))),
  canonical: isCanonical,
  signed: ([key, message, signature]) => isSigned(fromHex(key), fromHex(message), fromHex(signature)),
  root: (leaves) => toHex(merkleRoot(leaves.map(fromHex))),
  words: receiptWords,
  digits: receiptDigits,
};

const { part, values } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(values.map(parts[part])));
