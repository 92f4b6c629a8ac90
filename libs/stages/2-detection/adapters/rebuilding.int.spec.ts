import type { HitState } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import type { WindowStore, WriteResult } from '@weir/platform/window-store';
import { Archiving } from '../archiving.spec';
import { Detecting, type Other, type Reader } from '../detecting.spec';
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
import type { DetectionConsumer } from './detection-consumer';
import type { LaneConsumer } from './lane-consumer';
import { laneTopic } from './lane-topic';

jest.setTimeout(120_000);

/** Beside rules of every grouping those that ask for facts behind their windows to know whether to raise. */
const rules = [
  ...manyRules,
  ruleOf({
    id: 'first-ever',
    measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
    threshold: { atLeast: 1 },
    raise: { on: 'crossing', severity: 'low' },
  }),
  ruleOf({
    id: 'chain',
    measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT96H' } },
    threshold: { atLeast: 1 },
    raise: { on: { cooldown: 'PT72H' }, severity: 'low' },
  }),
  ruleOf({
    id: 'customer-first-ever',
    measure: { count: 'facts', by: ['customerId'], window: { sliding: 'PT1H' } },
    threshold: { atLeast: 1 },
    raise: { on: 'crossing', severity: 'low' },
  }),
];
const laneTopics = manyLanes.map((lane) => laneTopic(factsTopic, lane));

/** Detection of everything, moved on together. */
class Everything {
  private constructor(
    readonly source: Reader<DetectionConsumer>,
    readonly lanes: readonly Reader<LaneConsumer>[],
  ) {}

  static async open(world: Detecting, other: Other = {}): Promise<Everything> {
    const source = world.detector(other);
    const lanes = await Promise.all(manyLanes.map((lane) => world.lane(lane, other)));
    await source.open();
    for (const lane of lanes) await lane.open();
    return new Everything(source, lanes);
  }

  /** Reads everything to its end; facts that are moved make more to be read. */
  async read(most = 40): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await this.source.read(undefined, most);
      await this.source.tend();
    }
    for (const lane of this.lanes) {
      await lane.tend();
      await lane.read(undefined, most);
      await lane.tend();
    }
  }
}

/** Facts as upstream writes them: out of order within the lateness, and some in partitions where they do not live. */
function scattered(facts: readonly Fact[]): readonly (readonly [Fact, number | undefined])[] {
  return facts
    .map((fact, index) => ({ fact, index, at: fact.occurredAt + ((index * 7) % 29) * minute }))
    .sort((a, b) => a.at - b.at)
    .map(({ fact, index }) => [fact, index % 5 === 0 ? index % partitions : undefined]);
}

