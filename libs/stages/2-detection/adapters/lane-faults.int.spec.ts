import { headers } from '@weir/contracts';
import { homePartition } from '@weir/domain';
import type { RecordLog } from '@weir/platform/record-log';
import type { WindowStore } from '@weir/platform/window-store';
import { Detecting, recordsOf } from '../detecting.spec';
import { factOf, factsTopic, manyLanes, manyRules, monthOf, partitions, ruleOf, wantedOf } from '../given.spec';
import { Fenced } from './checkpoint';
import { laneTopic } from './lane-topic';

jest.setTimeout(120_000);

const byCustomer = laneTopic(factsTopic, 'customerId');
const customer = ruleOf({
  id: 'customer',
  measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'PT1H' } },
});
const of = (id: string, account: string, minutes: number): ReturnType<typeof factOf> =>
  factOf(id, account, minutes, { customerId: 'C1' });
const summed = async (world: Detecting): Promise<unknown[]> =>
  (await world.hits()).map(({ fact, status, evidence }) => [fact.id, status, evidence.measured, evidence.incomplete]);

describe('a crash of a detector with re-keyed topics', () => {
  let world: Detecting;
  afterEach(() => world.end());

  /** A store of which one append to a topic fails: the next one, or a later one. */
  const failingStore = (topic: string, nth = 1): WindowStore => {
    let appends = 0;
    return Object.create(world.store, {
      append: {
        value: (...args: Parameters<WindowStore['append']>) =>
          args[0].name.topic === topic && ++appends === nth
            ? Promise.reject(new Error('the connection was lost'))
            : world.store.append(...args),
      },
    }) as WindowStore;
  };
  const isLostConnection = ({ message }: Error): void => expect(message).toBe('the connection was lost');

  /** A log that fails the sends to a topic for which `fails` says so. */
  const failingLog = (topic: string, fails: (times: number) => boolean): RecordLog => {
    let times = 0;
    return Object.create(world.log, {
      send: {
        value: (...args: Parameters<RecordLog['send']>) =>
          args[0] === topic && fails(times++)
            ? Promise.reject(new Error('the broker is away'))
            : world.log.send(...args),
      },
    }) as RecordLog;
  };

  it('between publishing to them and its checkpoint, at every batch, leads to the hits of one place', async () => {
    world = await Detecting.begin(...manyRules);
    await world.detector().open();
    const facts = monthOf(300);
    await world.write(facts);
    const lanes = await Promise.all(manyLanes.map((lane) => world.lane(lane)));
    for (const lane of lanes) await lane.open();
    for (const partition of [0, 1, 2]) {
      for (let more = true; more;) {
        const dying = world.detector({ store: failingStore(factsTopic) });
        await dying.assign(partition);
        await dying.step(partition, 40).catch(isLostConnection);
        const next = world.detector();
        await next.open(partition);
        more = await next.step(partition, 40);
        for (const lane of lanes) await lane.read();
      }
    }
    expect(await world.standing()).toEqual(wantedOf(manyRules, facts));
    const counted = (await world.registry.getSingleMetric('weir_rekeyed_facts_total')?.get())?.values ?? [];
    const [duplicates] = counted.filter(
      ({ labels: { topic, outcome } }) => topic === byCustomer && outcome === 'duplicate',
    );
    expect(duplicates?.value).toBe(facts.length);
  });

  it('of a re-keyed partition, at every batch, leads to the hits of one place', async () => {
    world = await Detecting.begin(...manyRules);
    const facts = monthOf(300);
    const source = world.detector();
    await source.open();
    await world.write(facts);
    await source.read([0, 1, 2], 50);
    await source.tend();
    for (const lane of manyLanes) {
      await (await world.lane(lane)).open();
      for (const partition of [0, 1, 2]) {
        for (let more = true; more;) {
          const dying = await world.lane(lane, { store: failingStore(laneTopic(factsTopic, lane)) });
          await dying.assign(partition);
          await dying.step(partition, 60).catch(isLostConnection);
          const next = await world.lane(lane, { snapshotEvery: 2 });
          await next.open(partition);
          more = await next.step(partition, 60);
        }
      }
    }
    expect(await world.standing()).toEqual(wantedOf(manyRules, facts));
  });

  it('while it hands over what it holds, begins again: nothing is measured before, and nothing twice', async () => {
    world = await Detecting.begin();
    const source = world.detector();
    await source.open();
    await world.write([of('F1', 'A1', 0), of('F2', 'A2', 1), of('F3', 'A3', 2)]);
    await source.read();
    await world.publish(customer);
    const lane = await world.lane('customerId');
    await lane.open();

    // 1. The rules are written down, the facts are handed over, the checkpoint fails. 2. The checkpoint stands, telling so fails.
    for (const fails of ['checkpoint', 'report'] as const) {
      const dying =
        fails === 'checkpoint'
          ? world.detector({ store: failingStore(factsTopic, 2) })
          : world.detector({ log: failingLog(byCustomer, (times) => times === 1) });
      for (const partition of [0, 1, 2]) {
        await dying.assign(partition);
        await dying.tend(partition).catch(() => undefined);
      }
      await lane.read();
      expect(await world.hits()).toEqual([]);
    }
    await world.detector().open();
    await lane.read();

    expect((await summed(world)).sort()).toEqual([
      ['F2', 'raised', '14.00', false],
      ['F3', 'raised', '21.00', false],
    ]);
  });

  it('whose partition another has taken over, changes nothing', async () => {
    world = await Detecting.begin(customer);
    await world.detector().open();
    const [first, second] = [await world.lane('customerId'), await world.lane('customerId')];
    await first.open();
    await second.open();
    const source = world.detector();
    await source.open();
    await world.write([of('F1', 'A1', 0), of('F2', 'A2', 1)]);
    await source.read();
    await expect(first.read([homePartition('C1', partitions)])).rejects.toBeInstanceOf(Fenced);
    await second.read();
    expect((await world.standing()).size).toBe(1);
  });
});

