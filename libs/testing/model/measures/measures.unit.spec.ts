import type { MeasureDocument, ReferenceDocument, RuleInput } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { aFact, aRule, type FactInput } from '../builders';
import { evaluate } from '../evaluate';
import { inOrder } from '../order';

const by = ['accountId'];
const window = { sliding: 'PT1H' };

/** A fact at so many minutes past ten, named by its minute. */
const at = (minute: number, rest: Omit<FactInput, 'id' | 'at'> = {}): Fact =>
  aFact({ id: `m${minute}`, at: new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString(), ...rest });
const paid = (minute: number, amount: string, rest: Omit<FactInput, 'id' | 'at' | 'amount'> = {}): Fact =>
  at(minute, { amount, ...rest });
const scored = (minute: number, score: Fact['attributes'][string]): Fact => at(minute, { attributes: { score } });

/** What the last fact measures, and the facts of its evidence: "1.50 m1 m2"; or why it measures nothing. */
function words(
  measure: MeasureDocument,
  facts: readonly Fact[],
  rest: Partial<RuleInput> & { readonly currency?: string; readonly references?: readonly ReferenceDocument[] } = {},
): string {
  const { currency, references = [], ...given } = rest;
  const rule = aRule({ id: 'rule', on: 'any', measure, threshold: { atLeast: '0', currency }, ...given });
  const sorted = [...facts].sort(inOrder);
  const last = sorted.at(-1);
  if (last === undefined) throw new Error('No facts');
  const evaluation = evaluate(rule, last, sorted, references);
  if (evaluation.outcome !== 'measured') return evaluation.reason;
  return [evaluation.measured, ...evaluation.facts.map(({ id }) => id)].join(' ');
}

const money = { currency: 'CNY' };
const high = [{ field: 'amount', above: '1' }];

describe('value', () => {
  it("is the fact's own", () => {
    expect(words({ value: 'amount' }, [paid(0, '7.00'), paid(1, '12.50')], money)).toBe('12.50 m1');
    expect(words({ value: 'attributes.score' }, [scored(0, '0.250')])).toBe('0.25 m0');
    expect(words({ value: 'attributes.score' }, [scored(0, -3)])).toBe('-3 m0');
  });

  it('may be missing, or no plain decimal of at most six decimals', () => {
    const value = { value: 'attributes.score' };
    expect([null, 'high', '0.1234567', 1e-7, true, [1]].map((score) => words(value, [scored(0, score)]))).toEqual([
      'field-missing',
      ...Array.from({ length: 5 }, () => 'not-exact'),
    ]);
    expect(words(value, [scored(0, 1e21)])).toBe('out-of-range');
    expect(words({ value: 'amount' }, [at(0)], money)).toBe('field-missing');
    expect(words({ value: 'amount' }, [paid(0, '1.00', { currency: 'USD' })], money)).toBe('no-rate');
  });
});

describe('the window facts', () => {
  it('are those of the group and window for which on, when and where hold, whether they trigger or not', () => {
    const facts = [
      paid(-60, '1.00'),
      paid(-59, '2.00', { channel: 'ebank' }),
      paid(-50, '4.00', { accountId: 'A2' }),
      paid(-40, '8.00', { type: 'fee' }),
      paid(-30, '16.00', { direction: 'in' }),
      at(-20),
      paid(-10, '32.00'),
      paid(0, '64.00'),
      paid(0, '128.00', { source: 'zeta' }),
    ];
    const last = { on: 'transaction' as const, when: [{ not: { field: 'type', equals: 'fee' } }], ...money };

    expect(words({ sum: 'amount', by, window }, facts, last)).toBe('242.00 m-59 m-30 m-10 m0 m0');
    const where = [{ not: { field: 'direction', equals: 'in' } }];
    expect(words({ sum: 'amount', by, window, where }, facts, last)).toBe('226.00 m-59 m-10 m0 m0');
    expect(
      words({ count: 'facts', by, window }, facts, {
        ...last,
        currency: undefined,
        trigger: [{ field: 'x', exists: true }],
      }),
    ).toBe('5 m-59 m-30 m-10 m0 m0');
  });

  it('of a calendar window are those of the same local day', () => {
    const day = { calendar: 'day' as const, timezone: 'Asia/Shanghai' };
    const facts = [at(5 * 60 + 59 - 24 * 60), at(6 * 60 - 24 * 60), at(5 * 60 + 59)];
    expect(words({ count: 'facts', by, window: day }, facts)).toBe('2 m-1080 m359');
  });
});

