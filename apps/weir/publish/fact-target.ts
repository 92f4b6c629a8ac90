import type { FactLine } from '@weir/intake';

/** How many facts of what was given to a target were taken in. */
export interface Taken {
  readonly accepted: number;
  /** Refused by the target, each with a dead letter there. */
  readonly refused: number;
}

/** Where facts are published to. */
export interface FactTarget {
  /** Sends facts in their order; resolves once every one of them is acknowledged. @throws Error */
  send(lines: readonly FactLine[]): Promise<Taken>;
  close(): Promise<void>;
}