describe('a partition whose state is lost, and whose log is shorter than the windows', () => {
  let world: Detecting;
  let archiving: Archiving;
  afterEach(() => world.end());

  const begin = async (...rules: readonly ReturnType<typeof ruleOf>[]): Promise<void> => {
    world = await Detecting.begin(...rules);
    archiving = await Archiving.begin(world);
  };
  const write = async (facts: readonly (readonly [Fact, number | undefined])[]): Promise<void> => {
    for (const [fact, partition] of facts) await world.write([fact], partition);
  };
  const loseEverything = async (keep: number): Promise<void> => {
    for (const topic of [factsTopic, ...laneTopics]) {
      await world.clearStore(topic);
      await world.trim(topic, keep);
    }
  };
  /** A store whose writes are made as a test says. */
  const failing = (fate: (write: () => Promise<WriteResult>) => Promise<WriteResult>): WindowStore =>
    Object.create(world.store, {
      append: { value: (...args: Parameters<WindowStore['append']>) => fate(() => world.store.append(...args)) },
      snapshot: { value: (...args: Parameters<WindowStore['snapshot']>) => fate(() => world.store.snapshot(...args)) },
    }) as WindowStore;
  const valueOf = async (name: string, labels: Record<string, string>): Promise<number> => {
    const { values = [] } = (await world.registry.getSingleMetric(name)?.get()) ?? {};
    return values
      .filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  };

  it.each([
    ['whose groups have committed what they read', true],
    ['whose groups have committed nothing', false],
  ])(
    'is rebuilt from the archive: the hits that stand are those of one place (in a log %s)',
    async (_what, committed) => {
      await begin(...rules);
      const facts = scattered(monthOf(320));
      await write(facts.slice(0, 230));
      await (await Everything.open(world)).read();
      await archiving.read();
      const other = committed ? { log: await world.committedLog() } : {};
      await loseEverything(4);

      const again = await Everything.open(world, other);
      await write(facts.slice(230));
      await again.read();

      const wanted = wantedOf(rules, monthOf(320));
      const standing = await world.standing();
      expect([...standing.keys()]).toEqual([...wanted.keys()]);
      expect(standing).toEqual(wanted);
      expect(world.begunAnew.every(({ facts: taken, heldSince }) => taken !== null && heldSince === null)).toBe(true);
      expect(new Set(world.begunAnew.map(({ topic }) => topic)).size).toBe(1 + manyLanes.length);
      expect(await valueOf('weir_detection_incomplete', {})).toBe(0);
    },
  );

  it('takes facts that came with a refused one far ahead of its time for what they were: in time', async () => {
    await begin(...rules);
    const facts = monthOf(240).map((fact): readonly [Fact, undefined] => [fact, undefined]);
    const ahead = (fact: Fact): readonly [Fact, undefined] => [
      { ...fact, occurredAt: fact.occurredAt + 3 * day },
      undefined,
    ];
    // Repeated under its name with another time, right behind the fact itself; every partition has some.
    await write(facts.slice(0, 160).flatMap((one, index) => (index % 20 < 6 ? [one, ahead(one[0])] : [one])));
    await (await Everything.open(world)).read();
    await archiving.read();
    await loseEverything(0);

    const again = await Everything.open(world, { log: await world.committedLog() });
    await write(facts.slice(160));
    await again.read();

    expect(await world.standing()).toEqual(wantedOf(rules, monthOf(240)));
  });

  it('goes on with the same states, statuses and places, and knows again what is repeated and what is late', async () => {
    const [account, single] = [manyRules[0], manyRules.at(-1)];
    const end = time0 + 12 * day;
    const facts = scattered(monthOf(300).filter(({ occurredAt }) => occurredAt < end));
    const newest = Math.max(...facts.map(([{ occurredAt }]) => occurredAt));
    const at = (id: string, account: string, before: number, amount: number): readonly [Fact, undefined] => [
      factOf(id, account, 0, { occurredAt: newest - before, amount }),
      undefined,
    ];
    const accounts = Array.from({ length: 12 }, (_, index) => `A${index}`);
    const after = [
      // Put into the windows of facts from before; too late for them; repeated; and what goes on.
      ...accounts.map((one) => at(`E1-${one}`, one, 50 * minute, 900)),
      ...accounts.map((one) => at(`E2-${one}`, one, 5 * hour, 1_999)),
      ...facts.slice(-60),
      ...accounts.map((one) => at(`E3-${one}`, one, -2 * hour, 500)),
      ...accounts.map((one) => at(`E4-${one}`, one, -2 * day, 100)),
    ];
    const courseOf = async (loses: boolean): Promise<readonly string[]> => {
      await begin(...[account, single].filter((rule) => rule !== undefined));
      await write(facts);
      let source = world.detector();
      await source.open();
      for (let round = 0; round < 3; round++) await source.read();
      await source.tend();
      await archiving.read();
      const ends = (await world.log.bounds(factsTopic)).map(({ high }) => high);
      const log = await world.committedLog();
      if (loses) await loseEverything(0);
      source = world.detector({ log });
      await source.open();
      await write(after);
      for (let round = 0; round < 3; round++) await source.read();
      const states = (await world.hits()).filter(({ asOf }) => asOf.offset >= (ends[asOf.partition] ?? 0));
      return states.map((state) => JSON.stringify(state)).sort();
    };
    const undisturbed = await courseOf(false);
    await world.end();
    const rebuilt = await courseOf(true);
    expect(rebuilt).toEqual(undisturbed);
    const statuses = new Set(undisturbed.map((state) => (JSON.parse(state) as { status: string }).status));
    expect(statuses).toEqual(new Set(['raised', 'revised']));
    expect(world.begunAnew.map(({ partition, facts: taken }) => [partition, taken !== null])).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ]);
  });

  it('measures what detection had not come to before the log lost it, also what lives elsewhere', async () => {
    await begin(...rules);
    const facts = scattered(monthOf(240));
    await write(facts.slice(0, 120));
    await (await Everything.open(world)).read();
    const other = { log: await world.committedLog() };
    await write(facts.slice(120, 200));
    await archiving.read();
    await loseEverything(0);
    await write(facts.slice(200));

    await (await Everything.open(world, other)).read();

    expect(await world.standing()).toEqual(wantedOf(rules, monthOf(240)));
  });

  /** Hits that differ from those of one place, or are none of them, must say that they are incomplete; gives how many do differ. */
  const expectMarked = async (wanted: ReadonlyMap<string, unknown>): Promise<number> => {
    const standing = await world.standing();
    let differing = 0;
    for (const [id, hit] of standing) {
      const { evidence } = hit as { readonly evidence: { readonly incomplete: boolean } };
      const same = JSON.stringify({ ...(hit as object), evidence: { ...evidence, incomplete: false } });
      if (same === JSON.stringify(wanted.get(id))) continue;
      differing++;
      expect([hit, evidence.incomplete]).toEqual([hit, true]);
    }
    return differing;
  };
  /** Loses all, `keep` records of each partition stay, which arrived right after all that is lost occurred. */
  const loseAt = async (keep: number, facts: readonly (readonly [Fact, unknown])[]): Promise<number> => {
    const newest = Math.max(...facts.map(([{ occurredAt }]) => occurredAt));
    await loseEverything(keep);
    for (const topic of [factsTopic, ...laneTopics]) await world.arrived(topic, newest + minute);
    return newest + minute;
  };
  /** Where windows reach back behind a time, hits may be missing; elsewhere none is. */
  const expectOnlyMissing = async (wanted: ReadonlyMap<string, unknown>, before: number): Promise<void> => {
    const standing = await world.standing();
    for (const [id, hit] of wanted) {
      if (standing.has(id)) continue;
      const { rule, fact } = hit as { readonly rule: string; readonly fact: { readonly occurredAt: number } };
      // What raising looks back for is as long as the windows are, and longer where it follows from what was raised before.
      const ends = rule === 'chain' ? Infinity : before + (rule === 'bond' ? 31 : 7) * day;
      expect([rule, fact.occurredAt < ends]).toEqual([rule, true]);
    }
  };

  it('with the archive gone too, marks every hit that differs, until windows have filled, and tells of it', async () => {
    await begin(...rules);
    world.history = null;
    const facts = scattered(monthOf(360, 60));
    const [before, after] = [facts.slice(0, 160), facts.slice(160)];
    await write(before);
    await (await Everything.open(world)).read();
    const lost = await loseAt(2, before);
    const again = await Everything.open(world);
    const told = world.begunAnew.filter(({ facts: taken, why }) => taken === null && why !== undefined);
    expect(new Set(told.map(({ topic }) => topic))).toEqual(new Set([factsTopic, ...laneTopics]));
    expect(await valueOf('weir_detection_incomplete', {})).toBe(told.length);
    await write(after);
    await again.read();

    const wanted = wantedOf(rules, monthOf(360, 60));
    expect(await expectMarked(wanted)).toBeGreaterThan(10);
    await expectOnlyMissing(wanted, lost);
    expect(await valueOf('weir_incomplete_hits_total', {})).toBeGreaterThan(10);
    // Windows of the account are of three days: they have filled.
    expect(await valueOf('weir_detection_incomplete', { topic: factsTopic })).toBe(0);
    const filled = [...(await world.standing()).values()].filter((hit) => {
      const { rule, fact, evidence } = hit as {
        rule: string;
        fact: { occurredAt: number };
        evidence: { incomplete: boolean };
      };
      return rule === 'account' && fact.occurredAt >= lost + 3 * day && !evidence.incomplete;
    });
    expect(filled.length).toBeGreaterThan(10);
  });

  it('with an archive that was behind, so that some facts are nowhere, does the same there, and says why', async () => {
    await begin(...rules);
    const facts = scattered(monthOf(300));
    const [before, after] = [facts.slice(0, 180), facts.slice(180)];
    await write(before);
    await (await Everything.open(world)).read();
    await archiving.read([0, 2]);
    await archiving.read([1], 20);
    const other = { log: await world.committedLog() };
    const lost = await loseAt(6, before);
    world.begunAnew.length = 0;
    const again = await Everything.open(world, other);
    expect(world.begunAnew.map(({ partition, facts: taken }) => [partition, taken !== null])).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ]);
    expect(world.begunAnew[1]?.why).toMatch(/does not hold all that arrived before offset \d+/);
    await write(after);
    await again.read();
    // Lanes wait for the archive, but not for ever.
    world.now += 2 * minute;
    for (const lane of again.lanes) await lane.tend();
    world.now += 2 * minute;
    await again.read();

    const wanted = wantedOf(rules, monthOf(300));
    await expectMarked(wanted);
    await expectOnlyMissing(wanted, lost);
  });

  it.each([
    ['is not done', false],
    ['is done without an answer', true],
  ])(
    'is whole, and told of, where writing down what was rebuilt %s: what it had to move home is waited for there',
    async (_what, isDone) => {
      const [rule] = [ruleOf({ id: 'total' })];
      await begin(rule);
      const [away, here] = [accountAt(0), accountAt(1)];
      const strayed = factOf('strayed', here, 0);
      const near = factOf('near', here, 10);
      const [laterAway, laterHere] = [factOf('later', away, 10 * 1_440), factOf('now', here, 10 * 1_440)];
      // A fact of partition 1 was read nowhere but in partition 0 before the log lost it there.
      await world.write([strayed], 0);
      await world.write([near, laterHere]);
      await world.write([laterAway]);
      await archiving.read();
      await world.trim(factsTopic, 1, [0]);
      let faults = 1;
      const store = failing(async (write) => {
        if (faults-- <= 0) return write();
        if (isDone) await write();
        throw new Error('lost');
      });
      const reader = world.detector({ store });
      await expect(reader.assign(0)).rejects.toThrow('lost');
      await reader.open(0);
      await reader.read([0]);
      await reader.tend(0);
      // Partition 1 comes to the moved fact last.
      const slow = world.detector();
      await slow.open(1);
      for (let records = 0; records < 2; records++) await slow.step(1, 1);
      await slow.tend(1);
      await slow.read([1], 1);

      expect(await world.standing()).toEqual(wantedOf([rule], [strayed, near, laterAway, laterHere]));
      expect(world.begunAnew.map(({ partition, facts }) => [partition, facts])).toEqual(
        Array.from({ length: isDone ? 1 : 2 }, () => [0, 0]),
      );
    },
  );

  it('whose archive has forgotten days, says from when on windows are whole', async () => {
    await begin(...manyRules.slice(0, 1));
    const facts = monthOf(200, 10).map((fact): readonly [Fact, undefined] => [fact, undefined]);
    await write(facts);
    await archiving.read();
    await archiving.archive.forgetBefore(time0 + 8 * day);
    await loseEverything(0);
    await world.detector().open();

    expect(world.begunAnew.map(({ heldSince }) => heldSince)).toEqual(Array(partitions).fill(time0 + 8 * day));
    const { values } = standingOfRaised(await world.hits());
    expect(values.length).toBeGreaterThan(10);
    for (const { evidence, fact } of values)
      expect(evidence.incomplete).toBe(fact.occurredAt - 3 * day < time0 + 8 * day);
  });
});

/** An account that lives in a partition. */
function accountAt(partition: number): string {
  for (let n = 0; ; n++) if (homeOf(factOf('any', `A${n}`, 0)) === partition) return `A${n}`;
}

const standingOfRaised = (states: readonly HitState[]): { readonly values: readonly HitState[] } => ({
  values: states.filter(({ rule, status }) => rule === 'account' && status === 'raised'),
});
