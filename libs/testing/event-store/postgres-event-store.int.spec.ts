/* Long for one reason: all promises of the event store's port, which share one database that takes seconds to start. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inTransaction, migrate, openPool } from '@weir/platform/sql';
import { sharedPostgres } from '../postgres';
import type { SharedDatabase } from '../postgres';
import type { Pool } from 'pg';
import {
  FileHeadKeeper,
  KeyMismatch,
  PostgresEventStore,
  UnstorableEvent,
  VersionConflict,
  eventStoreMigrations,
} from '@weir/platform/event-store';
import type { Append, StoredEvent } from '@weir/platform/event-store';

// Other tests may keep the machine busy while PostgreSQL starts.
jest.setTimeout(60_000);

const key = randomBytes(32);
const by = { actor: 'system:test', at: new Date('2026-11-22T08:15:30.123Z') };
const one = (stream: string, expectedVersion: number, body: Record<string, unknown> = {}): Append => ({
  stream,
  expectedVersion,
  events: [{ type: 'happened', body }],
});

describe('PostgresEventStore', () => {
  let postgres: SharedDatabase;
  let folder: string;
  let headsFile: string;
  let pool: Pool;
  let store: PostgresEventStore;

  const openStore = (file = headsFile): PostgresEventStore =>
    // No head unless the test asks for one.
    new PostgresEventStore(pool, { key, heads: new FileHeadKeeper(file), headEvery: 3_600_000, pollEvery: 50 });
  const append = (...appends: Append[]): Promise<readonly StoredEvent[]> =>
    inTransaction(pool, (tx) => store.append(tx, appends, by));

  beforeAll(async () => {
    postgres = await sharedPostgres();
    pool = openPool({ connectionString: postgres.connectionString, max: 20 });
    await migrate(pool, eventStoreMigrations);
    folder = mkdtempSync(join(tmpdir(), 'weir-test-heads-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await pool.end();
    await postgres.stop();
  });
  beforeEach(async () => {
    await pool.query(`truncate events; update events_head set position = 0, mac = decode(repeat('00', 32), 'hex')`);
    headsFile = join(folder, `${randomBytes(4).toString('hex')}/heads.jsonl`);
    store = openStore();
  });
  afterEach(async () => {
    await store.close();
  });

  describe('appending and reading', () => {
    it('gives back what was appended, by stream, by streams and in the global order', async () => {
      const appended = await append(
        {
          stream: 'alert-1',
          expectedVersion: 0,
          events: [
            { type: 'raised', body: { n: 1 } },
            { type: 'assigned', body: {} },
          ],
        },
        one('alert-2', 0, { text: 'x' }),
      );

      expect(appended.map(({ position, stream, version }) => [position, stream, version])).toEqual([
        [1, 'alert-1', 1],
        [2, 'alert-1', 2],
        [3, 'alert-2', 1],
      ]);
      expect(await store.readAll(0, 10)).toEqual(appended);
      expect(await store.readAll(1, 1)).toEqual(appended.slice(1, 2));
      expect(await store.readStream('alert-1', 2)).toEqual(appended.slice(1, 2));
      const streams = await inTransaction(pool, (tx) => store.readStreams(tx, ['alert-2', 'none', 'alert-1']));
      expect(streams).toEqual(
        new Map([
          ['alert-2', appended.slice(2)],
          ['none', []],
          ['alert-1', appended.slice(0, 2)],
        ]),
      );
    });

    it('keeps any JSON as it was written', async () => {
      const body = {
        z: 1,
        a: { '': [1e21, 5e-324, -0.1, 2 ** 53], zero: '\0', half: '\ud800', 中: '文😀' },
        nothing: null,
      };
      await append(one('s', 0, body));

      expect((await store.readStream('s'))[0]?.body).toEqual(body);
      expect(await store.verify()).toBeNull();
    });

    it('refuses what it could not give back', async () => {
      await expect(append(one('s', 0, { n: NaN }))).rejects.toThrow(UnstorableEvent);
      await expect(append(one('a\0b', 0))).rejects.toThrow(UnstorableEvent);
      await expect(append(one('half \udc00', 0))).rejects.toThrow(UnstorableEvent);
      expect(await store.readAll(0, 10)).toEqual([]);
    });

    it('refuses a key that is too short', () => {
      expect(
        () => new PostgresEventStore(pool, { key: Buffer.alloc(31), heads: new FileHeadKeeper(headsFile) }),
      ).toThrow('31 bytes');
    });

    it('appends to no stream where one of them is not at the expected version', async () => {
      await append(one('s', 0));

      const refused = append(one('t', 0), one('s', 0));

      await expect(refused).rejects.toMatchObject({ code: 'version-conflict', stream: 's', expected: 0, actual: 1 });
      expect(await store.readStream('t')).toEqual([]);
    });

    it('lets the transaction go on after a conflict, and appends twice in one', async () => {
      await append(one('s', 0));

      await inTransaction(pool, async (tx) => {
        await expect(store.append(tx, [one('s', 0)], by)).rejects.toThrow(VersionConflict);
        await store.append(tx, [one('s', 1), one('s', 2)], by);
        await store.append(tx, [one('s', 3)], by);
      });

      expect((await store.readStream('s')).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
      expect(await store.verify()).toBeNull();
    });

    it('leaves nothing of a transaction that was rolled back', async () => {
      await append(one('s', 0));
      const failed = inTransaction(pool, async (tx) => {
        await store.append(tx, [one('s', 1)], by);
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      await append(one('t', 0));

      expect((await store.readAll(0, 10)).map(({ position, stream }) => [position, stream])).toEqual([
        [1, 's'],
        [2, 't'],
      ]);
      expect(await store.verify()).toBeNull();
    });
  });

  describe('with 16 writers at once', () => {
    it('gives one gapless order that a reader follows without skipping, and one chain', async () => {
      const writers = 16;
      const rounds = 25;
      const total = writers * rounds * 2;
      const seen: number[] = [];
      const signal = AbortSignal.timeout(15_000);
      const tail = async (): Promise<void> => {
        while (seen.length < total && !signal.aborted) {
          const last = seen.at(-1) ?? 0;
          await store.waitBeyond(last, signal);
          seen.push(...(await store.readAll(last, 7)).map(({ position }) => position));
        }
      };
      const write = async (writer: number): Promise<void> => {
        for (let round = 0; round < rounds; round += 1) {
          const stream = `writer-${writer}`;
          await append({
            stream,
            expectedVersion: round * 2,
            events: [
              { type: 'a', body: { round } },
              { type: 'b', body: {} },
            ],
          });
        }
      };

      await Promise.all([tail(), ...Array.from({ length: writers }, (_, writer) => write(writer))]);

      expect(seen).toEqual(Array.from({ length: total }, (_, n) => n + 1));
      expect(await store.verify()).toBeNull();
    }, 30_000);

    it('lets one of those win that decided on the same version', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 16 }, (_, n) => append(one('contested', 0, { n }))),
      );

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'version-conflict', actual: 1 });
      expect(await store.readStream('contested')).toHaveLength(1);
    });
  });

  describe('waiting', () => {
    it('resolves at once where there are events, and upon an abort', async () => {
      await append(one('s', 0));
      await store.waitBeyond(0, new AbortController().signal);

      const abort = new AbortController();
      const waiting = store.waitBeyond(1, abort.signal);
      abort.abort();
      await waiting;
      await store.waitBeyond(1, AbortSignal.abort());
    });

    it('is woken by an append of another process long before it would look by itself', async () => {
      const patient = new PostgresEventStore(pool, {
        key,
        heads: new FileHeadKeeper(headsFile),
        headEvery: 3_600_000,
        pollEvery: 3_600_000,
      });
      await patient.waitBeyond(-1, new AbortController().signal);

      const waiting = patient.waitBeyond(0, new AbortController().signal);
      await append(one('s', 0));

      await waiting;
      await patient.close();
    });

    it('goes on after the listening connection was cut', async () => {
      await store.waitBeyond(-1, new AbortController().signal);
      await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'weir-listener' and datname = current_database()`);

      const waiting = store.waitBeyond(0, new AbortController().signal);
      await append(one('s', 0));

      await waiting;
    });
  });

  describe('the key', () => {
    const withKey = (other: Buffer): PostgresEventStore =>
      new PostgresEventStore(pool, { key: other, heads: new FileHeadKeeper(headsFile), headEvery: 3_600_000 });

    it('is any where the store is empty', async () => {
      await expect(store.checkKey()).resolves.toBeUndefined();
    });

    it.each([1, 2, 7])('is known by the newest of %i events', async (count) => {
      for (let n = 0; n < count; n += 1) await append(one('s', n, { n, text: '文😀' }));
      const same = withKey(key);
      const other = withKey(randomBytes(32));

      await expect(same.checkKey()).resolves.toBeUndefined();
      await expect(other.checkKey()).rejects.toMatchObject({ code: 'key-mismatch', position: count });
      await same.close();
      await other.close();
    });

    it('is settled by the first append where several found the store empty: no other key comes into the chain', async () => {
      const other = withKey(randomBytes(32));
      await Promise.all([store.checkKey(), other.checkKey()]);
      await append(one('s', 0));

      await expect(inTransaction(pool, (tx) => other.append(tx, [one('t', 0)], by))).rejects.toThrow(KeyMismatch);
      await expect(other.writeHead()).rejects.toThrow(KeyMismatch);
      await other.close();
      await append(one('s', 1));
      await store.writeHead();

      expect(await store.verify()).toBeNull();
    });
  });

  describe('the chain', () => {
    beforeEach(async () => {
      for (let n = 0; n < 10; n += 1) await append(one(`stream-${n % 3}`, Math.floor(n / 3), { n, name: 'x' }));
      await store.writeHead();
    });
    const tamper = (...statements: string[]): Promise<void> =>
      inTransaction(pool, async (tx) => {
        for (const statement of statements) await tx.query(statement);
      });

    it('is whole', async () => {
      expect(await store.verify()).toBeNull();
    });

    it('is whole where events came after the last head, and where a head is signed meanwhile', async () => {
      await append(one('later', 0));
      expect(await store.verify()).toBeNull();

      await store.writeHead();
      expect(await store.verify()).toBeNull();
    });

    it.each([
      ['a body', `update events set body = '{"n":4,"name":"y"}' where position = 5`],
      ['the spaces of a body', `update events set body = '{"n": 4,"name":"x"}' where position = 5`],
      ['an actor', `update events set actor = 'somebody' where position = 5`],
      ['a time', `update events set recorded_at = recorded_at + interval '1 millisecond' where position = 5`],
      ['a type', `update events set type = 'other' where position = 5`],
      ['a stream', `update events set stream = 'other' where position = 5`],
      ['a mac', `update events set mac = decode(repeat('ab', 32), 'hex') where position = 5`],
      ['a version', `update events set version = 77 where position = 5`],
    ])('shows that %s was altered', async (_, statement) => {
      await tamper(statement);
      expect(await store.verify()).toMatchObject({ what: 'altered', position: 5 });
    });

    it('shows a deleted row, and a gap of several', async () => {
      await tamper('delete from events where position in (4, 5)');
      expect(await store.verify()).toEqual({ what: 'missing', position: 4, message: 'Events 4 to 5 are missing.' });
    });

    it('shows that the first row was deleted', async () => {
      await tamper('delete from events where position = 1');
      expect(await store.verify()).toMatchObject({ what: 'missing', position: 1 });
    });

    it('shows rows that changed places', async () => {
      await tamper(
        'update events set position = -3 where position = 3',
        'update events set position = 3 where position = 7',
        'update events set position = 7 where position = -3',
      );
      expect(await store.verify()).toEqual({
        what: 'reordered',
        position: 3,
        message: 'The event that belongs at 3 stands at 7.',
      });
    });

    it('shows a truncated tail', async () => {
      await tamper('delete from events where position > 8');
      expect(await store.verify()).toMatchObject({ what: 'truncated', position: 9 });
    });

    it('shows a truncated tail whose traces in the database were removed', async () => {
      await tamper(
        'delete from events where position > 8',
        'update events_head set position = 8, mac = (select mac from events where position = 8)',
      );
      expect(await store.verify()).toMatchObject({ what: 'truncated', position: 9 });
    });

    it('shows that everything was removed', async () => {
      await tamper('truncate events', `update events_head set position = 0, mac = decode(repeat('00', 32), 'hex')`);
      expect(await store.verify()).toMatchObject({ what: 'truncated', position: 1 });
    });

    it('shows a tail that was cut and then written over', async () => {
      await tamper(
        'delete from events where position > 8',
        'update events_head set position = 8, mac = (select mac from events where position = 8)',
      );
      await append(one('new', 0), one('newer', 0));
      expect(await store.verify()).toMatchObject({ what: 'altered', position: 10 });
    });

    it('shows a tail that was cut behind the last head where the database still names it', async () => {
      await append(one('later', 0));
      await tamper('delete from events where position = 11');
      expect(await store.verify()).toMatchObject({ what: 'truncated', position: 11 });
    });

    it('shows heads that were changed, forged or are none', async () => {
      const whole = readFileSync(headsFile, 'utf8');
      writeFileSync(headsFile, whole.replace('"position":10', '"position":9'));
      expect(await store.verify()).toMatchObject({ what: 'altered', position: 9 });

      writeFileSync(headsFile, `${whole}rubbish\n`);
      expect((await store.verify())?.message).toContain('Line 2');
    });

    it('does not mistake a head that a killed process wrote half for tampering, and goes on behind it', async () => {
      appendFileSync(headsFile, '{"position":11,"ma');
      expect(await store.verify()).toBeNull();

      const next = openStore();
      await append(one('later', 0));
      await next.close();

      expect(readFileSync(headsFile, 'utf8').trim().split('\n')).toHaveLength(2);
      expect(await store.verify()).toBeNull();
    });

    it('is not believed under another key', async () => {
      const stranger = new PostgresEventStore(pool, {
        key: randomBytes(32),
        heads: new FileHeadKeeper(`${headsFile}.none`),
      });
      expect(await stranger.verify()).toMatchObject({ what: 'altered', position: 1 });
      await stranger.close();
    });

    it('signs a head by itself soon after an append', async () => {
      const heads = new FileHeadKeeper(`${headsFile}.quick`);
      const quick = new PostgresEventStore(pool, { key, heads, headEvery: 10 });
      const deadline = Date.now() + 4_000;
      while ((await heads.newest()) === null && Date.now() < deadline) await setImmediate();
      expect((await heads.newest())?.position).toBe(10);
      await quick.close();
    });
  });
});
