/* The Merkle Tree Hash of RFC 9162, section 2.1.1, with SHA-256. */

import { joined } from "./bytes.js";
import { sha256 } from "./sha256.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root (32 bytes) of leaves (bytes each). */
export function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return sha256(joined(LEAF, leaves[0]));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(joined(NODE, merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split))));
}
