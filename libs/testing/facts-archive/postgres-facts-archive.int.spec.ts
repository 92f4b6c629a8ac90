/* Long for one reason: all promises of the archive's port, which share one database that takes seconds to start. */
import { createHash } from 'node:crypto';
import { migrate, openPool } from '@weir/platform/sql';
import { sharedPostgres } from '../postgres';
import type { SharedDatabase } from '../postgres';
import type { Pool } from 'pg';
import { factsByName } from '../../platform/facts-archive/postgres-facts-archive';
import { PostgresFactsArchive, UnstorableFact, factsArchiveMigrations } from '@weir/platform/facts-archive';
import type { ArchiveOutcome, ArchivedFact, ArchivedSpan, FactsAtHome, Judgement } from '@weir/platform/facts-archive';

// Other tests may keep the machine busy while PostgreSQL starts.
jest.setTimeout(60_000);

const DAY = 86_400_000;
const noon = Date.parse('2026-11-22T12:00:00Z');

function fact(id: string, more: Partial<ArchivedFact> = {}): ArchivedFact {
  const canonical = more.canonical ?? JSON.stringify({ id });
  return {
    source: 'default',
    id,
    occurredAt: noon,
    homeKey: 'account',
    topic: 'weir.facts.v1',
    partition: 0,
    offset: 0,
    home: 0,
    moved: false,
    late: false,
    ...more,
    canonical,
    hash: createHash('sha256').update(canonical).digest('hex'),
  };
}

