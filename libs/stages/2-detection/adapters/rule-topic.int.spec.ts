import { referenceSchema, ruleSchema, topics, topicShapes } from '@weir/contracts';
import { Detection, type Fact, type RuleSet } from '@weir/domain';
import { PostgresRecordLog, recordLogMigrations } from '@weir/platform/record-log';
import { migrate, openPool } from '@weir/platform/sql';
import { sharedPostgres } from '@weir/testing';
import type { Pool } from 'pg';
import { publishedAhead, RuleTopic, type RulebookDocument, type UnreadableRule } from './rule-topic';

jest.setTimeout(60_000);

const now = 1_800_000_000_000;
const from = (ms: number): string => new Date(ms).toISOString();
const rule = ruleSchema.parse({
  id: 'watched',
  title: { en: 'a watched counterparty', zh: '关注的对手' },
  source: 'a test',
  on: 'any',
  when: [{ field: 'counterpartyId', inList: 'watched' }],
  raise: { on: 'every', severity: 'low' },
});
const list = (version: number, effectiveFrom: string, values: string[]): RulebookDocument =>
  referenceSchema.parse({ list: 'watched', source: 'a test', version, effectiveFrom, values });
const table = referenceSchema.parse({ table: 'watched', source: 'a test', values: { a: '1.00' } });
const rates = (rate: string): RulebookDocument =>
  referenceSchema.parse({ rates: 'CNY', source: 'a test', values: [{ currency: 'USD', from: from(0), rate }] });

describe('the rules topic', () => {
  let pool: Pool;
  let log: PostgresRecordLog;
  let drop: () => Promise<void>;
  let unreadable: UnreadableRule[];
  beforeEach(async () => {
    const database = await sharedPostgres();
    drop = () => database.stop();
    pool = openPool({ connectionString: database.connectionString });
    await migrate(pool, recordLogMigrations);
    log = new PostgresRecordLog(pool);
    await log.ensureTopics(topicShapes('facts', 1));
    unreadable = [];
  });
  afterEach(async () => {
    await log.close();
    await pool.end();
    await drop();
  });

  const topic = (): RuleTopic => new RuleTopic(log, (one) => unreadable.push(one));
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { records } of log.readAll(topics.rules)) {
      found.push(...records.map(({ key }) => key?.toString('utf8') ?? ''));
    }
    return found;
  };
  /** Whether a fact with this counterparty that occurred at `t` is a hit. */
  const watches = (rules: RuleSet, counterpartyId: string, t: number): boolean => {
    const fact: Fact = { source: 's', id: 'F', kind: 'operation', occurredAt: t, counterpartyId, attributes: {} };
    const accepted = Detection.begin(rules).accept(fact, { topic: 't', partition: 0, offset: 0 });
    return accepted.outcome === 'accepted' && accepted.states.length === 1;
  };

  it('given rules, lists, tables and rates, keeps each version under its name, what is looked up before the rules', async () => {
    expect((await topic().publishMissing([rule, table, list(1, from(0), ['A9']), rates('7.1')], now)).refused).toEqual(
      [],
    );

    expect(await keys()).toEqual(['table:watched@1', 'list:watched@1', 'rates:CNY@1', 'watched@1']);
    const rules = await topic().latest();
    expect(rules.references.documents).toHaveLength(3);
    expect([watches(rules, 'A9', now), watches(rules, 'A8', now)]).toEqual([true, false]);
    expect(unreadable).toEqual([]);
  });

  it('given a further version of a list, takes it only where it begins in the future, and follows it', async () => {
    const following = topic();
    await following.publishMissing([rule, list(1, from(0), ['A9'])], now);
    await following.latest();
    const soon = now + publishedAhead;

    expect((await following.publishMissing([list(2, from(soon - 1), ['A8'])], now)).refused).toMatchObject([
      { document: { list: 'watched', version: 2 }, why: 'not-in-future' },
    ]);
    expect((await following.publishMissing([list(2, from(soon), ['A8'])], now)).refused).toEqual([]);

    const rules = await following.latest();
    expect([watches(rules, 'A9', soon - 1), watches(rules, 'A8', soon - 1)]).toEqual([true, false]);
    expect([watches(rules, 'A9', soon), watches(rules, 'A8', soon)]).toEqual([false, true]);
  });

  it('given a version with other content, refuses it and keeps what is published', async () => {
    await topic().publishMissing([rates('7.1')], now);

    expect((await topic().publishMissing([rates('7.1')], now)).refused).toEqual([]);
    expect((await topic().publishMissing([rates('7.2')], now)).refused).toMatchObject([{ why: 'other-content' }]);
    expect((await topic().latest()).references.documents).toMatchObject([{ values: [{ rate: '7.1' }] }]);
  });

  it('tells which versions it published, which stood already, and which it refused', async () => {
    await topic().publishMissing([rates('7.1'), list(1, from(0), ['A9'])], now);

    const [early, late] = [list(2, from(now), ['A8']), list(2, from(now + publishedAhead), ['A8'])];
    expect(await topic().publishMissing([rule, rates('7.1'), early], now)).toEqual({
      published: [rule],
      standing: [rates('7.1')],
      refused: [{ document: early, why: 'not-in-future' }],
    });
    expect(await topic().publishMissing([rule, late], now)).toEqual({
      published: [late],
      standing: [rule],
      refused: [],
    });
  });

  it('given two who publish a version at once, tells the one whose content does not stand', async () => {
    const sendsLater = Object.create(log, {
      send: {
        value: async (...sent: Parameters<PostgresRecordLog['send']>) => {
          // Under a key of its own: in Kafka the first record of a key stays until the topic is compacted.
          const first = { key: Buffer.from('first'), value: Buffer.from(JSON.stringify(rates('7.1'))) };
          await log.send(topics.rules, [first]);
          return log.send(...sent);
        },
      },
    }) as PostgresRecordLog;
    expect(await new RuleTopic(sendsLater, (one) => unreadable.push(one)).publishMissing([rates('7.2')], now)).toEqual({
      published: [],
      standing: [],
      refused: [{ document: rates('7.2'), why: 'other-content' }],
    });
  });

  it('given records that are none of these, tells each once and follows the others', async () => {
    await topic().publishMissing([rule, table], now);
    const broken = { list: 'l', source: 's', version: 1, effectiveFrom: 'never', values: [] };
    await log.send(
      topics.rules,
      [broken, { table: 'x' }, 5].map((value, index) => ({
        key: Buffer.from(`wrong-${index}`),
        value: Buffer.from(JSON.stringify(value)),
      })),
    );
    const following = topic();

    expect((await following.latest()).rules.map(({ id }) => id)).toEqual(['watched']);
    await following.publishMissing([rates('7.1')], now);
    const rules = await following.latest();

    expect(rules.references.documents).toHaveLength(2);
    expect(unreadable.map(({ key }) => key)).toEqual(['wrong-0', 'wrong-1', 'wrong-2']);
  });

  it('given a version that was taken back, no longer looks it up', async () => {
    const following = topic();
    await following.publishMissing([rule, list(1, from(0), ['A9'])], now);
    expect(watches(await following.latest(), 'A9', now)).toBe(true);

    await log.send(topics.rules, [{ key: Buffer.from('list:watched@1'), value: null }]);

    expect(watches(await following.latest(), 'A9', now)).toBe(false);
  });
});