describe('a re-keyed partition whose store was emptied', () => {
  let world: Detecting;
  afterEach(() => world.end());

  it('is built anew from its topic, where that reaches back', async () => {
    world = await Detecting.begin(...manyRules);
    const facts = monthOf(300);
    const source = world.detector();
    await source.open();
    await world.write(facts);
    await source.read();
    await source.tend();
    const lane = await world.lane('customerId');
    await lane.open();
    await lane.read();
    await world.clearStore(byCustomer);
    const again = await world.lane('customerId');
    expect(await again.open()).toEqual([0, 0, 0]);
    await again.read();
    for (const other of manyLanes.filter((one) => one !== 'customerId')) {
      const reader = await world.lane(other);
      await reader.open();
      await reader.read();
    }
    expect(await world.standing()).toEqual(wantedOf(manyRules, facts));
  });

  it('begins with what the topic still holds, says so in its hits, and needs its sources to be heard again', async () => {
    world = await Detecting.begin(customer);
    const source = world.detector();
    await source.open();
    const lane = await world.lane('customerId');
    await lane.open();
    await world.write([of('F1', 'A1', 0), of('F2', 'A2', 1)]);
    await source.read();
    await lane.read();
    await world.clearStore(byCustomer);
    while ((await world.log.applyRetention()) > 0);
    expect((await world.log.bounds(byCustomer)).every(({ low, high }) => low === high && low > 0)).toBe(true);

    await world.write([of('F3', 'A1', 2), of('F4', 'A3', 3)]);
    await source.read();
    const again = await world.lane('customerId');
    await again.open();
    await again.read();
    expect(await summed(world)).toEqual([]);
    // A source tells again when it is taken over, at the latest within the hour.
    await world.detector().open();
    await again.read();
    expect(await summed(world)).toEqual([['F4', 'raised', '14.00', true]]);
  });

  it('of which the topic was made anew, is stopped; cleared, it begins with what sources hold, as incomplete', async () => {
    world = await Detecting.begin(customer);
    const source = world.detector();
    await source.open();
    const lane = await world.lane('customerId');
    await lane.open();
    await world.write([of('F1', 'A1', 0), of('F2', 'A2', 1)]);
    await source.read();
    await lane.read();
    await world.pool.query('delete from record_log_topics where name = $1', [byCustomer]);
    const other = await world.lane('customerId');
    await expect(other.assign(0)).rejects.toMatchObject({ name: 'StopPartition', code: 'topic-made-anew' });

    await world.clearStore(byCustomer);
    const again = await world.lane('customerId');
    await again.open();
    // What sources say that have not noticed yet is about the topic that is gone.
    world.now += 3_600_001;
    await source.tend();
    await again.read();
    expect(await summed(world)).toHaveLength(1);
    // They do within seconds.
    world.now += 10_000;
    await source.tend();
    await source.tend();
    await again.read();
    const handed = (await recordsOf(world.log, byCustomer)).filter(({ key }) => key !== null);
    expect(handed.map(({ headers: said }) => said[headers.late])).toEqual(['0', '0']);
    expect((await summed(world)).at(-1)).toEqual(['F2', 'raised', '14.00', true]);
  });

  it('of another partition count than the facts topic is stopped', async () => {
    world = await Detecting.begin(customer);
    await world.log.ensureTopics([{ name: byCustomer, partitions: 5 }]);
    const lane = await world.lane('customerId');
    await expect(lane.assign(0)).rejects.toMatchObject({ name: 'StopPartition', code: 'partition-count-changed' });
  });
});
