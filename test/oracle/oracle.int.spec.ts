import { createHash } from 'node:crypto';
import type { RuleDocument } from '@weir/contracts';
import { anOperation, aRule, aTransaction, score } from './given';
import { standingHits } from './oracle';
import { useOracle, words } from './use-oracle';

const { sql, hitsOf, wordsOf } = useOracle();
const by = ['accountId'];
const hour = { sliding: 'PT1H' } as const;
const shanghaiDay = { calendar: 'day', timezone: 'Asia/Shanghai' } as const;

describe('what a hit says', () => {
  it('given a total over the limit, tells all that does not depend on the order of arrival', async () => {
    const rule = aRule({
      id: 'total',
      version: 7,
      measure: { sum: 'amount', by: ['accountId', 'attributes.box'], window: shanghaiDay },
      threshold: { above: '100.00', currency: 'CNY' },
      raise: { on: 'every', severity: 'high' },
      recommend: { freeze: { until: 'nextDay' } },
    });
    const more = { customerId: 'C1', attributes: { box: 7 } };

    const [hit, ...others] = await hitsOf(
      [rule],
      [aTransaction('a', '10:00:00', '60.00 CNY', more), aTransaction('b', '11:00:00', '60 CNY', more)],
    );

    const at = Date.parse('2026-01-05T11:00:00+08:00');
    expect(others).toEqual([]);
    expect(hit).toEqual({
      hitId: createHash('sha256').update('["total",7,["A1","7"],"default","b"]').digest('hex'),
      rule: 'total',
      version: 7,
      severity: 'high',
      recommend: { freeze: { until: Date.parse('2026-01-06T00:00:00+08:00') } },
      group: [
        { field: 'accountId', value: 'A1' },
        { field: 'attributes.box', value: '7' },
      ],
      fact: { source: 'default', id: 'b', occurredAt: at, accountId: 'A1', customerId: 'C1', branchId: null },
      evidence: {
        measured: '120.00',
        limit: '100.00',
        comparison: 'above',
        currency: 'CNY',
        window: { from: Date.parse('2026-01-05T00:00:00+08:00'), to: at, fromIncluded: true },
        count: 2,
        facts: [
          { source: 'default', id: 'a', occurredAt: at - 3_600_000, amount: '60.00', currency: 'CNY' },
          { source: 'default', id: 'b', occurredAt: at, amount: '60.00', currency: 'CNY' },
        ],
        incomplete: false,
      },
    });
  });

  it('given other values than text, writes groups so that the same value has one text', async () => {
    const group = async (box: unknown): Promise<string | undefined> => {
      const rule = aRule({
        measure: { count: 'facts', by: ['attributes.box'], window: hour },
        threshold: { above: '0' },
      });
      const [hit] = await hitsOf([rule], [anOperation('a', '10:00:00', { attributes: { box } })]);
      return hit?.group[0]?.value;
    };
    expect(await group({ b: [1, 'x', null], a: { d: 1e-7, c: true } })).toBe(
      '{"a":{"c":true,"d":1e-7},"b":[1,"x",null]}',
    );
    expect([await group(-1.5e-10), await group(120), await group(0.000001)]).toEqual(['-1.5e-10', '120', '0.000001']);
  });

  it('given no measure, there is nothing but the fact', async () => {
    const [hit] = await hitsOf(
      [aRule({ recommend: { freeze: { until: 'PT2H' } } })],
      [anOperation('a', '10:00:00', { accountId: null, currency: 'JPY' })],
    );

    const at = Date.parse('2026-01-05T10:00:00+08:00');
    expect(hit).toMatchObject({
      recommend: { freeze: { until: at + 7_200_000 } },
      group: [],
      fact: { accountId: null },
      evidence: { measured: null, limit: null, comparison: null, currency: null, window: null, count: 1 },
    });
    expect(hit?.evidence.facts).toEqual([
      { source: 'default', id: 'a', occurredAt: at, amount: null, currency: 'JPY' },
    ]);
  });

  it('given more than a hundred facts, names the newest hundred and counts them all', async () => {
    const rule = aRule({ measure: { count: 'facts', by, window: hour }, threshold: { above: '101' } });
    const facts = Array.from({ length: 102 }, (_, n) => anOperation(`f${n}`, `10:00:00.${100 + n}`));

    const [hit] = await hitsOf([rule], facts);

    expect(hit?.evidence.count).toBe(102);
    expect(hit?.evidence.facts.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, n) => `f${n + 2}`));
  });
});

