/* Reading a ZIP file strictly: no folders, no encryption, stored or deflated, and never more bytes than it promised. */

import { fromUtf8 } from "./bytes.js";

/** What makes a ZIP file unfit. */
export class BadZip extends Error {}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let i = 0; i < 8; i++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const u16 = (view, at) => view.getUint16(at, true);
const u32 = (view, at) => view.getUint32(at, true);

/** Where the closing record stands: the last one whose comment ends where the file ends. */
function closingRecord(view) {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 0xffff; at--) {
    if (u32(view, at) === 0x06054b50 && at + 22 + u16(view, at + 20) === view.byteLength) return at;
  }
  throw new BadZip("het bestand is geen ZIP");
}

function name(bytes) {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new BadZip("een bestandsnaam is geen UTF-8");
  }
}

/** The list at the end of the file: name, method, sizes, checksum and place of every file in it. */
function entries(bytes, view, most) {
  const end = closingRecord(view);
  const count = u16(view, end + 10);
  if (u16(view, end + 4) || u16(view, end + 6) || u16(view, end + 8) !== count) {
    throw new BadZip("de ZIP bestaat uit meer delen");
  }
  if (count > most) throw new BadZip("er zitten te veel bestanden in");
  const start = u32(view, end + 16);
  if (start + u32(view, end + 12) !== end) throw new BadZip("de inhoudsopgave van de ZIP klopt niet");
  const found = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || u32(view, at) !== 0x02014b50) throw new BadZip("de inhoudsopgave van de ZIP klopt niet");
    const nameLength = u16(view, at + 28);
    const next = at + 46 + nameLength + u16(view, at + 30) + u16(view, at + 32);
    if (next > end) throw new BadZip("de inhoudsopgave van de ZIP klopt niet");
    found.push({
      name: name(bytes.subarray(at + 46, at + 46 + nameLength)),
      flags: u16(view, at + 8),
      method: u16(view, at + 10),
      crc: u32(view, at + 16),
      packed: u32(view, at + 20),
      size: u32(view, at + 24),
      place: u32(view, at + 42),
    });
    at = next;
  }
  if (at !== end) throw new BadZip("de inhoudsopgave van de ZIP klopt niet");
  return { found, start };
}

async function inflate(packed, size) {
  const whole = new Uint8Array(size);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  let at = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) {
        await reader.cancel();
        return null;
      }
      whole.set(part.value, at);
      at += part.value.length;
    }
  } catch {
    return null;
  }
  return at === size ? whole : null;
}

function packedBytes(bytes, view, entry, limit) {
  const at = entry.place;
  if (at + 30 > limit || u32(view, at) !== 0x04034b50) throw new BadZip(`${entry.name} staat niet in de ZIP`);
  const nameLength = u16(view, at + 26);
  const start = at + 30 + nameLength + u16(view, at + 28);
  if (start + entry.packed > limit) throw new BadZip(`${entry.name} loopt door buiten zijn plaats`);
  const same = name(bytes.subarray(at + 30, at + 30 + nameLength)) === entry.name;
  if (!same || u16(view, at + 8) !== entry.method) throw new BadZip(`${entry.name} heet op twee plaatsen anders`);
  return { start, end: start + entry.packed };
}

/**
 * The files of a ZIP by name, as bytes. `expected`: the names it must hold, each once, and no other.
 * `largest`: the most bytes a file may have. Throws `BadZip`.
 */
export async function readZip(bytes, expected, largest) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { found, start: limit } = entries(bytes, view, 1000);
  const names = found.map((entry) => entry.name);
  const double = names.find((one, i) => names.indexOf(one) !== i);
  if (double !== undefined) throw new BadZip(`${double} zit er twee keer in`);
  const missing = expected.filter((one) => !names.includes(one));
  if (missing.length) throw new BadZip(`${missing.join(", ")} ontbreekt`);
  const other = names.filter((one) => !expected.includes(one));
  if (other.length) throw new BadZip(`${other.join(", ")} hoort er niet in`);
  const files = new Map();
  const taken = [];
  for (const entry of found) {
    if (entry.flags & 0x2041) throw new BadZip(`${entry.name} is versleuteld`);
    if (entry.method !== 0 && entry.method !== 8) throw new BadZip(`${entry.name} is op een andere manier ingepakt`);
    if (entry.size > largest || entry.packed > largest) throw new BadZip(`${entry.name} is te groot`);
    const place = packedBytes(bytes, view, entry, limit);
    if (taken.some((one) => place.start < one.end && one.start < place.end)) {
      throw new BadZip(`${entry.name} deelt zijn plaats met een ander bestand`);
    }
    taken.push(place);
    const packed = bytes.subarray(place.start, place.end);
    const whole = entry.method === 8 ? await inflate(packed, entry.size) : packed;
    if (whole === null || whole.length !== entry.size || crc32(whole) !== entry.crc) {
      throw new BadZip(`${entry.name} is beschadigd`);
    }
    files.set(entry.name, whole);
  }
  return files;
}
