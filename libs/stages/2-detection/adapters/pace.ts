import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Batch } from '@weir/platform/record-log';

/** For how long measuring may go on without a turn for others, ms; one record is always measured to its end. */
export const breathAfterMs = 50;
/** For how long measuring may hold the process up at once, ms: other partitions wait, and so do signs of life. */
export const atOnceMs = 200;
/** How many records are measured at once before it is known how long they take. */
const atFirst = 500;
/** So many may always be measured at once: each time costs a checkpoint. */
const least = 20;
/** So many at most: from one checkpoint on nobody ever measures more before the next. */
export const mostAtOnce = 10_000;
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

  /**
   * Measures records, and learns from how long that took. However long that is, others have their turn every 50 ms or after one record:
   * signs of life go out, other partitions go on.
   * @param measure what is measured; it yields where it finds that `isDue`
   */
  async timed<T>(records: number, measure: (isDue: () => boolean) => Generator<undefined, T>): Promise<T> {
    let [startedAt, took] = [this.clock(), 0];
    const measuring = measure(() => this.clock() - startedAt >= breathAfterMs);
    for (;;) {
      const step = measuring.next();
      took += this.clock() - startedAt;
      if (step.done === true) {
        if (records > 0) this.msPerRecord = Math.max(took / records, this.msPerRecord / growth, 1e-4);
        return step.value;
      }
      await othersTurn();
      startedAt = this.clock();
    }
  }

  /** A batch in parts of as many records as may be measured at once, as is known when each is asked for. */
  *partsOf(batch: Batch): Generator<Batch, void, undefined> {
    const { topic, partition, records, high } = batch;
    for (let from = 0; from < records.length;) {
      const to = from + Math.min(mostAtOnce, Math.max(least, Math.floor(atOnceMs / this.msPerRecord)));
      yield from === 0 && to >= records.length ? batch : { topic, partition, records: records.slice(from, to), high };
      from = to;
    }
  }
}
