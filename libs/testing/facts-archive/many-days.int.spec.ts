import { createHash } from 'node:crypto';
import { factsArchiveMigrations, PostgresFactsArchive, type ArchivedFact } from '@weir/platform/facts-archive';
import { migrate, openPool } from '@weir/platform/sql';
import { Client, type Pool } from 'pg';
import { startPostgres, type PostgresServer } from '../postgres';

jest.setTimeout(120_000);

const DAY = 86_400_000;
const days = 330;
const last = Date.parse('2026-11-22T12:00:00Z');
const topic = 'facts';

/** One fact a day, the oldest first; they arrived in another order. Every 30th has strayed into partition 0. */
const facts = Array.from({ length: days }, (_, day): ArchivedFact => {
  const strayed = day % 30 === 7;
  const canonical = `${day}`;
  return {
    source: 'default',
    id: `F${day}`,
    occurredAt: last - (days - 1 - day) * DAY,
    homeKey: 'account',
    topic,
    partition: strayed ? 0 : 1,
    offset: (day * 7) % days,
    home: 1,
    moved: false,
    late: day % 10 === 3,
    canonical,
    hash: createHash('sha256').update(canonical).digest('hex'),
  };
});
const atHome = facts.filter(({ partition }) => partition === 1);
const byOffset = (some: readonly ArchivedFact[]): ArchivedFact[] => [...some].sort((a, b) => a.offset - b.offset);

/** What takes the locks of all days is more than this server has. */
const fewLocks = {
  max_locks_per_transaction: 10,
  max_connections: 10,
  max_worker_processes: 1,
  max_wal_senders: 0,
  superuser_reserved_connections: 1,
};

describe('the facts archive, on a PostgreSQL that has locks for fewer days than are archived', () => {
  let server: PostgresServer;
  let pool: Pool;
  let archive: PostgresFactsArchive;

  beforeAll(async () => {
    server = await startPostgres({ own: true });
    const client = new Client({ connectionString: server.connectionString });
    await client.connect();
    for (const [name, value] of Object.entries(fewLocks)) await client.query(`alter system set ${name} = ${value}`);
    await client.end();
    await server.restart();
    pool = openPool({ connectionString: server.connectionString });
    await migrate(pool, factsArchiveMigrations);
    archive = new PostgresFactsArchive(pool);
    for (let day = 0; day < days; day += 20) await archive.store(facts.slice(day, day + 20));
    // One that strayed has come home.
    await archive.store([{ ...(facts[7] as ArchivedFact), partition: 1, offset: 1_000, moved: true }]);
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  const idsOf = async (pages: AsyncIterable<readonly ArchivedFact[]>): Promise<string[]> => {
    const ids: string[] = [];
    for await (const page of pages) ids.push(...page.map(({ id }) => id));
    return ids;
  };
  const ids = (some: readonly ArchivedFact[]): string[] => some.map(({ id }) => id);
  const asked = { topic, homes: [{ partition: 1, before: 2_000 }], from: -Infinity };

  it('cannot be asked about all days in one statement', async () => {
    await expect(pool.query('select count(*) from facts')).rejects.toThrow('out of shared memory');
  });

  it('stores facts that it knows, and judges the others anew, and finds them by name', async () => {
    const again = facts[9] as ArchivedFact;
    const fresh = { ...again, id: 'fresh', offset: 3_001 };
    const span = { topic, identity: 'x', partition: 1, from: 3_000, to: 3_002, arrivedAt: 0, watermark: null, at: 0 };
    const asked: (readonly (number | null)[])[] = [];
    const judge = (arrivedBefore: readonly (number | null)[]) => {
      asked.push(arrivedBefore);
      return { late: [true, true], watermark: null };
    };
    const batch = [{ ...again, offset: 3_000 }, fresh];
    expect(await archive.store(batch, span, judge)).toEqual(['duplicate', 'archived']);
    expect(asked).toEqual([[again.occurredAt, null]]);
    expect(await archive.byName([fresh, again])).toEqual([{ ...fresh, late: true }, again]);
    expect(await archive.ofHomeKey('account', again.occurredAt, again.occurredAt, 10)).toHaveLength(2);
    await pool.query(`delete from facts where id = 'fresh' and occurred_at = ${fresh.occurredAt}`);
  });

  it('gives the facts of a home in the order of their time', async () => {
    const home = facts.filter((fact) => fact.partition === 1 || fact.id === 'F7');
    expect(await idsOf(archive.atHome({ ...asked, order: 'event' }))).toEqual(ids(home));
    const from = last - 250 * DAY;
    const part = { which: 'old' as const, time: last - 20 * DAY, offset: 200 };
    const old = atHome.filter(({ occurredAt, offset }) => occurredAt >= from && occurredAt < part.time && offset < 200);
    expect(await idsOf(archive.atHome({ ...asked, from, part, order: 'event' }))).toEqual(ids(old));
  });

  it('gives them in the order of their arrival', async () => {
    expect(await idsOf(archive.atHome({ ...asked, order: 'arrival' }))).toEqual([...ids(byOffset(atHome)), 'F7']);
    const part = { which: 'new' as const, time: last - 20 * DAY, offset: 200 };
    const isNew = atHome.filter(({ occurredAt, offset }) => occurredAt >= part.time || offset >= part.offset);
    expect(await idsOf(archive.atHome({ ...asked, part, order: 'arrival' }))).toEqual([...ids(byOffset(isNew)), 'F7']);
  });

  it('gives those that have not come home', async () => {
    const strayed = facts.filter(({ partition, id }) => partition === 0 && id !== 'F7');
    expect(await idsOf(archive.strayed(topic, 0, 2_000))).toEqual(ids(byOffset(strayed)));
  });

  it('gives the earliest time that was to come, and the latest that had come', async () => {
    const inTime = facts.filter(({ late, partition, offset }) => !late && (partition === 0 || offset >= 100));
    expect(await archive.earliestSince(topic, 1, 100)).toBe(inTime[0]?.occurredAt);
    expect(await archive.earliestSince(topic, 5, 0)).toBeNull();
    expect(await archive.watermarkAt(topic, 1, 100)).toBe(
      atHome.filter(({ offset }) => offset < 100).at(-1)?.occurredAt,
    );
    expect(await archive.watermarkAt(topic, 1, 0)).toBeNull();
  });

  it('gives its connections back, also where reading is given up', async () => {
    for await (const page of archive.atHome({ ...asked, order: 'arrival' })) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });

  it('says so where facts are forgotten while they are being read', async () => {
    const reading = archive.atHome({ ...asked, order: 'arrival' });
    await reading.next();
    expect(await archive.forgetBefore((facts[1] as ArchivedFact).occurredAt)).toBe(1);
    await expect(reading.next()).rejects.toThrow('have been forgotten meanwhile');
    expect((await idsOf(archive.atHome({ ...asked, order: 'event' })))[0]).toBe('F1');
  });
});
