import { compileRules } from '@weir/domain';
import { KeptRules } from './kept-rules';
import { mostAtOnce, Pace } from './pace';

const now = 1_800_000_000_000;
const minute = 60_000;
const others = compileRules([]);
const endsAt = (end: number) => () => Promise.resolve(end);

describe('rules that a partition goes on with', () => {
  const opened = (): KeptRules => new KeptRules({ begins: false }, now);

  it('change where the log ended when the others had been seen, however it grows', async () => {
    const kept = opened();
    expect(await kept.mayChange(others, 99, now, endsAt(100))).toBe(false);
    expect(await kept.mayChange(others, 100, now, endsAt(200))).toBe(true);
  });

  it('change later for others that come later', async () => {
    const kept = opened();
    expect(await kept.mayChange(others, 99, now, endsAt(100))).toBe(false);
    expect(await kept.mayChange(compileRules([]), 100, now, endsAt(200))).toBe(false);
  });

  it('change once as much is read as anybody measures at once', async () => {
    const kept = opened();
    kept.noteRead(mostAtOnce - 1, now);
    expect(await kept.mayChange(others, 9_999, now, endsAt(20_000))).toBe(false);
    kept.noteRead(1, now);
    expect(await kept.mayChange(others, 10_000, now, endsAt(20_000))).toBe(true);
  });

  it('change where nothing is read for a minute, though the log says that it holds more; not while others are waited for', async () => {
    const kept = opened();
    kept.noteRead(1, now + minute);
    kept.noteWaiting(now + 2 * minute);
    expect(await kept.mayChange(others, 99, now + 3 * minute - 1, endsAt(100))).toBe(false);
    expect(await kept.mayChange(others, 99, now + 3 * minute, endsAt(100))).toBe(true);
  });

  it('are none where a partition begins', async () => {
    expect(await new KeptRules({ begins: true }, now).mayChange(others, 0, now, endsAt(100))).toBe(true);
  });

  it('are those of all that is measured at once, however fast', async () => {
    const pace = new Pace(() => now);
    for (let times = 0; times < 10; times++) await pace.timed(1_000, (): Generator<undefined, void> => nothing());
    const records = Array<never>(3 * mostAtOnce + 1).fill(undefined as never);
    const parts = [...pace.partsOf({ topic: 'facts', partition: 0, records, high: 0 })];
    expect(parts.map(({ records: { length } }) => length)).toEqual([mostAtOnce, mostAtOnce, mostAtOnce, 1]);
  });
});

function* nothing(): Generator<undefined, void> {
  return undefined;
}
