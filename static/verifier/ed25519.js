/* Checking an Ed25519 signature after RFC 8032, section 5.1. Nothing here is secret, so it need not take constant time. */

import { joined } from "./bytes.js";
import { sha512 } from "./sha512.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (x) => ((x % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = mod(result * b);
    b = mod(b * b);
  }
  return result;
}

const inverse = (x) => power(x, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

function littleEndian(bytes) {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i]);
  return number;
}

/** The point that 32 bytes stand for, in extended coordinates; null when they stand for none. */
function decode(bytes) {
  const number = littleEndian(bytes);
  const sign = number >> 255n;
  const y = number & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(v * x * x) !== u || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function encode([x, y, z]) {
  const inverted = inverse(z);
  let number = mod(y * inverted) | ((mod(x * inverted) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(number & 255n);
    number >>= 8n;
    return byte;
  });
}

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, point) {
  let result = [0n, 1n, 1n, 0n];
  for (let p = point, s = scalar; s > 0n; s >>= 1n) {
    if (s & 1n) result = add(result, p);
    p = add(p, p);
  }
  return result;
}

const BASE = decode(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x58 : 0x66)));

/** Whether 64 bytes are the signature of the holder of a public key (32 bytes) under a message. */
export function isSigned(publicKey, message, signature) {
  const holder = decode(publicKey);
  const s = littleEndian(signature.subarray(32));
  if (holder === null || s >= ORDER) return false;
  const r = signature.subarray(0, 32);
  const challenge = littleEndian(sha512(joined(r, publicKey, message))) % ORDER;
  const [x, y, z, t] = holder;
  const expected = encode(add(times(s, BASE), times(challenge, [P - x, y, z, mod(-t)])));
  return expected.every((byte, i) => byte === r[i]);
}