describe('PostgresFactsArchive', () => {
  let postgres: SharedDatabase;
  let pool: Pool;
  let archive: PostgresFactsArchive;

  beforeAll(async () => {
    postgres = await sharedPostgres();
    pool = openPool({ connectionString: postgres.connectionString });
    await migrate(pool, factsArchiveMigrations);
  });
  afterAll(async () => {
    await pool.end();
    await postgres.stop();
  });
  beforeEach(async () => {
    await pool.query('truncate facts, fact_names, fact_arrivals, fact_stretches, facts_forgotten');
    archive = new PostgresFactsArchive(pool);
  });
  const names = async (): Promise<number> =>
    (await pool.query<{ count: number }>('select count(*) as count from fact_names')).rows[0]?.count ?? -1;
  const replayed = async (topic: string, partition: number, from: number): Promise<ArchivedFact[]> => {
    const facts: ArchivedFact[] = [];
    const homes = [{ partition, before: Number.MAX_SAFE_INTEGER }];
    for await (const page of archive.atHome({ topic, homes, from, order: 'arrival' })) facts.push(...page);
    return facts;
  };

  it('gives back what was stored', async () => {
    const facts = [
      fact('1', { late: true, partition: 3, offset: 2 ** 53 - 1 }),
      fact('2', { source: 'core', occurredAt: 0, homeKey: 'other', topic: 't', canonical: '{"a":"文😀\\u0000"}' }),
    ];

    expect(await archive.store(facts)).toEqual(['archived', 'archived']);

    const asked = [
      { source: 'core', id: '2' },
      { source: 'core', id: '1' },
      { source: 'default', id: '1' },
    ];
    expect(await archive.byName(asked)).toEqual([facts[1], facts[0]]);
  });

  it('stores nothing and finds nothing where nothing is asked', async () => {
    expect(await archive.store([])).toEqual([]);
    expect(await archive.byName([])).toEqual([]);
    expect(await archive.ofHomeKey('account', 0, noon, 10)).toEqual([]);
    expect(await replayed('weir.facts.v1', 0, 0)).toEqual([]);
    expect(await archive.forgetBefore(0)).toBe(0);
  });

  describe('duplicates and conflicts', () => {
    it('tells the same fact from another one of the same name, and keeps the first', async () => {
      await archive.store([fact('1')]);

      const again = await archive.store([fact('1'), fact('1', { canonical: '"other"' }), fact('2')]);

      expect(again).toEqual(['duplicate', 'conflict', 'archived']);
      expect(await archive.byName([{ source: 'default', id: '1' }])).toEqual([fact('1')]);
    });

    it('finds the same name on another day', async () => {
      await archive.store([fact('1')]);

      const otherDay = await archive.store([fact('1', { occurredAt: noon - 40 * DAY, canonical: '"other"' })]);

      expect(otherDay).toEqual(['conflict']);
    });

    it('lets the first of a name win within one batch', async () => {
      const other = fact('1', { canonical: '"other"' });

      expect(await archive.store([fact('1'), other, fact('1')])).toEqual(['archived', 'conflict', 'duplicate']);
      expect(await archive.store([other, fact('1'), other])).toEqual(['conflict', 'duplicate', 'conflict']);
      expect(await names()).toBe(1);
    });

    it('takes the same id of two sources for two facts, however the two words are cut', async () => {
      const outcomes = await archive.store([
        fact('bc', { source: 'a' }),
        fact('c', { source: 'ab' }),
        fact('1:bc', { source: '' }),
      ]);
      expect(outcomes).toEqual(['archived', 'archived', 'archived']);
    });

    it('gives each name to one of many that store it at the same time', async () => {
      const batches = Array.from({ length: 8 }, (_, writer) =>
        Array.from({ length: 100 }, (_, n) =>
          fact(`f${(n * 37 + writer * 11) % 120}`, {
            canonical: `${((n * 37 + writer * 11) % 120) % 2 === 0 ? 'same' : writer}`,
          }),
        ),
      );

      const outcomes = await Promise.all(batches.map((batch) => new PostgresFactsArchive(pool).store(batch)));

      const byName = new Map<string, ArchiveOutcome[]>();
      batches.forEach((batch, writer) =>
        batch.forEach(({ id }, n) => byName.set(id, [...(byName.get(id) ?? []), outcomes[writer]?.[n] ?? 'conflict'])),
      );
      for (const [id, ofName] of byName) {
        expect(ofName.filter((outcome) => outcome === 'archived')).toHaveLength(1);
        const other = Number(id.slice(1)) % 2 === 0 ? 'duplicate' : 'conflict';
        expect(ofName.filter((outcome) => outcome === other)).toHaveLength(ofName.length - 1);
      }
      expect(await names()).toBe(byName.size);
    });
  });

  describe('order', () => {
    it('is by time, source and id, by their bytes, the newest first to be kept', async () => {
      // By UTF-16 units 😀 would come before ｚ, by bytes it comes after.
      const ids = ['B', 'a', 'é', 'ｚ', '😀'];
      const facts = [
        fact('later', { occurredAt: noon + 1 }),
        ...ids.map((id) => fact(id)),
        fact('0', { source: 'e' }),
        fact('earlier', { occurredAt: noon - 3 * DAY }),
        fact('elsewhere', { homeKey: 'other' }),
      ];
      await archive.store([...facts].reverse());

      const found = await archive.ofHomeKey('account', noon - 3 * DAY, noon + 1, 100);
      expect(found.map(({ id }) => id)).toEqual(['earlier', ...ids, '0', 'later']);

      expect((await archive.ofHomeKey('account', noon, noon + 1, 2)).map(({ id }) => id)).toEqual(['0', 'later']);
      expect((await archive.ofHomeKey('account', noon, noon, 100)).map(({ id }) => id)).toEqual([...ids, '0']);
    });

    it('of a replay is that of arrival, over days and pages', async () => {
      const facts = Array.from({ length: 4_500 }, (_, n) =>
        fact(`${n}`, { offset: n, partition: n % 2, home: n % 2, occurredAt: noon - ((n * 7) % 5) * DAY }),
      );
      await archive.store([...facts].reverse());

      const from = noon - 2 * DAY;
      expect(await replayed('weir.facts.v1', 1, from)).toEqual(
        facts.filter((one) => one.partition === 1 && one.occurredAt >= from),
      );
      expect(await replayed('other', 1, from)).toEqual([]);
    });

    it('gives the connection back where a replay is given up', async () => {
      await archive.store(Array.from({ length: 2_500 }, (_, n) => fact(`${n}`, { offset: n })));
      for (let n = 0; n < 15; n += 1) {
        const homes = [{ partition: 0, before: 2_500 }];
        for await (const page of archive.atHome({ topic: 'weir.facts.v1', homes, from: 0, order: 'event' })) {
          expect(page).toHaveLength(2_000);
          break;
        }
      }
      expect(pool.totalCount - pool.idleCount).toBe(0);
    });
  });

  describe('what a partition is rebuilt from', () => {
    const identity = 'cluster/topic';
    const span = (from: number, to: number, more: Partial<ArchivedSpan> = {}): ArchivedSpan => ({
      topic: 'weir.facts.v1',
      identity,
      partition: 0,
      from,
      to,
      arrivedAt: from * 10,
      watermark: to * 100,
      at: to,
      ...more,
    });
    const stretches = async (): Promise<unknown> => {
      const reach = await archive.reach('weir.facts.v1', identity);
      return (reach.stretches.get(0) ?? []).map(({ from, to, since, watermark }) => [from, to, since, watermark]);
    };
    const idsAtHome = async (facts: Partial<FactsAtHome>): Promise<string[]> => {
      const ids: string[] = [];
      const asked = {
        topic: 'weir.facts.v1',
        homes: [{ partition: 1, before: 100 }],
        from: 0,
        order: 'arrival' as const,
      };
      for await (const page of archive.atHome({ ...asked, ...facts })) ids.push(...page.map(({ id }) => id));
      return ids;
    };

    it('is the stretches without a hole, each with when it began and how far upstream had come', async () => {
      await archive.store([], span(0, 5));
      await archive.store([fact('1')], span(5, 9));
      expect(await stretches()).toEqual([[0, 9, null, 900]]);
      // The same again after a crash, cut otherwise.
      await archive.store([], span(5, 7));
      await archive.store([], span(7, 12));
      expect(await stretches()).toEqual([[0, 12, null, 1200]]);
      await archive.store([], span(20, 25));
      await archive.store([], span(25, 26));
      expect(await stretches()).toEqual([
        [0, 12, null, 1200],
        [20, 26, 200, 2600],
      ]);
      expect((await archive.reach('weir.facts.v1', 'another')).stretches.size).toBe(0);
      expect((await archive.reach('weir.facts.v1', identity)).forgottenBefore).toBeNull();
      await archive.forgetBefore(noon);
      await archive.forgetBefore(noon - 9 * DAY);
      expect((await archive.reach('weir.facts.v1', identity)).forgottenBefore).toBe(noon - 12 * 3_600_000);
    });

    it('lets facts be judged anew where names were known, and stores what that says', async () => {
      const moved = fact('moved', { offset: 1, moved: true });
      const facts = [
        fact('moved', { offset: 5 }),
        fact('1', { offset: 6, occurredAt: noon + 1 }),
        fact('1', { offset: 7, occurredAt: noon + 2, canonical: '"other"' }),
        fact('1', { offset: 8, occurredAt: noon + 3, canonical: '"other key"', homeKey: 'another' }),
        fact('2', { offset: 9 }),
        fact('elsewhere', { offset: 10 }),
      ];
      await archive.store([moved], span(0, 2));
      await archive.store([fact('elsewhere', { partition: 1, offset: 3 })]);
      const asked: (readonly (number | null)[])[] = [];
      const judge = (arrivedBefore: readonly (number | null)[]): Judgement => {
        asked.push(arrivedBefore);
        return { late: facts.map(({ id }) => id !== '1'), watermark: 777 };
      };
      await archive.store(facts, span(2, 11), judge);
      const wanted = [noon, null, noon + 1, null, null, null];
      expect(asked).toEqual([wanted]);
      expect(await stretches()).toEqual([[0, 11, null, 777]]);
      const late = (await archive.byName(['1', '2'].map((id) => ({ source: 'default', id })))).map((one) => one.late);
      expect(late).toEqual([false, true]);
      expect((await replayed('weir.facts.v1', 0, 0)).map(({ id, late: isLate }) => [id, isLate])).toEqual([
        ['moved', false],
        ['1', false],
        ['2', true],
        ['elsewhere', true],
      ]);
      // The same once more after a crash: what stands is no predecessor of itself.
      await archive.store(facts, span(2, 11), judge);
      expect(asked).toEqual([wanted, wanted]);
      // Where no name was known there is nothing to judge.
      await archive.store([fact('3', { offset: 11 })], span(11, 12), judge);
      expect(asked).toHaveLength(2);
    });

    it('says nothing of facts whose storing failed', async () => {
      await expect(archive.store([fact('x\ud800')], span(0, 5))).rejects.toThrow(UnstorableFact);
      expect(await stretches()).toEqual([]);
    });

    it('knows where a fact arrived at home that was first seen elsewhere, and the other way round', async () => {
      const strayed = fact('strayed', { partition: 0, offset: 7, home: 1, occurredAt: noon + 3 });
      const moved = { ...strayed, partition: 1, offset: 4, moved: true, late: true };
      const movedFirst = fact('moved first', { partition: 1, offset: 6, home: 1, moved: true, occurredAt: noon + 9 });
      const own = fact('own', { partition: 1, offset: 5, home: 1, occurredAt: noon + 1 });
      await archive.store([strayed, own, movedFirst]);
      const strays = async (): Promise<string[]> => {
        const ids: string[] = [];
        for await (const page of archive.strayed('weir.facts.v1', 0, 100)) ids.push(...page.map(({ id }) => id));
        return ids;
      };
      expect([await idsAtHome({}), await strays()]).toEqual([['own', 'moved first'], ['strayed']]);
      expect(await archive.earliestSince('weir.facts.v1', 1, 6)).toBe(noon + 3);

      await archive.store([moved]);
      await archive.store([{ ...moved, offset: 50 }]);
      await archive.store([{ ...movedFirst, partition: 0, offset: 8, moved: false }]);
      expect([await idsAtHome({}), await strays()]).toEqual([['strayed', 'own', 'moved first'], []]);
      expect(await idsAtHome({ order: 'event' })).toEqual(['own', 'strayed', 'moved first']);
      expect(await idsAtHome({ homes: [{ partition: 1, before: 6 }] })).toEqual(['strayed', 'own']);
      expect(await idsAtHome({ from: noon + 2 })).toEqual(['strayed', 'moved first']);
      const part = { time: noon + 4, offset: 5 };
      expect(await idsAtHome({ part: { which: 'old', ...part } })).toEqual(['strayed']);
      expect(await idsAtHome({ part: { which: 'new', ...part } })).toEqual(['own', 'moved first']);
      for await (const [first] of archive.atHome({
        topic: 'weir.facts.v1',
        homes: [{ partition: 1, before: 5 }],
        from: 0,
        order: 'arrival',
      }))
        expect(first).toEqual(moved);

      // What was moved says nothing of how far upstream has come there; what strayed does.
      expect(await archive.watermarkAt('weir.facts.v1', 1, 100)).toBe(noon + 1);
      expect(await archive.watermarkAt('weir.facts.v1', 0, 8)).toBe(noon + 3);
      expect(await archive.watermarkAt('weir.facts.v1', 0, 9)).toBe(noon + 9);
      expect(await archive.watermarkAt('weir.facts.v1', 0, 7)).toBeNull();
      // The late one is nobody's to wait for.
      expect(await archive.earliestSince('weir.facts.v1', 1, 5)).toBe(noon + 1);
      expect(await archive.earliestSince('weir.facts.v1', 1, 6)).toBe(noon + 9);
      expect(await archive.earliestSince('weir.facts.v1', 1, 7)).toBeNull();

      await archive.forgetBefore(noon + DAY);
      expect((await pool.query('select from fact_arrivals')).rowCount).toBe(0);
    });
  });

  describe('any legal text', () => {
    it('is kept, U+0000 and its neighbours too, each another name', async () => {
      const ids = [
        '\0',
        '\x01',
        '\x01\x01',
        '\x01\x02',
        '\0\0',
        '\x02',
        '\u0301',
        "'; drop table facts; --",
        '\\',
        '{"a",NULL}',
        '￿',
        '🏦',
      ];
      const facts = ids.map((id) => fact(id, { source: id, homeKey: `key ${id}`, topic: id }));

      expect(new Set(await archive.store(facts))).toEqual(new Set(['archived']));

      expect(await archive.byName(facts)).toEqual(facts);
      expect(new Set(await archive.store(facts))).toEqual(new Set(['duplicate']));
      for (const one of facts) expect(await archive.ofHomeKey(one.homeKey, noon, noon, 10)).toEqual([one]);
    });

    it('that is no Unicode is refused, naming the fact, and nothing of the batch is stored', async () => {
      const half = archive.store([fact('ok'), fact('x\ud800')]);
      await expect(half).rejects.toThrow(UnstorableFact);
      await expect(half).rejects.toThrow('"x\\ud800"');
      expect(await names()).toBe(0);
    });
  });

  it('takes times from the year 0 to the year 9999 and no others', async () => {
    const times = [
      '0000-01-01T00:00:00Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
    ].map(Date.parse);
    const facts = times.map((occurredAt, n) => fact(`${n}`, { occurredAt }));

    await archive.store(facts);

    expect(await archive.byName(facts)).toEqual(facts);
    for (const wrong of [(times[0] ?? 0) - 1, (times[3] ?? 0) + 1, NaN, 0.5])
      await expect(archive.store([fact('x', { occurredAt: wrong })])).rejects.toThrow(UnstorableFact);
  });

  describe('forgetting', () => {
    it('drops whole days and their names, and nothing else', async () => {
      const days = [-3, -2, -1, 0].map((day) => fact(`day ${day}`, { occurredAt: noon + day * DAY }));
      await archive.store(days);
      await archive.forgetBefore(noon - 100 * DAY);

      expect(await archive.forgetBefore(noon - DAY)).toBe(2);

      expect(await archive.byName(days)).toEqual(days.slice(2));
      expect(await names()).toBe(2);
      const tables = await pool.query('select from pg_class where relname = any($1)', [
        ['facts_2026_11_19', 'facts_2026_11_20'],
      ]);
      expect(tables.rowCount).toBe(0);
      expect(await archive.forgetBefore(noon - DAY)).toBe(0);
    });

    it('makes a name new again, also for another process that still believes in the day', async () => {
      const other = new PostgresFactsArchive(pool);
      const old = fact('old', { occurredAt: noon - 10 * DAY });
      expect(await other.store([old])).toEqual(['archived']);
      await archive.forgetBefore(noon);

      expect(await other.store([old])).toEqual(['archived']);
      expect(await other.byName([old])).toEqual([old]);
      expect(await archive.forgetBefore(noon)).toBe(1);
    });

    it('goes on where a killed process stopped half way', async () => {
      const old = fact('old', { occurredAt: noon - 10 * DAY });
      await archive.store([old]);
      await pool.query(
        'alter table facts detach partition facts_2026_11_12; alter table facts_2026_11_12 rename to forgotten_1_facts_2026_11_12',
      );

      expect(await archive.forgetBefore(noon)).toBe(1);

      expect(await names()).toBe(0);
      expect(await archive.store([old])).toEqual(['archived']);
    });

    it('keeps store and names in step while others store', async () => {
      let forgotten = 0;
      const store = async (writer: number): Promise<number> => {
        let archived = 0;
        const mine = new PostgresFactsArchive(pool);
        for (let round = 0; round < 12; round += 1) {
          const facts = Array.from({ length: 10 }, (_, n) =>
            fact(`${n}`, { occurredAt: noon - ((writer + n) % 3) * DAY, canonical: `${n}` }),
          );
          archived += (await mine.store(facts)).filter((outcome) => outcome === 'archived').length;
        }
        return archived;
      };
      const writers = Promise.all([store(0), store(1), store(2)]);
      for (let round = 0; round < 8; round += 1) forgotten += await archive.forgetBefore(noon + DAY);
      const archived = (await writers).reduce((sum, count) => sum + count, 0);
      forgotten += await archive.forgetBefore(noon + DAY);

      expect(forgotten).toBe(archived);
      expect(await names()).toBe(0);
    });

    it('gives up soon where a day is being read, saying why, and does not stand in the way of others', async () => {
      await archive.store([fact('old', { occurredAt: noon - 10 * DAY })]);
      const reader = await pool.connect();
      await reader.query('begin');
      await reader.query('select from facts');

      await expect(archive.forgetBefore(noon)).rejects.toThrow('cannot be forgotten now');

      await reader.query('commit');
      reader.release();
      expect(await archive.forgetBefore(noon)).toBe(1);
    });
  });

  it('reads by name from the days in question only', async () => {
    await archive.store(Array.from({ length: 60 }, (_, n) => fact(`${n}`, { occurredAt: noon - n * DAY })));
    const plan = await pool.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${factsByName}`, [
      ['default', 'default'],
      ['7', '8'],
      [noon - 7 * DAY, noon - 8 * DAY],
    ]);
    const lines = plan.rows.map((row) => row['QUERY PLAN']);
    const tables = lines.flatMap((line) => /Scan.* on (facts_\w+)/.exec(line)?.[1] ?? []);
    expect(tables).toEqual(['facts_2026_11_14', 'facts_2026_11_15']);
  });
});
