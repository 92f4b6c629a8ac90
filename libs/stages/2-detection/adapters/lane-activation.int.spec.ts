import { topics } from '@weir/contracts';
import { Detecting, recordsOf, type Reader } from '../detecting.spec';
import { day, factOf, factsTopic, manyLanes, manyRules, monthOf, ruleOf, time0, wantedOf } from '../given.spec';
import type { DetectionConsumer } from './detection-consumer';
import type { LaneConsumer } from './lane-consumer';
import { laneTopic } from './lane-topic';

jest.setTimeout(120_000);

const customer = ruleOf({
  id: 'customer',
  measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'PT1H' } },
});
const [account, ...others] = manyRules;
const byCustomer = laneTopic(factsTopic, 'customerId');

describe('a lane that rules begin to need while facts flow', () => {
  let world: Detecting;
  let source: Reader<DetectionConsumer>;
  afterEach(() => world.end());

  const lanesOpen = async (): Promise<readonly Reader<LaneConsumer>[]> => {
    const lanes = await Promise.all(manyLanes.map((lane) => world.lane(lane)));
    for (const lane of lanes) await lane.open();
    return lanes;
  };
  const until = (end: number) => monthOf(600).filter(({ occurredAt }) => occurredAt < end);
  const since = (begin: number) => monthOf(600).filter(({ occurredAt }) => occurredAt >= begin);
  const begin = async (...rules: readonly ReturnType<typeof ruleOf>[]): Promise<void> => {
    world = await Detecting.begin(...rules);
    source = world.detector();
    await source.open();
  };

  it('begins with all that is held; each partition sees it at a moment of its own, and the hits are those of one place', async () => {
    await begin(account ?? customer);
    const middle = time0 + 12 * day;
    await world.write(until(middle));
    // Partition 2 is behind: nothing is settled, so everything is held.
    await source.read([0, 1]);
    await world.publish(...others);
    await source.tend(0);
    const lanes = await lanesOpen();
    for (const lane of lanes) await lane.read();
    await world.write(since(middle));
    await source.read([1], 30);
    for (const lane of lanes) await lane.read();
    // Two sources have handed over; before the third has, nothing is measured.
    expect((await world.hits()).filter(({ asOf }) => asOf.topic !== factsTopic)).toEqual([]);
    await source.read([2], 50);
    for (const lane of lanes) await lane.read([0, 1, 2], 70);
    await source.read([0], 20);
    for (const lane of lanes) await lane.read([0, 1, 2], 70);

    expect(await world.standing()).toEqual(wantedOf(manyRules, monthOf(600)));
    // What is handed over is measured at once: no hit was raised on a part of the facts and taken back.
    const statuses = new Set((await world.hits()).filter(({ cause }) => cause === null).map(({ status }) => status));
    expect(statuses).toEqual(new Set(['raised']));
  });

  it('looks back as far as facts are held, and says where that is not far enough', async () => {
    await begin(account ?? customer);
    const middle = time0 + 15 * day;
    for (let end = time0 + 5 * day; end <= middle; end += 5 * day) {
      await world.write(until(end).filter(({ occurredAt }) => occurredAt >= end - 5 * day));
      await source.read();
      await source.tend();
    }
    await world.publish(...others);
    await source.tend();
    const lanes = await lanesOpen();
    await world.write(since(middle));
    await source.read();
    for (const lane of lanes) await lane.read();

    const reports = (await recordsOf(world.log, byCustomer)).filter(({ key }) => key === null);
    const heldSince = Math.max(
      ...reports.map(({ value }) => (JSON.parse(String(value)) as { heldSince: number }).heldSince),
    );
    // The account's window of three days is what was held, with the lateness.
    expect(heldSince).toBeGreaterThan(middle - 5 * day);
    expect(heldSince).toBeLessThan(middle - 3 * day);

    const [wanted, standing] = [wantedOf(manyRules, monthOf(600)), await world.standing()];
    type Hit = { evidence: { window: { from: number } | null; incomplete: boolean }; fact: { occurredAt: number } };
    const reaches = ([, hit]: readonly [string, unknown]): boolean => {
      const { evidence, fact } = hit as Hit;
      return (evidence.window?.from ?? fact.occurredAt) >= heldSince;
    };
    const isOfLanes = ([, hit]: readonly [string, unknown]): boolean =>
      !['account', 'single'].includes((hit as { rule: string }).rule);
    const complete = [...standing].filter(isOfLanes).filter(reaches);
    expect(complete.length).toBeGreaterThan(50);
    // `crossing` and `cooldown` ask for facts before the window, so the first of a group may be another.
    const every = (entries: readonly (readonly [string, unknown])[]) =>
      entries.filter(([, hit]) =>
        ['counterparty', 'device', 'branch', 'bond'].includes((hit as { rule: string }).rule),
      );
    expect(new Map(every(complete))).toEqual(new Map(every([...wanted].filter(isOfLanes).filter(reaches))));
    for (const entry of every([...standing])) {
      expect([entry[0], (entry[1] as Hit).evidence.incomplete]).toEqual([entry[0], !reaches(entry)]);
    }
    // Where raising asks behind the windows, what does not say that it is incomplete is what it would have been.
    const whole = [...standing].filter(isOfLanes).filter(([, hit]) => !(hit as Hit).evidence.incomplete);
    expect(whole.length).toBeGreaterThan(complete.filter((entry) => every([entry]).length > 0).length);
    for (const [id, hit] of whole) expect(hit).toEqual(wanted.get(id));
  });

  it('follows further versions, each partition at its own moment', async () => {
    const middle = time0 + 15 * day;
    world = await Detecting.begin(...manyRules);
    world.now = time0;
    source = world.detector();
    await source.open();
    const lanes = await lanesOpen();
    await world.write(until(middle + day));
    await source.read([0]);
    await lanes[3]?.read([0]);
    const second = manyRules.map((rule) =>
      ruleOf({
        ...rule,
        version: 2,
        effectiveFrom: new Date(middle).toISOString(),
        raise: { on: 'every', severity: 'high' },
        lateness: 'PT3H',
      }),
    );
    await world.publish(...second);
    await lanes[3]?.read([1]);
    await source.read([1]);
    await world.write(since(middle + day));
    for (const lane of lanes) await lane.read();
    await source.read();
    for (const lane of lanes) await lane.read();
    expect(await world.standing()).toEqual(wantedOf([...manyRules, ...second], monthOf(600)));
  });

  it('that no rule needs any more is left alone, and begins again with what is held when one does, as incomplete', async () => {
    await begin(customer);
    const lane = await world.lane('customerId');
    await lane.open();
    const of = (id: string, account: string, minutes: number) => factOf(id, account, minutes, { customerId: 'C1' });
    await world.write([of('F1', 'A1', 0), of('F2', 'A2', 1)]);
    await source.read();
    await lane.read();
    const key = (await recordsOf(world.log, topics.rules))[0]?.key ?? null;
    await world.log.send(topics.rules, [{ key, value: null }]);
    // As detectors do that are started after that.
    source = world.detector();
    await source.open();
    let reader = await world.lane('customerId', { snapshotEvery: 1 });
    await reader.open();
    const before = await world.log.bounds(byCustomer);
    await world.write([of('F3', 'A3', 2)]);
    await source.read();
    await reader.read();
    expect(await world.log.bounds(byCustomer)).toEqual(before);

    await world.publish({ ...customer, id: 'customer-again' });
    reader = await world.lane('customerId', { snapshotEvery: 1 });
    await reader.open();
    await source.tend();
    await reader.read();
    const hits = (await world.hits()).filter(({ rule }) => rule === 'customer-again');
    const standing = new Map(hits.map(({ fact, evidence }) => [fact.id, [evidence.measured, evidence.incomplete]]));
    expect([...standing].sort()).toEqual([
      ['F2', ['14.00', true]],
      ['F3', ['21.00', true]],
    ]);
  });
});
