import { alertIdOf } from '@weir/domain';
import type { HitState } from '@weir/contracts';
import fc from 'fast-check';
import type { Pool, PoolClient } from 'pg';
import { batchOf, givenAlerting, hitOf } from './given.spec';
import type { GivenAlerting } from './given.spec';

// Starting PostgreSQL and whole transactions take their time on a busy machine.
jest.setTimeout(60_000);

let given: GivenAlerting;
beforeAll(async () => {
  given = await givenAlerting();
}, 120_000);
beforeEach(() => given.empty());
afterAll(() => given.stop());

class Crash extends Error {}

/** A pool that counts the statements of its clients and fails before (or, lost in the answer, after) one of them. */
function failingPool(
  pool: Pool,
  at: number,
  when: 'before' | 'after',
): { readonly pool: Pool; readonly ran: () => number } {
  let ran = 0;
  const failing = (client: PoolClient): PoolClient =>
    new Proxy(client, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        if (property !== 'query') return value.bind(target) as unknown;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          if (String(args[0]).startsWith('rollback')) return value.apply(target, args) as unknown;
          ran += 1;
          if (ran === at && when === 'before') throw new Crash(`before statement ${at}`);
          const result: unknown = await value.apply(target, args);
          if (ran === at && when === 'after') throw new Crash(`after statement ${at}`);
          return result;
        };
      },
    });
  return {
    pool: new Proxy(pool, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        if (property !== 'connect') return value.bind(target) as unknown;
        return async () => failing(await target.connect());
      },
    }),
    ran: () => ran,
  };
}

const first = [hitOf('a', { offset: 1 }), hitOf('b', { offset: 2 }), hitOf('c', { offset: 2, account: 'A2' })];
const second = [
  hitOf('a', { offset: 3, status: 'withdrawn' }),
  hitOf('d', { offset: 4 }),
  hitOf('e', { offset: 4, account: 'A3' }),
];

describe('a crash between any two steps of the transaction', () => {
  it.each(['before', 'after'] as const)(
    '%s a statement leaves all or nothing, and the next try completes it',
    async (when) => {
      // given: a store that has once made sure of its key, which costs it a statement
      const once = await given.member();
      await once.handle(batchOf(0, first));
      await once.handle(batchOf(3, second));
      await given.empty();
      // and: what it looks like without a crash, and how many statements it takes
      const untroubled = failingPool(given.pool, 0, 'before');
      const member = await given.member([0], { pool: untroubled.pool });
      await member.handle(batchOf(0, first));
      const before = await given.everything();
      const statements = untroubled.ran();
      await member.handle(batchOf(3, second));
      const after = await given.everything();
      expect(statements).toBeGreaterThanOrEqual(7);

      for (let at = 1; at <= untroubled.ran() - statements; at += 1) {
        await given.empty();
        await (await given.member()).handle(batchOf(0, first));
        expect(await given.everything()).toEqual(before);

        // when: the member fails at this statement
        const failing = failingPool(given.pool, at, when);
        const crashing = await given.member([0], { pool: failing.pool });
        await expect(crashing.handle(batchOf(3, second))).rejects.toThrow(Crash);

        // then: nothing is half done (lost in the answer to COMMIT, all of it is done) …
        const left = await given.everything();
        expect([before, after]).toContainEqual(left);
        // … and whoever has the partition next, and is delivered the batch again, ends where no crash would have
        const next = await given.member();
        await next.handle(batchOf(3, second));
        expect(await given.everything()).toEqual(after);
      }
      await expect(given.events.verify()).resolves.toBeNull();
    },
  );
});

/** Lives of hits in two groups, each a run of states at growing positions; delivered in the order of the positions. */
const lives = fc
  .array(fc.tuple(fc.constantFrom('A1', 'A2'), fc.array(fc.boolean(), { maxLength: 4 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((hits) =>
    hits
      .flatMap(([account, flips], index) => {
        let status: HitState['status'] = 'raised';
        const states = [hitOf(`h${index}`, { account, status, offset: index })];
        flips.forEach((revised, turn) => {
          status = status === 'withdrawn' ? 'reinstated' : revised ? 'revised' : 'withdrawn';
          states.push(hitOf(`h${index}`, { account, status, offset: 10 * (turn + 1) + index }));
        });
        return states;
      })
      .sort((a, b) => a.asOf.offset - b.asOf.offset),
  );

/** What a restarted detector does to the log: a run of states stands there again. */
const withRepetitions = lives.chain((states) =>
  fc.tuple(fc.constant(states), fc.nat(states.length), fc.nat(states.length)).map(([all, a, b]) => ({
    all,
    log: [...all.slice(0, Math.max(a, b)), ...all.slice(Math.min(a, b))],
  })),
);

describe('whatever repetitions, batches and crashes', () => {
  it('each standing hit is on exactly one alert, the one that an undisturbed run would give it', async () => {
    await fc.assert(
      fc.asyncProperty(
        withRepetitions,
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 6 }),
        async ({ all, log }, size, crashes) => {
          await given.empty();
          const faults = [...crashes];
          let position = 0;
          while (position < log.length) {
            const fault = faults.shift();
            const pool =
              fault === undefined ? given.pool : failingPool(given.pool, fault, fault % 2 ? 'after' : 'before').pool;
            const member = await given.member([0], { pool });
            const batch = batchOf(position, log.slice(position, position + size));
            try {
              await member.handle(batch);
              position += size;
            } catch (error) {
              if (!(error instanceof Crash)) throw error;
            }
          }
          expect(await membership()).toEqual(expected(all));
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** Hit → alert and status, from the event store alone. */
async function membership(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const alert of await given.alerts()) {
    for (const [hitId, { status }] of alert.hitsById) {
      expect(found[hitId]).toBeUndefined();
      found[hitId] = `${alert.id} ${status}`;
    }
  }
  return found;
}

/** Each group has one alert, named after its first hit; each hit has its last state. */
function expected(states: readonly HitState[]): Record<string, string> {
  const alerts = new Map<string, string>();
  const found: Record<string, string> = {};
  for (const { hitId, fact, status } of states) {
    const account = fact.accountId ?? '';
    const alert = alerts.get(account) ?? alertIdOf(hitId);
    alerts.set(account, alert);
    found[hitId] = `${alert} ${status}`;
  }
  return found;
}
