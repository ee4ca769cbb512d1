/* The forms of everything in an archive: docs/protocol.md, sections 4, 6, 7 and 9. */

/*
 * A form is a function that gives null for a value that has the form, and otherwise the place of what has not.
 */

const when = (test) => (value) => (test(value) ? null : "");

const text = when((value) => typeof value === "string");
const flag = when((value) => typeof value === "boolean");
const whole = when((value) => Number.isSafeInteger(value));
const amount = when((value) => Number.isSafeInteger(value) && value >= 0);
const matching = (pattern) => when((value) => typeof value === "string" && pattern.test(value));
const hex = (digits) => matching(new RegExp(`^[0-9a-f]{${digits}}$`));
const just = (...values) => when((value) => values.includes(value));
const instant = when((value) => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const moment = new Date(value);
  // A day that is not on the calendar comes back as another, or not at all.
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value.replace("Z", ".000Z");
});

const list = (form) => (value) => {
  if (!Array.isArray(value)) return "";
  for (let i = 0; i < value.length; i++) {
    const fault = form(value[i]);
    if (fault !== null) return `[${i}]${fault}`;
  }
  return null;
};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with exactly these keys. */
const object = (fields) => (value) => {
  if (!isObject(value)) return "";
  for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) return `.${key}`;
  for (const [key, form] of Object.entries(fields)) {
    if (!Object.hasOwn(value, key)) return `.${key}`;
    const fault = form(value[key]);
    if (fault !== null) return `.${key}${fault}`;
  }
  return null;
};

const mapOf = (form) => (value) => {
  if (!isObject(value)) return "";
  for (const [key, one] of Object.entries(value)) if (form(one) !== null) return `.${key}`;
  return null;
};

/** A text as its code points, since the order of JavaScript's own comparison differs beyond the 16-bit characters. */
function laterText(a, b) {
  const [one, other] = [[...a], [...b]];
  for (let i = 0; i < one.length && i < other.length; i++) {
    if (one[i] !== other[i]) return one[i].codePointAt(0) > other[i].codePointAt(0);
  }
  return one.length > other.length;
}

const ascending = (form, key, later) => (value) => {
  const fault = form(value);
  if (fault !== null) return fault;
  for (let i = 1; i < value.length; i++) if (!later(value[i][key], value[i - 1][key])) return `[${i}].${key}`;
  return null;
};

const laterNumber = (a, b) => a > b;

/** The first line of the board. */
export const OPENING = object({
  ballot_type: just("approval", "capped_approval", "ranking"),
  pots: ascending(
    list(
      object({
        budget_cents: amount,
        name: text,
        pot: text,
        projects: ascending(list(object({ cost_cents: amount, number: amount, title: text })), "number", laterNumber),
      }),
    ),
    "pot",
    laterText,
  ),
  public_key: hex(64),
  round: hex(32),
  round_name: text,
  rules_sha256: hex(64),
  type: just("wijkbudget-board"),
  v: just(1),
});

/** Every other line of the board. */
export const BATCH = object({
  batch: amount,
  leaves: list(hex(64)),
  previous: hex(64),
  root: hex(64),
  type: just("wijkbudget-batch"),
  v: just(1),
});

/** A signed file around a statement. */
export const signed = (statement) => object({ signature: hex(128), signer: hex(64), statement });

export const SEAL = object({
  ballots: amount,
  batches: amount,
  closes_at: instant,
  head: hex(64),
  leaves: amount,
  pots: list(object({ entitled: amount, pot: text, roll: amount, voted: amount })),
  round: hex(32),
  rules_sha256: hex(64),
  sealed_sha256: hex(64),
  software: text,
  type: just("wijkbudget-sealed"),
  v: just(1),
});

export const RESULT = object({
  files: mapOf(hex(64)),
  pots: list(
    object({
      ballots: amount,
      blank: amount,
      budget_cents: amount,
      completion: when((value) => value === null || typeof value === "string"),
      funded: list(object({ cost_cents: amount, number: amount })),
      lots: list(list(amount)),
      min_support: amount,
      offered: list(object({ cents: amount, number: amount })),
      pot: text,
      rule: text,
      rule_version: amount,
      satisfaction: just(null, "cost", "cardinality"),
      spent_cents: amount,
      withdrawn: list(amount),
      withheld: flag,
    }),
  ),
  round: hex(32),
  seal_sha256: hex(64),
  type: just("wijkbudget-result"),
  v: just(1),
});

export const BALLOT = object({
  choice: list(whole),
  nonce: hex(32),
  pot: text,
  round: hex(32),
  type: just("wijkbudget-ballot"),
  v: just(1),
});

export const WITHHELD = object({ pot: text, type: just("wijkbudget-withheld"), v: just(1) });
