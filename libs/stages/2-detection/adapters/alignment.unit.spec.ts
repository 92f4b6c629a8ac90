import type { Progress } from '@weir/platform/window-store';
import { Alignment, movingWithin } from './alignment';

const hour = 3_600_000;
const noon = 1e12;
const held = { low: 0, high: 1_000 };
const at = (watermark: number | null, nextOffset = 10): Progress => ({
  watermark,
  movedUpTo: {},
  nextOffset,
  sourceReadAt: noon,
});

/** Whether partition 0, which has come to noon, waits for partition 1. */
const waits = (other: Progress | undefined, { alignment = new Alignment(), now = noon, high = 1_000 } = {}): boolean =>
  alignment.isAhead(0, noon, hour, new Map(other === undefined ? [] : [[1, other]]), [held, { low: 0, high }], now);

describe('partitions of a backlog', () => {
  it('given another one further behind than the lead, it waits, and at the lead it does not', () => {
    expect(waits(at(noon - hour - 1))).toBe(true);
    expect(waits(at(noon - hour))).toBe(false);
    expect(waits(at(noon + hour))).toBe(false);
  });

  it('given another one that has read no fact yet, it waits', () => {
    expect(waits(at(null))).toBe(true);
  });

  it('given another one that nobody has begun, or that has been read to its end, it does not wait', () => {
    expect(waits(undefined)).toBe(false);
    expect(waits(at(noon - 2 * hour, 1_000))).toBe(false);
    expect(waits(at(noon - 2 * hour, 999))).toBe(true);
  });

  it('given another one that stands still, it waits no longer, until that one moves again', () => {
    const alignment = new Alignment();
    const behind = at(noon - 2 * hour);
    expect(waits(behind, { alignment })).toBe(true);
    expect(waits(behind, { alignment, now: noon + movingWithin - 1 })).toBe(true);
    expect(waits(behind, { alignment, now: noon + movingWithin })).toBe(false);
    expect(waits(at(noon - 2 * hour, 11), { alignment, now: noon + movingWithin + 1 })).toBe(true);
  });

  it('given no fact of its own yet, it does not wait', () => {
    const progress = new Map([[1, at(noon - 9 * hour)]]);
    expect(new Alignment().isAhead(0, null, hour, progress, [held, held], noon)).toBe(false);
  });

  it('of any number with a backlog, the one that is furthest behind does not wait', () => {
    const progress = new Map([0, 1, 2, 3].map((n) => [n, at(noon - n * 2 * hour)]));
    const bounds = [held, held, held, held];
    const waiting = [0, 1, 2, 3].map((n) =>
      new Alignment().isAhead(n, noon - n * 2 * hour, hour, progress, bounds, noon),
    );
    expect(waiting).toEqual([true, true, true, false]);
  });
});
