import type { Batch } from '@weir/platform/record-log';

/** For how long measuring may hold the process up at once, ms: other partitions wait, and so do signs of life. */
export const atOnceMs = 200;
/** How many records are measured at once before it is known how long they take. */
const atFirst = 500;
/** So many may always be measured at once: each time costs a checkpoint. */
const least = 20;
/** By how much the number may grow from one time to the next. */
const growth = 4;

/**
 * How many records of a partition may be measured at once. Most take microseconds, and a whole batch is measured at once; those
 * that come in between many of a large group take far longer.
 */
export class Pace {
  private msPerRecord = atOnceMs / atFirst;

  /** @param clock milliseconds */
  constructor(private readonly clock: () => number) {}

  /** Measures records, and learns from how long that took. */
  timed<T>(records: number, measure: () => T): T {
    const startedAt = this.clock();
    const measured = measure();
    if (records > 0) {
      this.msPerRecord = Math.max((this.clock() - startedAt) / records, this.msPerRecord / growth, 1e-4);
    }
    return measured;
  }

  /** A batch in parts of as many records as may be measured at once, as is known when each is asked for. */
  *partsOf(batch: Batch): Generator<Batch, void, undefined> {
    const { topic, partition, records, high } = batch;
    for (let from = 0; from < records.length;) {
      const to = from + Math.max(least, Math.floor(atOnceMs / this.msPerRecord));
      yield from === 0 && to >= records.length ? batch : { topic, partition, records: records.slice(from, to), high };
      from = to;
    }
  }
}
