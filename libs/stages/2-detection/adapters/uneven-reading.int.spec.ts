import { Detecting, type Reader } from '../detecting.spec';
import { day, manyLanes, manyRules, minute, monthOf, partitions, time0, wantedOf } from '../given.spec';
import type { DetectionConsumer } from './detection-consumer';
import type { LaneConsumer } from './lane-consumer';

jest.setTimeout(120_000);

describe('partitions that are read at very different speeds', () => {
  let world: Detecting;
  let source: Reader<DetectionConsumer>;
  let lanes: readonly Reader<LaneConsumer>[];
  beforeEach(async () => {
    world = await Detecting.begin(...manyRules);
    source = world.detector();
    lanes = await Promise.all(manyLanes.map((lane) => world.lane(lane)));
    await source.open();
    for (const lane of lanes) await lane.open();
  });
  afterEach(() => world.end());

  /** How often a rule did not look at a fact because it was late, and how often a lane was told so. */
  const late = async (): Promise<number> => {
    const valueOf = async (name: string, label: string): Promise<number> => {
      const { values = [] } = (await world.registry.getSingleMetric(name)?.get()) ?? {};
      return values.filter(({ labels }) => labels[label] === 'late').reduce((sum, { value }) => sum + value, 0);
    };
    return (await valueOf('weir_evaluations_total', 'reason')) + (await valueOf('weir_rekeyed_facts_total', 'outcome'));
  };

  it.each([
    ['each where it lives', false],
    ['put anywhere, and moved home', true],
  ])(
    'given one that is paused for a day, then a month published at once (%s), nothing becomes late, and the hits are those of one place',
    async (_what, scattered) => {
      // Out of order by up to half of the lateness.
      const facts = monthOf(450)
        .map((fact, index) => ({ fact, index, at: fact.occurredAt + ((index * 11) % 29) * minute }))
        .sort((a, b) => a.at - b.at);
      const write = async (some: typeof facts): Promise<void> => {
        for (const { fact, index } of some) await world.write([fact], scattered ? index % partitions : undefined);
      };
      const firstDay = facts.filter(({ at }) => at < time0 + day);
      const secondDay = facts.filter(({ at }) => at >= time0 + day && at < time0 + 2 * day);
      const month = facts.slice(firstDay.length + secondDay.length);
      expect(Math.min(firstDay.length, secondDay.length)).toBeGreaterThan(5);

      // 1. All read along for a day. 2. Partition 1 stands still for a day, by the clock as by the facts.
      await write(firstDay);
      await source.read();
      for (const lane of lanes) await lane.read();
      await write(secondDay);
      for (let hours = 0; hours < 24; hours += 6) {
        world.now += day / 4;
        await source.read([0, 2], 5);
        await source.tend(0, 2);
        for (const lane of lanes) await lane.read();
      }
      // 3. A month at once; one partition reads all of it, one a little, and the paused one nothing, before it goes on.
      await write(month);
      await source.read([0], 30);
      for (let batches = 0; batches < 4; batches++) await source.step(2, 7);
      for (const lane of lanes) await lane.read();
      await source.read([0]);
      await source.read([2], 11);
      for (const lane of lanes) await lane.read([0, 2], 60);
      for (let round = 0; round < 3; round++) {
        await source.read([1], 13);
        await source.read();
        await source.tend();
      }
      for (const lane of lanes) await lane.read();

      expect(await late()).toBe(0);
      const standing = await world.standing();
      const wanted = wantedOf(manyRules, monthOf(450));
      expect([...standing.keys()]).toEqual([...wanted.keys()]);
      expect(standing).toEqual(wanted);
      expect(world.begunAnew).toEqual([]);
    },
  );
});
