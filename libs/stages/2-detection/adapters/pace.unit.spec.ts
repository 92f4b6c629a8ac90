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
function sizes(pace: Pace, count: number, msPerRecord: number, at: { now: number }): readonly number[] {
  const taken: number[] = [];
  const offsets: number[] = [];
  for (const { records } of pace.partsOf(batchOf(count))) {
    pace.timed(records.length, () => (at.now += records.length * msPerRecord));
    taken.push(records.length);
    offsets.push(...records.map(({ offset }) => offset));
  }
  // Every record once, in its order.
  expect(offsets).toEqual(Array.from({ length: count }, (_, offset) => offset));
  return taken;
}

describe('the pace of measuring', () => {
  it('given records that take microseconds, whole batches are measured at once after the first', () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    expect(sizes(pace, 3_000, 0.01, at)).toEqual([500, 2_000, 500]);
    expect(sizes(pace, 3_000, 0.01, at)).toEqual([3_000]);
  });

  it('given records that take long, no part but the first takes longer than may be, and it recovers', () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    const slow = sizes(pace, 1_000, 4, at);
    expect(slow[0]).toBe(500);
    expect(slow.slice(1).every((size) => size * 4 <= atOnceMs)).toBe(true);
    expect(slow).toHaveLength(11);
    expect(sizes(pace, 4_000, 0.01, at)).toEqual([50, 200, 800, 2_950]);
  });

  it('given records of which each takes longer than may be, it goes on by a few at a time', () => {
    const at = { now: 0 };
    const pace = new Pace(() => at.now);
    expect(sizes(pace, 560, 1_000, at)).toEqual([500, 20, 20, 20]);
  });

  it('given an empty batch, there is nothing to be measured', () => {
    expect([...new Pace(() => 0).partsOf(batchOf(0))]).toEqual([]);
  });
});