describe('sum, average, max and min', () => {
  const facts = [paid(0, '10.00'), at(1), paid(2, '0.01'), paid(3, '10.01')];

  it('take the facts that have the field', () => {
    expect(words({ sum: 'amount', by, window }, facts, money)).toBe('20.02 m0 m2 m3');
    // 20.02 ÷ 3 = 6.67333…
    expect(words({ average: 'amount', by, window }, facts, money)).toBe('6.67 m0 m2 m3');
    expect(words({ max: 'amount', by, window }, facts, money)).toBe('10.01 m0 m2 m3');
    expect(words({ min: 'amount', by, window }, facts, money)).toBe('0.01 m0 m2 m3');
  });

  it('have no value where none has it, but for the sum', () => {
    expect(words({ sum: 'amount', by, window }, [at(0)], money)).toBe('0.00');
    expect(words({ average: 'amount', by, window }, [at(0)], money)).toBe('nothing-measured');
    expect(words({ max: 'amount', by, window }, [at(0)], money)).toBe('nothing-measured');
    expect(words({ min: 'amount', by, window }, [at(0)], money)).toBe('nothing-measured');
  });

  it('take numbers and decimals in text, below zero too', () => {
    const scores = [scored(0, '-0.5'), scored(1, 0.25), scored(2, '1')];
    expect(words({ sum: 'attributes.score', by, window }, scores)).toBe('0.75 m0 m1 m2');
    expect(words({ average: 'attributes.score', by, window }, scores)).toBe('0.25 m0 m1 m2');
    expect(words({ max: 'attributes.score', by, window }, scores)).toBe('1 m0 m1 m2');
    expect(words({ min: 'attributes.score', by, window }, scores)).toBe('-0.5 m0 m1 m2');
  });

  it('show averages rounded half to even', () => {
    const average = { average: 'amount', by, window };
    expect(words(average, [paid(0, '0.01'), paid(1, '0.02')], money)).toBe('0.02 m0 m1');
    expect(words(average, [paid(0, '0.02'), paid(1, '0.03')], money)).toBe('0.02 m0 m1');
    const plain = { average: 'attributes.score', by, window };
    expect(words(plain, [scored(0, -0.000001), scored(1, 0)])).toBe('0 m0 m1');
    expect(words(plain, [scored(0, -0.000003), scored(1, 0)])).toBe('-0.000002 m0 m1');
    expect(words(plain, [scored(0, 0), scored(1, 1), scored(2, 1)])).toBe('0.666667 m0 m1 m2');
  });

  it('are in error where one of the facts is, not-exact before no-rate before out-of-range', () => {
    const largest = String(Number.MAX_SAFE_INTEGER);
    const yen = (minute: number, amount: string, currency = 'JPY'): Fact => paid(minute, amount, { currency });
    for (const verb of ['sum', 'average', 'max', 'min']) {
      const measure = { [verb]: 'amount', by, window } as unknown as MeasureDocument;
      expect(words(measure, [yen(0, '1', 'KRW'), yen(1, '1')], { currency: 'JPY' })).toBe('no-rate');
      const scores = { [verb]: 'attributes.score', by, window } as unknown as MeasureDocument;
      expect(words(scores, [scored(0, 1e21), scored(1, 'high'), scored(2, 1)])).toBe('not-exact');
      expect(words(scores, [scored(0, 1e21), scored(1, 1)])).toBe('out-of-range');
    }
    const sum = { sum: 'amount', by, window };
    expect(words(sum, [yen(0, largest), yen(1, '0')], { currency: 'JPY' })).toBe(`${largest} m0 m1`);
    expect(words(sum, [yen(0, largest), yen(1, '1')], { currency: 'JPY' })).toBe('out-of-range');
    expect(words(sum, [yen(0, largest), yen(1, '1'), yen(2, '1', 'KRW')], { currency: 'JPY' })).toBe('no-rate');
    expect(words({ max: 'amount', by, window }, [yen(0, largest), yen(1, '1')], { currency: 'JPY' })).toBe(
      `${largest} m0 m1`,
    );
    const balanced = [scored(0, 9e9), scored(1, 9e9), scored(2, '-18000000000')];
    expect(words({ sum: 'attributes.score', by, window }, balanced)).toBe('out-of-range');
  });
});

