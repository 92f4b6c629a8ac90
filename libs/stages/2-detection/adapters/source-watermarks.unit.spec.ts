import type { Progress } from '@weir/platform/window-store';
import { silentAfter, SourceWatermarks, type SourceProgress } from './source-watermarks';

const held = { low: 0, high: 10 };
const empty = { low: 0, high: 0 };
const now = 1e12;
const progress = (watermark: number | null, more: Partial<Progress> = {}): Progress => ({
  watermark,
  movedUpTo: {},
  nextOffset: 5,
  sourceReadAt: now,
  ...more,
});
const own = (watermark: number | null, more: Partial<SourceProgress> = {}): SourceProgress => ({
  watermark,
  nextOffset: 10,
  sourceReadAt: now,
  ...more,
});
const lowest = (
  mine: SourceProgress,
  others: readonly (readonly [number, Progress])[],
  bounds: readonly { low: number; high: number }[],
  watermarks = new SourceWatermarks(0),
  firstOffset = 10,
): number | null => watermarks.lowest(mine, firstOffset, new Map(others), bounds, now);

describe('how far every source partition has been read', () => {
  it('given one partition alone, it is its own watermark', () => {
    expect(lowest(own(500), [], [held])).toBe(500);
  });

  it('given a partition that nobody has opened, nothing may be forgotten, unless it holds nothing', () => {
    expect(lowest(own(500), [], [held, held])).toBeNull();
    expect(lowest(own(500), [], [held, empty])).toBe(500);
  });

  it('given a slower partition, it is the slower one', () => {
    expect(lowest(own(500), [[1, progress(200)]], [held, held])).toBe(200);
  });

  it('given facts moved here that are not read yet, the other counts only as far as it did before', () => {
    const watermarks = new SourceWatermarks(0);
    const bounds = [held, held];
    expect(lowest(own(900), [[1, progress(200)]], bounds, watermarks)).toBe(200);
    // Moved up to offset 10, with which the batch in hand begins.
    const ahead = progress(800, { movedUpTo: { '0': 10 } });
    expect(lowest(own(900), [[1, ahead]], bounds, watermarks, 10)).toBe(200);
    expect(lowest(own(900), [[1, ahead]], bounds, watermarks, 11)).toBe(800);
  });

  it('given unread moved facts of a partition that was never seen before, nothing may be forgotten', () => {
    expect(lowest(own(900), [[1, progress(800, { movedUpTo: { '0': 10 } })]], [held, held])).toBeNull();
  });

  it('given facts moved elsewhere, they hold nobody back here', () => {
    expect(lowest(own(900), [[1, progress(800, { movedUpTo: { '2': 99 } })]], [held, held, empty])).toBe(800);
  });

  it('given a partition read to its end, it is waited for until upstream has been silent there long enough', () => {
    const silentFor = (ms: number): Progress => progress(200, { nextOffset: 10, sourceReadAt: now - ms });
    expect(lowest(own(900), [[1, silentFor(silentAfter)]], [held, held])).toBe(200);
    expect(lowest(own(900), [[1, silentFor(silentAfter + 1)]], [held, held])).toBe(900);
  });

  it('given a partition that has more to be read, it is waited for however long nobody has read it', () => {
    const away = progress(200, { nextOffset: 9, sourceReadAt: 0 });
    expect(lowest(own(900), [[1, away]], [held, held])).toBe(200);
  });

  it('given a partition that facts only come to by moving, it holds nobody back once it is read', () => {
    const neverSource = progress(null, { nextOffset: 10, sourceReadAt: null });
    expect(lowest(own(900), [[1, neverSource]], [held, held])).toBe(900);
    expect(lowest(own(900), [[1, { ...neverSource, nextOffset: 9 }]], [held, held])).toBeNull();
    expect(lowest(own(null, { sourceReadAt: null }), [[1, progress(700)]], [held, held])).toBe(700);
  });

  it('given upstream silent in this partition itself, the others count, once this one is read to its end', () => {
    const silent = own(100, { sourceReadAt: 0 });
    expect(lowest(silent, [[1, progress(700)]], [held, held])).toBe(700);
    expect(lowest({ ...silent, nextOffset: 9 }, [[1, progress(700)]], [held, held])).toBe(100);
  });

  it('given upstream silent everywhere, nothing is settled by that', () => {
    const silent = { nextOffset: 10, sourceReadAt: 0 };
    expect(lowest(own(100, silent), [[1, progress(200, silent)]], [held, held])).toBeNull();
  });
});
