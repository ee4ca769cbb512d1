/* SHA-512 after FIPS 180-4; only signatures need it, so it may be slow. */

import { primes, rootFraction } from "./sha256.js";

const word = (n) => BigInt.asUintN(64, n);
const turn = (x, n) => word((x >> n) | (x << (64n - n)));

const K = primes(80).map((p) => rootFraction(p, 3, 64));
const START = primes(8).map((p) => rootFraction(p, 2, 64));

/** SHA-512 of bytes: 64 bytes. */
export function sha512(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = [...START];
  const w = new Array(80);
  for (let at = 0; at < padded.length; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = view.getBigUint64(at + 8 * i);
    for (let i = 16; i < 80; i++) {
      const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w[i] = word(w[i - 16] + s0 + w[i - 7] + s1);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const t1 = word(h + s1 + ((e & f) ^ (word(~e) & g)) + K[i] + w[i]);
      const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const t2 = word(s0 + ((a & b) ^ (a & c) ^ (b & c)));
      [h, g, f, e, d, c, b, a] = [g, f, e, word(d + t1), c, b, a, word(t1 + t2)];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      state[i] = word(state[i] + value);
    });
  }
  const hash = new DataView(new ArrayBuffer(64));
  state.forEach((value, i) => hash.setBigUint64(8 * i, value));
  return new Uint8Array(hash.buffer);
}
