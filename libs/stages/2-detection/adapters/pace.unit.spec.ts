import type { Batch } from '@weir/platform/record-log';
import { atOnceMs, Pace } from './pace';

const batchOf = (count: number): Batch => ({
  topic: 't',
  partition: 0,
  high: count,
  records: Array.from({ length: count }, (_, offset) => ({
    offset,
    key: null,
    value: null,
    headers: {},
    timestamp: 0,
  })),
});

/** Takes a batch in parts, each record at so many ms; gives the sizes of the parts. */
async function sizes(pace: Pace, count: number, msPerRecord: number, at: { now: number }): Promise<readonly number[]> {
  const taken: number[] = [];
  const offsets: number[] = [];
  for (const { records } of pace.partsOf(batchOf(count))) {
    await pace.timed(records.length, function* (isDue): Generator<undefined, void> {
      for (const record of records) {
        at.now += msPerRecord;
        if (isDue()) yield;
        expect(record).toBeDefined();
      }
    });
    taken.push(records.length);
    offsets.push(...records.map(({ offset }) => offset));
  }
  // Every record once, in its order.
  expect(offsets).toEqual(Array.from({ length: count }, (_, offset) => offset));
  return taken;
}

describe('the pace of measuring', () => {
  it('given records that take microseconds, whole batches are measured at once after the first', async () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    expect(await sizes(pace, 3_000, 0.01, at)).toEqual([500, 2_000, 500]);
    expect(await sizes(pace, 3_000, 0.01, at)).toEqual([3_000]);
  });

  it('given records that take long, no part but the first takes longer than may be, and it recovers', async () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    const slow = await sizes(pace, 1_000, 4, at);
    expect(slow[0]).toBe(500);
    expect(slow.slice(1).every((size) => size * 4 <= atOnceMs)).toBe(true);
    expect(slow).toHaveLength(11);
    expect(await sizes(pace, 4_000, 0.01, at)).toEqual([50, 200, 800, 2_950]);
  });

  it('given records of which each takes longer than may be, it goes on by a few at a time', async () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    expect(await sizes(pace, 560, 1_000, at)).toEqual([500, 20, 20, 20]);
  });

  it('given records of any length, others have a turn after 50 ms or after one record, and their time is not counted', async () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    const turns: number[] = [];
    const others = setInterval(() => (at.now += 10_000), 0);
    await pace.timed(60, function* (isDue): Generator<undefined, void> {
      let since = at.now;
      for (let n = 0; n < 60; n++) {
        at.now += n < 50 ? 10 : 1_000;
        if (!isDue()) continue;
        turns.push(at.now - since);
        yield;
        since = at.now;
      }
    });
    clearInterval(others);
    expect(turns).toEqual([...Array<number>(10).fill(50), ...Array<number>(10).fill(1_000)]);
    // 10,500 ms of 60 records.
    expect([...pace.partsOf(batchOf(100))].map(({ records }) => records.length)).toEqual([20, 20, 20, 20, 20]);
  });

  it('given an empty batch, there is nothing to be measured', () => {
    expect([...new Pace(() => 0).partsOf(batchOf(0))]).toEqual([]);
  });
});
