/** A rule that this program does not count; the message says why. */
export class NotCounted extends Error {}