describe('distinct', () => {
  it('tells values apart as groups do', () => {
    const scores = [scored(0, '1'), scored(1, 1), scored(2, '1.0'), scored(3, true), scored(4, null), scored(5, [1])];
    expect(words({ distinct: 'attributes.score', by, window }, scores)).toBe('4 m0 m1 m2 m3 m5');
    const amounts = [paid(0, '100.00'), paid(1, '100.00', { currency: 'USD' }), paid(2, '100.00'), at(3)];
    expect(words({ distinct: 'amount', by, window }, amounts)).toBe('2 m0 m1 m2');
  });

  it('is 0 where none has the field', () => {
    expect(words({ distinct: 'customerId', by, window }, [at(0)])).toBe('0');
  });
});

describe('share', () => {
  const facts = [
    paid(0, '10.00', { type: 'gold' }),
    paid(1, '20.00', { type: 'bond' }),
    at(2, { type: 'gold' }),
    paid(3, '20.00'),
    paid(4, '0.00', { type: 'gold' }),
  ];

  it("is the part of the whole that has the fact's own value", () => {
    expect(words({ share: 'type', by, window }, facts)).toBe('0.75 m0 m2 m4');
    expect(words({ share: 'type', of: 'amount', by, window }, facts, money)).toBe('0.333333 m0 m4');
  });

  it('needs the field of the fact, not that the fact counts', () => {
    expect(words({ share: 'type', by, window }, [...facts, at(5)])).toBe('nothing-measured');
    expect(words({ share: 'type', of: 'amount', by, window }, [...facts, at(5, { type: 'bond' })], money)).toBe(
      '0.666667 m1',
    );
    expect(words({ share: 'type', by, window, where: high }, facts)).toBe('0.5 m0');
    expect(words({ share: 'type', by, window, where: high }, [...facts, at(5, { type: 'oil' })])).toBe('0');
  });

  it('has no value where the whole is not above 0', () => {
    const weighed = (minute: number, type: string, score: number): Fact => at(minute, { type, attributes: { score } });
    const share = { share: 'type', of: 'attributes.score', by, window };
    expect(words(share, [weighed(0, 'a', 0), weighed(1, 'b', 0)])).toBe('nothing-measured');
    expect(words(share, [weighed(0, 'a', -1), weighed(1, 'b', 0)])).toBe('nothing-measured');
    expect(words(share, [weighed(0, 'a', -1), weighed(1, 'b', 3)])).toBe('1.5 m1');
    expect(words({ share: 'type', by, window, where: high }, [at(0, { type: 'a' })])).toBe('nothing-measured');
  });

  it('is in error where any fact of the whole is', () => {
    const odd = [at(0, { type: 'a', attributes: { score: 'much' } }), at(1, { type: 'b', attributes: { score: 1 } })];
    expect(words({ share: 'type', of: 'attributes.score', by, window }, odd)).toBe('not-exact');
  });
});

describe('run', () => {
  const where = [{ field: 'type', equals: 'failed' }];
  const failed = (minute: number): Fact => at(minute, { type: 'failed' });

  it('counts what stands after the newest fact that ends it', () => {
    const facts = [failed(0), failed(1), at(2, { type: 'login' }), failed(3), failed(4)];
    expect(words({ run: 'facts', by, window, where }, facts)).toBe('2 m3 m4');
    expect(words({ run: 'facts', by, window, where }, [...facts, at(5, { type: 'login' })])).toBe('0');
    expect(words({ run: 'facts', by, window, where }, [failed(-60), failed(-59), failed(0)])).toBe('2 m-59 m0');
  });

  it('ends only where until holds, and never by a fact of the run', () => {
    const until = [{ field: 'channel', equals: 'counter' }];
    const facts = [
      failed(0),
      at(1, { type: 'login', channel: 'counter' }),
      failed(2),
      at(3, { type: 'login' }),
      at(4, { type: 'failed', channel: 'counter' }),
      failed(5),
    ];
    expect(words({ run: 'facts', by, window, where, until }, facts)).toBe('3 m2 m4 m5');
    expect(words({ run: 'facts', by, window, where, until }, [...facts, at(6)])).toBe('3 m2 m4 m5');
  });

  it('does not end by a fact that when leaves out', () => {
    const facts = [failed(0), at(1, { type: 'login' }), failed(2)];
    expect(words({ run: 'facts', by, window, where }, facts, { when: where })).toBe('2 m0 m2');
  });
});

