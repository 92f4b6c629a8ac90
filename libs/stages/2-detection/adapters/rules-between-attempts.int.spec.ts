import { listSchema, topics } from '@weir/contracts';
import type { RecordLog } from '@weir/platform/record-log';
import type { WindowStore } from '@weir/platform/window-store';
import { Detecting, type Other, type Reader } from '../detecting.spec';
import { factOf, homeOf, ruleOf, time0 } from '../given.spec';
import type { DetectionConsumer } from './detection-consumer';
import type { LaneConsumer } from './lane-consumer';
import { mostAtOnce } from './pace';
import { RuleTopic } from './rule-topic';

jest.setTimeout(120_000);

/** What is asked of a window store or a log that may fail, and whether it has been done all the same. */
type Fault = { readonly of: 'append' | 'publish'; readonly nth: number; readonly done: boolean };

const both = [true, false];
const faults = [
  { of: 'append', nth: 1 },
  { of: 'append', nth: 2 },
  { of: 'publish', nth: 1 },
] as const;
/** Of facts that are held only the change of the rules is written down. */
const courses = (['source', 'lane'] as const).flatMap((where) =>
  (['in flight', 'held'] as const).flatMap((facts) =>
    faults
      .filter(({ nth }) => nth === 1 || facts === 'in flight')
      .flatMap((fault) => both.map((done) => ({ where, facts, fault: { ...fault, done } }))),
  ),
);

const accountsOf = (partition: number): readonly string[] =>
  Array.from({ length: 20 }, (_, n) => `A${n}`).filter((account) => homeOf(factOf('any', account, 0)) === partition);

describe('rules that change between two attempts at the same', () => {
  let world: Detecting;
  afterEach(() => world.end());

  /** Does a thing, but fails the nth time. */
  const failing = (fault: Fault): { readonly other: Other; readonly failed: () => boolean } => {
    let asked = 0;
    const fated = async <T>(of: Fault['of'], work: () => Promise<T>): Promise<T> => {
      if (of !== fault.of || ++asked !== fault.nth) return work();
      if (fault.done) await work();
      throw new Error('lost');
    };
    const store = Object.create(world.store, {
      append: {
        value: (...args: Parameters<WindowStore['append']>) => fated('append', () => world.store.append(...args)),
      },
    }) as WindowStore;
    const log = Object.create(world.log, {
      send: {
        value: (...args: Parameters<RecordLog['send']>) =>
          args[0] === topics.hits ? fated('publish', () => world.log.send(...args)) : world.log.send(...args),
      },
    }) as RecordLog;
    return { other: { store, log }, failed: () => asked >= fault.nth };
  };

  /** Everybody who is not on the list; while there is none, that is everybody. */
  const strangers = (by: string): ReturnType<typeof ruleOf> =>
    ruleOf({
      id: 'stranger',
      when: [{ field: 'counterpartyId', notInList: 'known' }],
      measure: { sum: 'amount', by: [by], window: { sliding: 'PT1H' } },
      threshold: { above: '1.00', currency: 'CNY' },
    });
  const publishList = async (): Promise<void> => {
    const list = listSchema.parse({ list: 'known', source: 'a register', values: ['P1'] });
    const { refused } = await new RuleTopic(world.log, () => undefined).publishMissing([list], world.now);
    expect(refused).toEqual([]);
  };
  const standing = async (): Promise<readonly string[]> =>
    [...(await world.standing()).values()].map((hit) => (hit as { fact: { id: string } }).fact.id).sort();

  it.each(courses)(
    'take back what the first published ($where, facts $facts, $fault.of $fault.nth fails, done: $fault.done)',
    async ({ where, facts: which, fault }) => {
      const by = where === 'source' ? 'accountId' : 'customerId';
      world = await Detecting.begin(
        ruleOf({
          id: 'high',
          measure: { sum: 'amount', by: [by], window: { sliding: 'PT1H' } },
          threshold: { above: '1000000.00', currency: 'CNY' },
        }),
      );
      const known = factOf('known', 'A1', 0, { customerId: 'A1', counterpartyId: 'P1' });
      const unknown = factOf('unknown', 'A1', 1, { customerId: 'A1', counterpartyId: 'P2' });
      const partition = homeOf(known);
      const neighbour = accountsOf(partition).find((account) => account !== 'A1') ?? '';
      const apart = factOf('apart', neighbour, 0, { customerId: neighbour, counterpartyId: 'P2' });
      const writer = world.detector();
      const begun = where === 'source' ? writer : await world.lane('customerId');
      await writer.open();
      if (begun !== writer) await begun.open();
      await writer.tend();
      await begun.read();
      let given = false;
      const give = async (): Promise<void> => {
        if (given) return;
        given = true;
        await world.write([known, unknown, apart]);
        if (begun !== writer) await writer.read();
      };
      if (which === 'held') await give();
      await begun.read();
      begun.close(partition);

      // The first attempt, by a rule whose list is not there yet; then the others.
      await world.publish(strangers(by));
      const { other, failed } = failing(fault);
      const reader: Reader<DetectionConsumer | LaneConsumer> =
        where === 'source' ? world.detector(other) : await world.lane('customerId', other);
      for (let attempts = 0; attempts < 3; attempts++) {
        try {
          await reader.open(partition);
          await give();
          await reader.read([partition]);
          await reader.tend(partition);
        } catch (error) {
          if ((error as Error).message !== 'lost') throw error;
          await publishList();
        }
        reader.close(partition);
      }

      expect(failed()).toBe(true);
      expect(await standing()).toEqual(['apart', 'unknown']);
      // Every state was published, also what the newer rules do not take back.
      const first = new Map([...(await world.hits())].reverse().map(({ hitId, status }) => [hitId, status]));
      expect([...first.values()]).toEqual(Array.from(first, () => 'raised'));
    },
  );

  it('run as soon as all is read that was there, or as much as anybody measures at once', async () => {
    world = await Detecting.begin(ruleOf({ id: 'first', threshold: { above: '1000000.00', currency: 'CNY' } }));
    const first = world.detector();
    await first.open(0);
    const [account] = accountsOf(0);
    const facts = Array.from({ length: mostAtOnce + 1_000 }, (_, n) =>
      factOf(`F${n}`, account ?? '', 0, {
        occurredAt: time0 + n * 1_000,
        ...(n % 1_000 === 0 && { counterpartyId: 'P2' }),
      }),
    );
    await world.write(facts);
    await world.publish(strangers('accountId'));
    const second = world.detector();
    await second.open(0);
    const raisedAt = async (): Promise<number | undefined> =>
      (await world.hits()).find(({ rule }) => rule === 'stranger')?.asOf.offset;

    for (let read = 0; read < mostAtOnce; read += 1_000) {
      expect(await raisedAt()).toBeUndefined();
      await second.step(0);
    }
    await second.step(0);
    expect(await raisedAt()).toBe(mostAtOnce - 1);
    expect((await world.hits()).filter(({ rule }) => rule === 'stranger').length).toBe(11);
  });

  it('run at once where a partition begins', async () => {
    world = await Detecting.begin(strangers('accountId'));
    await world.write([factOf('F1', 'A1', 0, { counterpartyId: 'P2' })]);
    const reader = world.detector();
    await reader.assign(homeOf(factOf('F1', 'A1', 0)));
    await reader.read();
    expect((await world.hits()).map(({ cause, asOf }) => [cause?.id, asOf.step])).toEqual([['F1', 0]]);
  });
});
