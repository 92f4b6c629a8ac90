import { headers, topics, type HitState } from '@weir/contracts';
import { Detecting, recordsOf } from '../detecting.spec';
import {
  day,
  factOf,
  factsTopic,
  homeOf,
  hour,
  manyLanes,
  manyRules,
  minute,
  monthOf,
  partitions,
  ruleOf,
  time0,
  wantedOf,
} from '../given.spec';
import { laneTopic } from './lane-topic';
import { silentAfter } from './source-watermarks';

jest.setTimeout(120_000);

const byCustomer = laneTopic(factsTopic, 'customerId');
const customer = ruleOf({
  id: 'customer',
  measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'PT1H' } },
});
/** Accounts of one customer that live in partitions 0, 1 and 2. */
const accounts = [0, 1, 2].map(
  (home) => Array.from({ length: 50 }, (_, i) => `A${i}`).find((one) => homeOf(factOf('', one, 0)) === home) ?? '',
);
const of = (id: string, home: number, minutes: number, amount = 700): ReturnType<typeof factOf> =>
  factOf(id, accounts[home] ?? '', minutes, { customerId: 'C1', amount });

describe('rules that group by any field', () => {
  let world: Detecting;
  afterEach(() => world.end());

  /** Opens every lane, reads everything, and looks after all until nothing more comes. */
  const readLanes = async (readers: readonly Awaited<ReturnType<Detecting['lane']>>[]): Promise<void> => {
    for (const reader of readers) await reader.read();
  };
  const openLanes = async (lanes: readonly string[]): Promise<Awaited<ReturnType<Detecting['lane']>>[]> => {
    const readers = await Promise.all(lanes.map((lane) => world.lane(lane)));
    for (const reader of readers) await reader.open();
    return readers;
  };

  it('given facts of three partitions, measures them where their customer lives, as of the place there', async () => {
    world = await Detecting.begin(customer);
    const source = world.detector();
    await source.open();
    const lane = await world.lane('customerId');
    await lane.open();
    await world.write([of('F1', 0, 0), of('F2', 1, 1), of('F3', 2, 2)]);
    await source.read();
    await lane.read();

    const records = (await recordsOf(world.log, byCustomer)).filter(({ key }) => key !== null);
    expect(records.map(({ key, headers: given }) => [String(key), given[headers.source], given[headers.late]])).toEqual(
      [
        ['C1', '0/0', '0'],
        ['C1', '1/0', '0'],
        ['C1', '2/0', '0'],
      ],
    );
    const hits = await world.hits();
    expect(hits.map(({ fact, evidence, asOf }) => [fact.id, evidence.measured, asOf.topic])).toEqual([
      ['F2', '14.00', byCustomer],
      ['F3', '21.00', byCustomer],
    ]);
    expect(new Set(hits.map(({ asOf }) => asOf.partition)).size).toBe(1);
    expect(hits.map(({ asOf }) => asOf.offset)).toEqual([records[1]?.offset, records[2]?.offset]);
    expect((await world.registry.getSingleMetric('weir_rekeyed_facts_total')?.get())?.values).toContainEqual(
      expect.objectContaining({ labels: { topic: byCustomer, outcome: 'accepted' }, value: 3 }),
    );
  });

  it('given one source that is paused for a month and then read at once, the hits are those of one place, and none is late', async () => {
    world = await Detecting.begin(...manyRules);
    const source = world.detector();
    await source.open();
    const lanes = await openLanes(manyLanes);
    const facts = monthOf(900);
    // A day of everything; then partition 2 stands still, while the others go on for a month and the lanes read along.
    const firstDay = facts.filter(({ occurredAt }) => occurredAt < time0 + day);
    await world.write(firstDay);
    await source.read();
    await readLanes(lanes);
    for (let from = 1; from < 30; from += 3) {
      const [begin, end] = [time0 + from * day, time0 + (from + 3) * day];
      await world.write(facts.filter(({ occurredAt }) => occurredAt >= begin && occurredAt < end));
      await source.read([0, 1], 17);
      await source.tend(0, 1);
      await readLanes(lanes);
    }
    await source.read([2], 40);
    await source.tend();
    await readLanes(lanes);

    const wanted = wantedOf(manyRules, facts);
    const standing = await world.standing();
    expect(new Set([...wanted.values()].map((hit) => (hit as HitState).rule)).size).toBe(manyRules.length);
    expect([...standing.keys()]).toEqual([...wanted.keys()]);
    expect(standing).toEqual(wanted);
    const counted = (await world.registry.getSingleMetric('weir_rekeyed_facts_total')?.get())?.values ?? [];
    expect(counted.filter(({ labels, value }) => labels['outcome'] !== 'accepted' && value > 0)).toEqual([]);
  });

  it('given sources that are behind, forgets nothing that they can still send, and forgets once they have caught up', async () => {
    world = await Detecting.begin(customer);
    const source = world.detector();
    await source.open();
    const lane = await world.lane('customerId');
    await lane.open();
    await world.write([of('F1', 0, 0), of('F2', 1, 5), of('F9', 0, 60 * 24 * 60), of('F10', 1, 60 * 24 * 60)]);
    await world.write([of('F3', 2, 10)]);
    await source.read([0, 1]);
    await source.tend(0, 1);
    await lane.read();
    await source.read([2]);
    await source.tend();
    await lane.read();
    // Sixty days later in the log, the fact of the slow source is measured in its place.
    expect((await world.hits()).filter(({ cause }) => cause?.id === 'F3')).toMatchObject([
      { status: 'raised', fact: { id: 'F3' }, evidence: { measured: '21.00', incomplete: false } },
    ]);

    // The slow one comes to the same time: now what is older is settled, and is late there as it is in a re-keyed partition.
    await world.write([of('F11', 2, 60 * 24 * 60)]);
    await source.read();
    await source.tend();
    await source.tend();
    await lane.read();
    await world.write([of('F4', 2, 12)]);
    await source.read();
    await lane.read();
    const fourth = (await recordsOf(world.log, byCustomer)).find(({ value }) => String(value).includes('"F4"'));
    expect(fourth?.headers[headers.late]).toBe('1');
    expect((await world.hits()).filter(({ cause }) => cause?.id === 'F4')).toEqual([]);
    const keys = (await world.registry.getSingleMetric('weir_detection_homes')?.get())?.values ?? [];
    const held = keys.filter(({ labels }) => labels['topic'] === byCustomer).map(({ value }) => value);
    expect(held.reduce((sum, value) => sum + value, 0)).toBe(1);
  });

  it('given a source that never gets a fact, it tells so, and holds nobody back once it is silent long enough', async () => {
    world = await Detecting.begin(customer);
    const source = world.detector();
    const lane = await world.lane('customerId');
    await lane.open();
    // Before all sources have been heard of, facts are held and not measured.
    await world.write([of('F1', 0, 0), of('F2', 1, 1)]);
    await source.open(0, 1);
    await source.read([0, 1]);
    await lane.read();
    expect(await world.hits()).toEqual([]);
    await source.open(2);
    await lane.read();
    expect((await world.hits()).map(({ fact, status }) => [fact.id, status])).toEqual([['F2', 'raised']]);

    // The third is silent. Days go by in the others; it promises what they have come to.
    world.now += silentAfter + 1;
    await world.write([of('F8', 0, 3 * 24 * 60), of('F9', 1, 3 * 24 * 60)]);
    await source.read([0, 1]);
    await source.tend();
    await source.tend();
    const [report] = (await recordsOf(world.log, byCustomer, 0))
      .filter(({ key, value }) => key === null && String(value).includes('"source":2'))
      .slice(-1);
    expect(JSON.parse(String(report?.value))).toEqual({
      source: 2,
      upTo: 0,
      settledBefore: time0 + 3 * day - hour,
      heldSince: null,
    });
    // While nothing changes, nothing is written.
    const before = await world.log.bounds(byCustomer);
    await source.tend();
    expect(await world.log.bounds(byCustomer)).toEqual(before);
    // But once an hour, for who begins to read in the middle.
    world.now += hour + minute;
    await source.tend();
    expect((await world.log.bounds(byCustomer)).map(({ high }, index) => high - (before[index]?.high ?? 0))).toEqual(
      Array(partitions).fill(partitions),
    );
  });

  it('given a record that Weir has not written, tells of it, keeps it as a dead letter, and goes on', async () => {
    world = await Detecting.begin(customer);
    const source = world.detector();
    await source.open();
    const lane = await world.lane('customerId');
    await lane.open();
    const bad = [
      { key: Buffer.from('C1'), value: Buffer.from('{'), headers: { [headers.late]: '0' } },
      { key: Buffer.from('C1'), value: Buffer.from('{"id":"F7"}'), headers: { [headers.late]: '0' } },
      { key: Buffer.from('C1'), value: Buffer.from(JSON.stringify(of('F7', 0, 0))) },
      {
        key: null,
        partition: 0,
        value: Buffer.from(`{"source":${partitions},"upTo":0,"settledBefore":null,"heldSince":null}`),
      },
      { key: null, partition: 0, value: null },
    ];
    await world.log.send(byCustomer, bad);
    await world.write([of('F1', 0, 0), of('F2', 1, 1)]);
    await source.read();
    await lane.read();

    const letters = await recordsOf(world.log, topics.deadLetters);
    expect(letters.map(({ headers: said }) => said[headers.reason]).sort()).toEqual(
      ['invalid-value', 'invalid-value', 'missing-field', 'not-json', 'not-json'].sort(),
    );
    expect(letters.every(({ headers: said }) => said[headers.origin]?.startsWith(`${byCustomer}/`))).toBe(true);
    expect((await world.hits()).map(({ fact }) => fact.id)).toEqual(['F2']);
  });
});
