import type { WindowStore } from '@weir/platform/window-store';
import { Detecting, type Reader } from '../detecting.spec';
import { manyLanes, manyRules, minute, monthOf, partitions, ruleOf, wantedOf } from '../given.spec';
import type { DetectionConsumer } from './detection-consumer';
import type { LaneConsumer } from './lane-consumer';

jest.setTimeout(300_000);

/** The window of the accounts is so long that every fact is held for rules that come later. */
const rules = [
  ruleOf({ id: 'account', measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'P40D' } } }),
  ...manyRules.slice(1),
];
const courses = Array.from({ length: 3 * Number(process.env['WEIR_PROPERTY_FACTOR'] ?? 1) }, (_, index) => index + 1);

/** Numbers below a bound, the same for a course each time. */
function dice(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('whatever course things take', () => {
  let world: Detecting;
  afterEach(() => world.end());

  /** A store that fails, now and then, before or after an append has been done. */
  const unreliable = (roll: (below: number) => number): WindowStore =>
    Object.create(world.store, {
      append: {
        value: async (...args: Parameters<WindowStore['append']>) => {
          const fate = roll(24);
          if (fate === 0) throw new Error('lost');
          const result = await world.store.append(...args);
          if (fate === 1) throw new Error('lost');
          return result;
        },
      },
    }) as WindowStore;

  it.each(courses)('the hits that stand are those of one place (course %i)', async (course) => {
    const roll = dice(course);
    const ruleCount = 1 + roll(rules.length);
    world = await Detecting.begin(...rules.slice(0, ruleCount));
    const other = { store: unreliable(roll), snapshotEvery: 1 + roll(5) };
    const source: Reader<DetectionConsumer> = world.detector(other);
    const lanes: Reader<LaneConsumer>[] = await Promise.all(manyLanes.map((lane) => world.lane(lane, other)));
    /** Works on a partition; where it fails, opens it anew, as the record log does. */
    const on = async (
      reader: Reader<DetectionConsumer | LaneConsumer>,
      partition: number,
      work: () => Promise<unknown>,
    ) => {
      for (let done = false; !done;) {
        try {
          if (!reader.isOpen(partition)) await reader.open(partition);
          await work();
          done = true;
        } catch (error) {
          if ((error as Error).message !== 'lost') throw error;
          reader.close(partition);
        }
      }
    };
    // Facts come out of order by up to half of the lateness, each in its home or in any partition.
    const facts = [...monthOf(200, 4)]
      .map((fact) => ({ fact, at: fact.occurredAt + roll(30) * minute }))
      .sort((a, b) => a.at - b.at)
      .map(({ fact }) => fact);
    const scattered = roll(2) === 0;
    let written = 0;
    let published = ruleCount === rules.length;
    while (written < facts.length || !published) {
      const partition = roll(partitions);
      const lane = lanes[roll(lanes.length)];
      const what = roll(10);
      if (what < 3) {
        const some = facts.slice(written, (written += 1 + roll(12)));
        for (const fact of some) await world.write([fact], scattered ? roll(partitions) : undefined);
      } else if (what < 6) await on(source, partition, () => source.step(partition, 1 + roll(9)));
      else if (what < 7) await on(source, partition, () => source.tend(partition));
      else if (what < 9 && lane !== undefined) await on(lane, partition, () => lane.step(partition, 1 + roll(30)));
      else if (!published && roll(6) === 0) {
        await world.publish(...rules.slice(ruleCount));
        published = true;
      } else if (roll(3) === 0) source.close(partition);
      else lane?.close(partition);
    }
    // Then everything is read to its end. Facts that are moved make more to be read.
    for (let round = 0; round < 3; round++) {
      for (let partition = 0; partition < partitions; partition++) {
        await on(source, partition, () => source.read([partition]));
        await on(source, partition, () => source.tend(partition));
      }
    }
    for (const lane of lanes) {
      for (let partition = 0; partition < partitions; partition++)
        await on(lane, partition, async () => {
          await lane.read([partition]);
          await lane.tend(partition);
        });
    }

    const standing = await world.standing();
    const wanted = wantedOf(rules, facts);
    expect([...standing.keys()]).toEqual([...wanted.keys()]);
    expect(standing).toEqual(wanted);
  });
});
