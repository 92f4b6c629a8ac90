import type { Fact } from '@weir/domain';
import { Detecting } from '../detecting.spec';
import { factOf, factsTopic, homeOf, minute, now0, ruleOf } from '../given.spec';
import { movingWithin } from './alignment';

jest.setTimeout(60_000);

const days = 30;
const inOneDay = 24 * 60;
/** An account that lives in a partition. */
const accountOf = (home: number): string =>
  Array.from({ length: 50 }, (_, i) => `A${i}`).find((one) => homeOf(factOf('', one, 0)) === home) ?? '';
/** Facts of a partition, so many in each day, for a month. */
const monthIn = (home: number, perDay: number): readonly Fact[] =>
  Array.from({ length: days * perDay }, (_, n) =>
    factOf(`${home}-${n}`, accountOf(home), Math.floor((n * inOneDay) / perDay)),
  );

describe('a backlog', () => {
  let world: Detecting;
  let source: ReturnType<Detecting['detector']>;
  const longAgo = now0 - 2 * minute;
  const waits = (partition: number, arrivedAt = longAgo): Promise<boolean> =>
    source.consumer.waits(factsTopic, partition, arrivedAt);
  const held = async (partition: number): Promise<number> =>
    ((await world.registry.getSingleMetric('weir_detection_facts')?.get())?.values ?? []).find(
      ({ labels }) => labels['partition'] === String(partition),
    )?.value ?? 0;

  beforeEach(async () => {
    world = await Detecting.begin(ruleOf({ id: 'total' }));
    await world.write([...monthIn(0, 10), ...monthIn(1, 50)]);
    source = world.detector();
    await source.open();
  });
  afterEach(() => world.end());

  it('is read side by side in event time: the partition with few facts a day does not fill the memory with its whole month', async () => {
    let most = 0;
    let waited = 0;
    for (let turn = 0; turn < 2 * days; turn += 1) {
      if (await waits(0)) waited += 1;
      else await source.step(0, 10);
      expect(await waits(1)).toBe(false);
      await source.step(1, 25);
      await source.tend(0, 1);
      most = Math.max(most, await held(0));
    }
    await source.step(0, 10);
    // A day of its own that is held in any case, the batch by which it is ahead, and as much until it is swept.
    expect(most).toBeLessThanOrEqual(40);
    expect(waited).toBeGreaterThan(days / 2);
    expect((await world.registry.getSingleMetric('weir_detection_ahead')?.get())?.values).toHaveLength(2);
  });

  it('waits for no partition that stands still, nor where its facts arrived just now', async () => {
    await source.step(0, 100);
    await source.step(1, 10);
    expect(await waits(0)).toBe(true);
    expect(await waits(0, now0 - minute)).toBe(false);
    world.now += movingWithin;
    expect(await waits(0)).toBe(false);
    await source.step(1, 10);
    expect(await waits(0)).toBe(true);
  });

  it('waits as long as the rules wait for late facts', async () => {
    await world.publish({ ...ruleOf({ id: 'patient', lateness: 'P20D' }), effectiveFrom: '2020-01-01T00:00:00Z' });
    await source.tend();
    await source.step(1, 10);
    await source.step(0, 180);
    expect(await waits(0)).toBe(false);
    await source.step(0, 100);
    expect(await waits(0)).toBe(true);
  });
});
