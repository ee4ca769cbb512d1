/** A fault in an archive: its code from section 10 of docs/protocol.md, and in Dutch what is wrong and where. */
export class Fault extends Error {
  constructor(code, text) {
    super(`FOUT ${code}: ${text}`);
    this.code = code;
    this.text = text;
  }
}

/** Throws the fault unless the condition holds. */
export function must(condition, code, text) {
  if (!condition) throw new Fault(code, typeof text === "function" ? text() : text);
}
