/* A receipt as people type it: 64 digits, the first 20 digits, or five words (docs/protocol.md, section 5). */

const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";
const WORD = new RegExp(`^[${CONSONANTS}][${VOWELS}][${CONSONANTS}][${VOWELS}][${CONSONANTS}]$`);

function number(word) {
  const [a, b, c, d, e] = word;
  const parts = [
    [a, CONSONANTS, 16],
    [b, VOWELS, 4],
    [c, CONSONANTS, 16],
    [d, VOWELS, 4],
    [e, CONSONANTS, 16],
  ];
  return parts.reduce((sum, [letter, letters, base]) => sum * base + letters.indexOf(letter), 0);
}

/** The hexadecimal digits (20 or 64) that a typed receipt begins with; null when it is no receipt. */
export function receiptDigits(typed) {
  const words = typed
    .trim()
    .toLowerCase()
    .split(/[^0-9a-z]+/)
    .filter(Boolean);
  if (words.length === 5 && words.every((word) => WORD.test(word))) {
    return words.map((word) => number(word).toString(16).padStart(4, "0")).join("");
  }
  const digits = words.join("");
  return /^([0-9a-f]{20}|[0-9a-f]{64})$/.test(digits) ? digits : null;
}

/** The five words of the first 20 digits of a receipt. */
export function receiptWords(digits) {
  return Array.from({ length: 5 }, (_, i) => {
    const n = Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16);
    return (
      CONSONANTS[n >> 12] + VOWELS[(n >> 10) & 3] + CONSONANTS[(n >> 6) & 15] + VOWELS[(n >> 4) & 3] + CONSONANTS[n & 15]
    );
  }).join("-");
}
