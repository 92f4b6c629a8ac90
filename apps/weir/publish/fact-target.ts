import type { FactLine } from '@weir/intake';

/** What became of lines that were given to a target. */
export interface Taken {
  readonly accepted: number;
  /** Refused, each with a dead letter. */
  readonly refused: number;
  /** Refused without one, since the target cannot be given what is no JSON: each was told of, with its line. */
  readonly leftOut: number;
}

export const nothingTaken: Taken = { accepted: 0, refused: 0, leftOut: 0 };

/** What two times brought together. */
export const sumOf = (a: Taken, b: Taken): Taken => ({
  accepted: a.accepted + b.accepted,
  refused: a.refused + b.refused,
  leftOut: a.leftOut + b.leftOut,
});

/** Where facts are published to. */
export interface FactTarget {
  /** Sends facts in their order; resolves once every one of them is acknowledged. @throws Error */
  send(lines: readonly FactLine[]): Promise<Taken>;
  close(): Promise<void>;
}