describe('raising', () => {
  it('cooldown: at least so long after the last raised hit of the group', async () => {
    const rule = aRule({
      measure: { value: 'attributes.points', by },
      threshold: { atLeast: '1' },
      raise: { on: { cooldown: 'PT1H' }, severity: 'low' },
    });
    const facts = [
      score('a', '10:00:00', 1),
      score('b', '10:30:00', 1),
      { ...score('c', '10:59:59.999', 1), accountId: 'A2' },
      score('d', '10:59:59.999', 1),
      score('e', '11:00:00', 0),
      score('f', '11:00:00', 1),
      score('g', '11:00:00.001', 1),
      score('h', '12:00:00', 1),
    ];
    expect(await wordsOf([rule], facts)).toEqual(['a 1 of 1 [a]', 'c 1 of 1 [c]', 'f 1 of 1 [f]', 'h 1 of 1 [h]']);
  });

  it('versions: each governs its time, looks back over older facts, and crosses by itself', async () => {
    const total = (version: number, effectiveFrom: string): RuleDocument =>
      aRule({
        version,
        effectiveFrom,
        measure: { count: 'facts', by, window: hour },
        threshold: { atLeast: '2' },
        raise: { on: 'crossing', severity: 'low' },
      });
    const rules = [
      total(1, '2026-01-05T10:00:01+08:00'),
      total(2, '2026-01-05T10:00:09+08:00'),
      total(3, '2026-01-05T10:00:03+08:00'),
    ];
    const facts = ['0', '1', '2', '3', '4'].map((second) => anOperation(`f${second}`, `10:00:0${second}`));
    expect((await hitsOf(rules, facts)).map((hit) => `@${hit.version} ${words(hit)}`)).toEqual([
      '@1 f1 2 of 2 [f0 f1]',
      '@3 f3 4 of 2 [f0 f1 f2 f3]',
    ]);
  });
});

describe('arrival', () => {
  const pair = aRule({
    id: 'pair',
    measure: { count: 'facts', by, window: { sliding: 'P1D' } },
    threshold: { atLeast: '2' },
  });
  const single = aRule({ id: 'single', measure: { value: 'attributes.points' }, threshold: { atLeast: '1' } });
  const plain = aRule({ id: 'plain' });

  it('given late facts, only rules on single facts see them; the largest lateness counts', async () => {
    const patient = { ...plain, id: 'patient', lateness: 'PT2H' };
    const facts = [score('c', '12:00:00', 0), score('b', '10:00:00', 0), score('a', '09:59:59.999', 1)];
    expect((await hitsOf([pair, single, plain, patient], facts)).map((hit) => `${hit.rule} ${hit.fact.id}`)).toEqual([
      'pair c',
      'single a',
      ...['plain a', 'plain b', 'plain c', 'patient a', 'patient b', 'patient c'],
    ]);
  });

  it('given several partitions, each has its own watermark', async () => {
    const arrivals = [
      { message: anOperation('a', '12:00:00'), partition: 0 },
      { message: anOperation('b', '09:00:00'), partition: 1 },
      { message: anOperation('c', '07:00:00'), partition: 1 },
    ];
    expect((await standingHits(sql(), [pair], [], arrivals)).map(words)).toEqual(['a 2 of 2 [b a]']);
  });

  it('given a name again, its first content stands and the other has no effect on time', async () => {
    const facts = [
      anOperation('a', '10:00:00'),
      anOperation('a', '18:00:00'),
      anOperation('b', '09:30:00'),
      anOperation('a', '10:00:00', { source: 'other' }),
    ];
    expect(await wordsOf([pair], facts)).toEqual(['a 2 of 2 [b a]', 'a 3 of 2 [b a a]']);
  });
});
