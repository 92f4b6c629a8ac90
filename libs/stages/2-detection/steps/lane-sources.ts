import type { SourceReport } from '@weir/contracts';
import { finite } from './keyed-lanes';

/** What is known of one source: `settledBefore`, `heldSince` in ms, infinite where nothing is promised or missing. */
interface Known {
  readonly settledBefore: number;
  readonly heldSince: number;
}

/** One source as it is written down; infinite times stand as null. */
export type WrittenSource = readonly [source: number, settledBefore: number | null, heldSince: number | null];

/**
 * What the partitions of the facts topic have told a partition of a re-keyed topic. A source never heard of may still send
 * anything. Nothing that a source told is ever taken back: an owner that was paused may tell what is long past.
 */
export class LaneSources {
  private readonly known = new Map<number, Known>();

  /** @param count partitions of the facts topic */
  constructor(
    private readonly count: number,
    written: readonly WrittenSource[] = [],
  ) {
    for (const [source, settledBefore, heldSince] of written) this.note({ source, settledBefore, heldSince });
  }

  /** How many have not been heard of. */
  get missing(): number {
    return this.count - this.known.size;
  }

  /** Nothing that occurred before this time (ms) will come in time from any of them; -Infinity while one is missing. */
  get settledBefore(): number {
    if (this.missing > 0) return -Infinity;
    return Math.min(...[...this.known.values()].map(({ settledBefore }) => settledBefore));
  }

  /** What occurred before this time (ms) may be missing, as far as they have been heard of. */
  get heldSince(): number {
    return Math.max(-Infinity, ...[...this.known.values()].map(({ heldSince }) => heldSince));
  }

  note({ source, settledBefore, heldSince }: Pick<SourceReport, 'source' | 'settledBefore' | 'heldSince'>): void {
    const before = this.known.get(source);
    this.known.set(source, {
      settledBefore: Math.max(settledBefore ?? -Infinity, before?.settledBefore ?? -Infinity),
      heldSince: Math.max(heldSince ?? -Infinity, before?.heldSince ?? -Infinity),
    });
  }

  /** All that is known, to be written down. */
  written(): readonly WrittenSource[] {
    return [...this.known].map(([source, { settledBefore, heldSince }]) => [
      source,
      finite(settledBefore),
      finite(heldSince),
    ]);
  }
}
