import type { FactMessage, RuleDocument, RuleInput } from '@weir/contracts';
import { anOperation, aRule, aTransaction, log, score } from './given';
import { useOracle } from './use-oracle';

const { hitsOf, wordsOf, failedOf } = useOracle();
const by = ['accountId'];
const hour = { sliding: 'PT1H' } as const;

describe('measures', () => {
  const measuring = (measure: RuleInput['measure'], threshold: RuleInput['threshold'], more = {}): RuleDocument[] => [
    aRule({ measure, threshold, ...more }),
  ];

  it('value: the own value; a fact without the field is passed over by crossing', async () => {
    const rules = measuring(
      { value: 'attributes.points', by },
      { above: '5' },
      { raise: { on: 'crossing', severity: 'low' } },
    );
    const facts = [
      score('a', '10:00:00', '5.000001'),
      score('b', '10:00:01', null),
      score('c', '10:00:02', 6),
      score('d', '10:00:03', 5),
      score('e', '10:00:04', 7),
      score('f', '10:00:05', 'many'),
      score('g', '10:00:06', 8),
    ];
    expect(await wordsOf(rules, facts)).toEqual(['a 5.000001 of 5 [a]', 'e 7 of 5 [e]', 'g 8 of 5 [g]']);
  });

  it('count: what lies exactly one hour back is outside, a millisecond less inside; ties in the order of source and id', async () => {
    const rules = measuring({ count: 'facts', by, window: hour }, { atLeast: '2' });
    const facts = [
      anOperation('x', '10:00:00.000'),
      anOperation('9', '11:00:00.000', { source: 'b' }),
      anOperation('10', '11:00:00.000', { source: 'b' }),
      anOperation('z', '11:00:00.000', { source: 'a' }),
      anOperation('y', '11:59:59.999'),
    ];
    expect(await wordsOf(rules, facts)).toEqual(['10 2 of 2 [z 10]', '9 3 of 2 [z 10 9]', 'y 4 of 2 [z 10 9 y]']);
  });

  it('count: nothing counted is 0, and the facts of `where` need not trigger', async () => {
    const rules = measuring(
      { count: 'facts', by, window: hour, where: [{ field: 'type', equals: 'failed' }] },
      { between: ['0', '1'] },
      { trigger: [{ field: 'type', equals: 'login' }] },
    );
    const facts = [log('a', '10:00:00', 'login'), log('b', '10:01:00', 'failed'), log('c', '10:02:00', 'login')];
    expect(await wordsOf(rules, facts)).toEqual(['a 0 of 0..1 []', 'c 1 of 0..1 [b]']);
  });

  it('sum: a missing field does not count; an error spoils the window as long as it holds the fact', async () => {
    const rules = measuring({ sum: 'attributes.points', by, window: hour }, { atLeast: '0.3' });
    const facts = [
      score('a', '10:00:00', 0.1),
      score('b', '10:00:01', 0.2),
      score('c', '10:00:02', null),
      score('d', '10:30:00', 0.0000001),
      score('e', '11:30:00', 1),
    ];
    expect(await wordsOf(rules, facts)).toEqual(['b 0.3 of 0.3 [a b]', 'c 0.3 of 0.3 [a b]', 'e 1 of 0.3 [e]']);
  });

  it('sum: exactly 2^53 − 1 units is measured, one more is out of range', async () => {
    const rules = measuring({ sum: 'amount', by, window: hour }, { above: '1.00', currency: 'CNY' });
    const facts = [
      aTransaction('a', '10:00:00', '90071992547409.90 CNY'),
      aTransaction('b', '10:00:01', '0.01 CNY'),
      aTransaction('c', '10:00:02', '0.01 CNY'),
    ];
    expect(await wordsOf(rules, facts)).toEqual([
      'a 90071992547409.90 of 1.00 [a]',
      'b 90071992547409.91 of 1.00 [a b]',
    ]);
    expect(await failedOf(rules, facts)).toEqual(['c out-of-range']);
  });

  it('average: compared exactly, shown rounded half to even', async () => {
    const facts = [score('a', '10:00:00', 3), score('b', '10:00:01', 3), score('c', '10:00:02', 4)];
    const above = measuring({ average: 'attributes.points', by, window: hour }, { above: '3.333333' });
    expect(await wordsOf(above, facts)).toEqual(['c 3.333333 of 3.333333 [a b c]']);

    const cents = [
      aTransaction('a', '10:00:00', '0.01 CNY'),
      aTransaction('b', '10:00:01', '0.02 CNY'),
      aTransaction('c', '11:00:00.500', '0.03 CNY'),
    ];
    const money = measuring({ average: 'amount', by, window: hour }, { above: '0.00', currency: 'CNY' });
    // 1.5 and 2.5 cents are both shown as 2.
    expect(await wordsOf(money, cents)).toEqual(['a 0.01 of 0.00 [a]', 'b 0.02 of 0.00 [a b]', 'c 0.02 of 0.00 [b c]']);
  });

  it('average, max, min: nothing counted is no value, whatever the threshold', async () => {
    for (const verb of ['average', 'max', 'min'] as const) {
      const measure = { [verb]: 'attributes.points', by, window: hour } as unknown as RuleInput['measure'];
      expect(await wordsOf(measuring(measure, { atMost: '0' }), [anOperation('a', '10:00:00')])).toEqual([]);
    }
  });

  it('max and min: of what the window still holds', async () => {
    const facts = [
      score('a', '10:00:00', 9),
      score('b', '10:20:00', 3),
      score('c', '10:40:00', 5),
      anOperation('d', '10:50:00'),
      score('e', '11:00:00', 4),
      score('f', '11:20:00', 4),
      score('g', '13:00:00', -1),
    ];
    const max = measuring({ max: 'attributes.points', by, window: hour }, { above: '-5' });
    expect(await wordsOf(max, facts)).toEqual([
      'a 9 of -5 [a]',
      'b 9 of -5 [a b]',
      'c 9 of -5 [a b c]',
      'd 9 of -5 [a b c]',
      'e 5 of -5 [b c e]',
      'f 5 of -5 [c e f]',
      'g -1 of -5 [g]',
    ]);
    const min = measuring({ min: 'attributes.points', by, window: hour }, { below: '4' });
    expect(await wordsOf(min, facts)).toEqual([
      'b 3 of 4 [a b]',
      'c 3 of 4 [a b c]',
      'd 3 of 4 [a b c]',
      'e 3 of 4 [b c e]',
      'g -1 of 4 [g]',
    ]);
  });

  it('distinct: text, numbers, truth values and money told apart as they are written', async () => {
    const rules = measuring({ distinct: 'attributes.points', by, window: hour }, { atLeast: '1' });
    const facts = [
      score('a', '10:00:00', 'x'),
      score('b', '10:10:00', 1),
      score('c', '10:20:00', '1'),
      score('d', '10:30:00', true),
      score('e', '10:40:00', { b: 1, a: [null] }),
      score('f', '10:50:00', { a: [null], b: 1 }),
      score('g', '11:00:00', null),
      score('h', '11:25:00', 1e-7),
    ];
    expect((await hitsOf(rules, facts)).map(({ evidence }) => evidence.measured)).toEqual([
      '1',
      '2',
      '2',
      '3',
      '4',
      '4',
      '3',
      '3',
    ]);
    const money = measuring({ distinct: 'amount', by, window: hour }, { atLeast: '2' });
    const amounts = ['100.00 CNY', '100 CNY', '100.00 USD', '100 JPY'].map((amount, n) =>
      aTransaction(`t${n}`, `10:00:0${n}`, amount),
    );
    expect(await wordsOf(money, amounts)).toEqual(['t2 2 of 2 [t0 t1 t2]', 't3 3 of 2 [t0 t1 t2 t3]']);
  });

  it('share: by number and by total; whether the own fact counts does not matter; no value without the field or a whole', async () => {
    const product = (id: string, at: string, name: string | null, money: string, type = 'buy'): FactMessage =>
      aTransaction(id, at, money, { type, attributes: { product: name } });
    const facts = [
      product('a', '10:00:00', 'p', '0.00 CNY', 'look'),
      product('b', '10:00:01', 'p', '30.00 CNY'),
      product('c', '10:00:02', 'q', '10.00 CNY'),
      product('d', '10:00:03', 'q', '0.00 CNY'),
      product('e', '10:00:04', null, '500.00 CNY'),
      product('f', '10:00:05', 'p', '1.00 CNY', 'look'),
    ];
    const where = [{ field: 'type', equals: 'buy' }];
    const byNumber = measuring({ share: 'attributes.product', by, window: hour, where }, { atLeast: '0.333333' });
    expect(await wordsOf(byNumber, facts)).toEqual([
      'b 1 of 0.333333 [b]',
      'c 0.5 of 0.333333 [c]',
      'd 0.666667 of 0.333333 [c d]',
      'f 0.333333 of 0.333333 [b]',
    ]);
    const byTotal = measuring(
      { share: 'attributes.product', of: 'amount', by, window: hour, where },
      { above: '0.25', currency: 'CNY' },
    );
    expect(await wordsOf(byTotal, facts)).toEqual(['b 1 of 0.25 [b]', 'f 0.75 of 0.25 [b]']);
  });

  it('run: ended by every other fact, or by those of `until` alone', async () => {
    const facts = [
      log('a', '10:00:00', 'login-failed'),
      log('b', '10:00:01', 'login-failed'),
      log('c', '10:00:02', 'timeout'),
      log('d', '10:00:03', 'login-failed'),
      log('e', '10:00:04', 'login'),
      log('f', '10:00:05', 'login-failed'),
      log('g', '11:00:05', 'login-failed'),
    ];
    const where = [{ field: 'type', equals: 'login-failed' }];
    const other = measuring({ run: 'facts', by, window: hour, where }, { atLeast: '1' });
    expect(await wordsOf(other, facts)).toEqual([
      'a 1 of 1 [a]',
      'b 2 of 1 [a b]',
      'd 1 of 1 [d]',
      'f 1 of 1 [f]',
      'g 1 of 1 [g]',
    ]);
    const until = [{ field: 'type', equals: 'login' }];
    const login = measuring({ run: 'facts', by, window: hour, where, until }, { atLeast: '0' });
    expect(await wordsOf(login, facts)).toEqual([
      'a 1 of 0 [a]',
      'b 2 of 0 [a b]',
      'c 2 of 0 [a b]',
      'd 3 of 0 [a b d]',
      'e 0 of 0 []',
      'f 1 of 0 [f]',
      'g 1 of 0 [g]',
    ]);
  });

  it('idle: exact in milliseconds; 0 for a tie; no value beyond the window or without history', async () => {
    const rules = measuring({ idle: 'days', by, window: { sliding: 'P3D' } }, { atLeast: '0' });
    const facts = [
      anOperation('a', '2026-01-05T00:00:00Z'),
      anOperation('b', '2026-01-05T00:00:00Z'),
      anOperation('c', '2026-01-05T08:00:00.001Z'),
      anOperation('d', '2026-01-08T08:00:00.000Z'),
      anOperation('e', '2026-01-11T08:00:00.000Z'),
    ];
    expect(await wordsOf(rules, facts)).toEqual(['b 0 of 0 [a b]', 'c 0.333333 of 0 [b c]', 'd 3 of 0 [c d]']);
    // 8 hours and 1 ms are above 8 hours, by less than is shown; 1 ms less than 3 days is not 3 days.
    const exact = (threshold: RuleInput['threshold'], unit: 'days' | 'hours'): Promise<readonly string[]> =>
      wordsOf(measuring({ idle: unit, by, window: { sliding: 'P3D' } }, threshold), facts);
    expect(await exact({ above: '8' }, 'hours')).toEqual(['c 8 of 8 [b c]', 'd 72 of 8 [c d]']);
    expect(await exact({ atLeast: '3' }, 'days')).toEqual([]);
  });

  it('turn: the smaller of in and out of the own value; other directions do not count', async () => {
    const rules = measuring({ turn: 'attributes.bond', by, window: hour }, { atLeast: '1' });
    const bond = (id: string, at: string, name: string | null, direction: 'in' | 'out' | null): FactMessage =>
      aTransaction(id, at, '1.00 CNY', { direction, attributes: { bond: name } });
    const facts = [
      bond('a', '10:00:00', 'x', 'in'),
      bond('b', '10:00:01', 'y', 'out'),
      bond('c', '10:00:02', 'x', 'out'),
      bond('d', '10:00:03', 'x', null),
      bond('e', '10:00:04', null, 'in'),
      bond('f', '10:00:05', 'x', 'in'),
      bond('g', '10:00:06', 'x', 'out'),
    ];
    expect(await wordsOf(rules, facts)).toEqual([
      'c 1 of 1 [a c]',
      'd 1 of 1 [a c]',
      'f 1 of 1 [a c f]',
      'g 2 of 1 [a c f g]',
    ]);
  });

  it('timesUsual: own value by the mean of what stood before; needs its history and a mean above 0', async () => {
    const rules = measuring({ timesUsual: 'attributes.points', history: 2, by, window: hour }, { above: '2' });
    const facts = [
      score('a', '10:00:00', 0),
      score('b', '10:00:01', 0),
      score('c', '10:00:02', 50),
      score('d', '10:00:03', 34),
      anOperation('e', '10:00:04'),
      score('f', '10:00:05', 42.1),
    ];
    // d: 34 × 3 ÷ 50 = 2.04. f: 42.1 × 4 ÷ 84 = 2.0047619…
    expect(await wordsOf(rules, facts)).toEqual(['d 2.04 of 2 [a b c d]', 'f 2.004762 of 2 [a b c d f]']);
  });
});