describe('idle', () => {
  const day = { sliding: 'P3D' };

  it('is the time from the window fact before', () => {
    expect(words({ idle: 'days', by, window: day }, [at(-2160), at(0)])).toBe('1.5 m-2160 m0');
    expect(words({ idle: 'hours', by, window: day }, [at(-2160), at(-100), at(0)])).toBe('1.666667 m-100 m0');
    expect(words({ idle: 'minutes', by, window: day }, [at(-100), at(0)])).toBe('100 m-100 m0');
    expect(words({ idle: 'days', by, window: day }, [at(0, { source: 'a' }), at(0, { source: 'b' })])).toBe('0 m0 m0');
  });

  it('has no value without one', () => {
    expect(words({ idle: 'days', by, window: day }, [at(0)])).toBe('nothing-measured');
    expect(words({ idle: 'minutes', by, window }, [at(-60), at(0)])).toBe('nothing-measured');
    expect(words({ idle: 'days', by, window: day, where: high }, [at(-1), paid(0, '5.00')])).toBe('nothing-measured');
  });

  it('does not ask whether the fact itself would count', () => {
    expect(words({ idle: 'minutes', by, window, where: high }, [paid(-7, '5.00'), at(-3), at(0)])).toBe('7 m-7 m0');
  });
});

describe('turn', () => {
  const trade = (minute: number, direction: 'in' | 'out' | undefined, bond: string | undefined): Fact =>
    at(minute, { ...(direction === undefined ? {} : { direction }), attributes: bond === undefined ? {} : { bond } });
  const turn = { turn: 'attributes.bond', by, window };

  it("is the smaller of ins and outs of the fact's own value", () => {
    const facts = [
      trade(0, 'in', 'B1'),
      trade(1, 'out', 'B1'),
      trade(2, 'in', 'B2'),
      trade(3, undefined, 'B1'),
      trade(4, 'in', 'B1'),
      trade(5, 'in', undefined),
      trade(6, 'out', 'B1'),
      trade(7, 'in', 'B1'),
    ];
    expect(words(turn, facts)).toBe('2 m0 m1 m4 m6 m7');
    expect(words(turn, facts.slice(0, 4))).toBe('1 m0 m1');
    expect(words(turn, facts.slice(0, 3))).toBe('0 m2');
    expect(words(turn, facts.slice(0, 6))).toBe('nothing-measured');
  });
});

describe('timesUsual', () => {
  const usual = { timesUsual: 'amount', by, window };

  it("is the fact's own value divided by the mean before it", () => {
    const facts = [paid(0, '10.00'), paid(1, '20.00'), at(2), paid(3, '50.00')];
    expect(words(usual, facts, money)).toBe('3.333333 m0 m1 m3');
    expect(words({ ...usual, history: 2 }, facts, money)).toBe('3.333333 m0 m1 m3');
    expect(words({ ...usual, history: 3 }, facts, money)).toBe('nothing-measured');
  });

  it('has no value without the field, an earlier fact or a mean above 0', () => {
    expect(words(usual, [paid(0, '10.00'), at(1)], money)).toBe('nothing-measured');
    expect(words(usual, [paid(0, '10.00')], money)).toBe('nothing-measured');
    expect(words(usual, [paid(0, '0.00'), paid(1, '10.00')], money)).toBe('nothing-measured');
    const plain = { timesUsual: 'attributes.score', by, window };
    expect(words(plain, [scored(0, -2), scored(1, 1)])).toBe('nothing-measured');
    expect(words(plain, [scored(0, 2), scored(1, -1)])).toBe('-0.5 m0 m1');
  });

  it('restricts the usual, not the fact', () => {
    const facts = [paid(0, '10.00'), paid(1, '0.50'), paid(2, '1.00')];
    expect(words({ ...usual, where: high }, facts, money)).toBe('0.1 m0 m2');
  });

  it('is in error where the fact or one before it is', () => {
    const plain = { timesUsual: 'attributes.score', by, window };
    expect(words(plain, [scored(0, 1), scored(1, 'high')])).toBe('not-exact');
    expect(words(plain, [scored(0, 'high'), scored(1, 1), scored(2, 1)])).toBe('not-exact');
  });
});
