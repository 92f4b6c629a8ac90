import type { SourceReport } from '@weir/contracts';
import { finite } from './keyed-lanes';

/** What is known of one source: `settledBefore`, `heldSince` in ms, infinite where nothing is promised or missing. */
interface Known {
  readonly settledBefore: number;
  readonly heldSince: number;
  /** All that it accepted before this offset was sent before it was first heard of; unknown: -1. */
  readonly sentUpTo: number;
}

/** What a source told; without `upTo`, as earlier versions wrote it down, it is not known what was sent before. */
export type Heard = Omit<SourceReport, 'upTo'> & { readonly upTo?: number };

/** One source as it is written down; infinite times stand as null. `sentUpTo` is left out in what earlier versions wrote. */
export type WrittenSource = readonly [
  source: number,
  settledBefore: number | null,
  heldSince: number | null,
  sentUpTo?: number,
];

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
    for (const [source, settledBefore, heldSince, upTo = -1] of written)
      this.note({ source, settledBefore, heldSince, upTo });
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

  /** Per source the offset before which all that it accepted had been sent when it was first heard of; -1: unknown. */
  get sentUpTo(): ReadonlyMap<number, number> {
    return new Map([...this.known].map(([source, { sentUpTo }]) => [source, sentUpTo]));
  }

  note({ source, settledBefore, heldSince, upTo = -1 }: Heard): void {
    const before = this.known.get(source);
    this.known.set(source, {
      settledBefore: Math.max(settledBefore ?? -Infinity, before?.settledBefore ?? -Infinity),
      heldSince: Math.max(heldSince ?? -Infinity, before?.heldSince ?? -Infinity),
      sentUpTo: before?.sentUpTo ?? upTo,
    });
  }

  /** All that is known, to be written down. */
  written(): readonly WrittenSource[] {
    return [...this.known].map(([source, { settledBefore, heldSince, sentUpTo }]) => [
      source,
      finite(settledBefore),
      finite(heldSince),
      sentUpTo,
    ]);
  }
}
