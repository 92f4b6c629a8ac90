/* Long for one reason: every mistake that a rule document can hold stands here as one row of a table. */
import type { Fact } from '../fact/fact';
import { compileRule, compileRules } from './compile';
import { every } from './condition';
import { RuleError } from './rule-error';
import type { MeasureSpec, RuleSpec } from './rule-spec';

const rule = (given: Partial<RuleSpec> = {}): RuleSpec => ({
  id: 'r',
  title: { en: 'a rule', zh: '规则' },
  version: 1,
  effectiveFrom: '2026-01-01T00:00:00+08:00',
  lateness: 'PT10M',
  on: 'transaction',
  when: [],
  trigger: [],
  raise: { on: 'every', severity: 'low' },
  review: { confirmWithCustomer: true, due: 'P1D' },
  ...given,
});
const lastHour = { sliding: 'PT1H' };
const counted: MeasureSpec = { count: 'facts', by: ['accountId'], window: lastHour };
const totalled: MeasureSpec = { sum: 'amount', by: ['accountId'], window: lastHour };
const own: MeasureSpec = { value: 'amount', by: ['accountId'] };
const yuan = { above: '100.00', currency: 'CNY' };

const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id: 'a',
  kind: 'transaction',
  occurredAt: 0,
  accountId: 'A1',
  amount: 100,
  currency: 'CNY',
  attributes: {},
  ...given,
});

function refusal(documents: readonly RuleSpec[]): string {
  try {
    compileRules(documents);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return `${error.rule}: ${error.code} ${error.path.join('.')}`;
  }
  return 'compiles';
}

describe('a rule document that cannot be run is refused with code and place', () => {
  it.each<[string, string, Partial<RuleSpec>]>([
    ['a time that is none', 'invalid-time effectiveFrom', { effectiveFrom: '2026-01-01' }],
    ['a lateness that is none', 'invalid-duration lateness', { lateness: '10 minutes' }],
    ['a due that is none', 'invalid-duration review.due', { review: { confirmWithCustomer: false, due: 'P' } }],
    ['a measure without threshold', 'threshold-missing ', { measure: counted }],
    ['a threshold without measure', 'threshold-without-measure threshold', { threshold: yuan }],
    ['no severity', 'severity-missing raise.severity', { raise: { on: 'every' } }],
    [
      'a severity beside tiers',
      'severity-twice raise.severity',
      { measure: own, threshold: { tiers: [{ above: 1, severity: 'low' }], currency: 'CNY' } },
    ],
    [
      'tiers that do not rise',
      'tiers-not-rising threshold.tiers.1.severity',
      {
        measure: own,
        raise: { on: 'every' },
        threshold: {
          tiers: [
            { above: 1, severity: 'high' },
            { above: 2, severity: 'high' },
          ],
          currency: 'CNY',
        },
      },
    ],
    [
      'tiers beside a comparison',
      'several-comparisons threshold.atLeast',
      {
        measure: own,
        raise: { on: 'every' },
        threshold: { atLeast: 1, tiers: [{ above: 1, severity: 'low' }], currency: 'CNY' },
      },
    ],
    [
      'a tier that compares with nothing',
      'no-comparison threshold.tiers.0',
      { measure: own, raise: { on: 'every' }, threshold: { tiers: [{ severity: 'low' }], currency: 'CNY' } },
    ],
    [
      'a limit of an unknown field',
      'unknown-field threshold.above.field',
      { measure: own, threshold: { above: { field: 'shoe' }, currency: 'CNY' } },
    ],
    [
      'an amount as the limit of a count',
      'limit-is-money threshold.between.1.field',
      { measure: counted, threshold: { between: [1, { field: 'amount' }] } },
    ],
    [
      'an amount as the limit of a multiple of what is usual',
      'limit-is-money threshold.above.field',
      {
        measure: { timesUsual: 'amount', by: ['accountId'], window: lastHour },
        threshold: { above: { field: 'amount' }, currency: 'CNY' },
      },
    ],
    [
      'a table looked up by an unknown field',
      'unknown-field threshold.above.key',
      { measure: own, threshold: { above: { table: 't', key: 'shoe' }, currency: 'CNY' } },
    ],
    [
      'an else of a table that is finer than the currency',
      'invalid-number threshold.above.else',
      { measure: own, threshold: { above: { table: 't', key: 'type', else: '1.001' }, currency: 'CNY' } },
    ],
    ['another field that is none', 'unknown-field when.0.sameAs', { when: [{ field: 'type', sameAs: 'shoe' }] }],
    [
      'another field that is none',
      'unknown-field when.0.differsFrom',
      { when: [{ field: 'type', differsFrom: 'shoe' }] },
    ],
    [
      'a condition of a run that is none',
      'empty-condition measure.until.0',
      {
        measure: {
          run: 'facts',
          where: [{ field: 'type', equals: 'x' }],
          until: [{ field: 'type' }],
          by: ['accountId'],
          window: lastHour,
        },
        threshold: { atLeast: 3 },
      },
    ],
    [
      'a freeze until the next day of no zone',
      'zone-missing recommend.freeze.until',
      { recommend: { freeze: { until: 'nextDay' } } },
    ],
    [
      'a freeze in a zone that is none',
      'unknown-zone recommend.freeze.timezone',
      { recommend: { freeze: { until: 'nextDay', timezone: 'Nowhere' } } },
    ],
    [
      'a freeze in a zone that is none, though none is needed',
      'unknown-zone recommend.freeze.timezone',
      { recommend: { freeze: { until: 'PT1H', timezone: 'Nowhere' } } },
    ],
    [
      'a freeze for no duration',
      'invalid-duration recommend.freeze.until',
      { recommend: { freeze: { until: 'tomorrow' } } },
    ],
    [
      'crossing without measure',
      'raise-not-available raise.on',
      { raise: { on: 'crossing', severity: 'low' }, threshold: yuan },
    ],
    [
      'crossing without group',
      'group-missing raise.on',
      { measure: { value: 'amount' }, threshold: yuan, raise: { on: 'crossing', severity: 'low' } },
    ],
    [
      'cooldown without group',
      'group-missing raise.on',
      { measure: { value: 'amount', by: [] }, threshold: yuan, raise: { on: { cooldown: 'PT1H' }, severity: 'low' } },
    ],
    [
      'a cooldown that is none',
      'invalid-duration raise.on.cooldown',
      { measure: own, threshold: yuan, raise: { on: { cooldown: '1h' }, severity: 'low' } },
    ],
    [
      'a group of an unknown field',
      'unknown-field measure.by.1',
      { measure: { ...counted, by: ['accountId', 'shoe'] }, threshold: { above: 1 } },
    ],
    [
      'a sliding window of no length',
      'invalid-duration measure.window.sliding',
      { measure: { ...counted, window: { sliding: 'PT0S' } }, threshold: { above: 1 } },
    ],
    [
      'a zone that is none',
      'unknown-zone measure.window.timezone',
      {
        measure: { ...counted, window: { calendar: 'day', timezone: 'Asia/Peking-ish' } },
        threshold: { above: 1 },
      },
    ],
    [
      'a sum of an unknown field',
      'unknown-field measure.sum',
      { measure: { ...totalled, sum: 'shoe' }, threshold: yuan },
    ],
    [
      'a value of an unknown field',
      'unknown-field measure.value',
      { measure: { value: 'attributes.' }, threshold: yuan },
    ],
    ['an unknown field in when', 'unknown-field when.0.field', { when: [{ field: 'shoe', equals: 1 }] }],
    [
      'an unknown field in trigger',
      'unknown-field trigger.1.field',
      {
        trigger: [
          { field: 'type', equals: 'x' },
          { field: 'shoe', equals: 1 },
        ],
      },
    ],
    [
      'an unknown field in where',
      'unknown-field measure.where.0.field',
      { measure: { ...counted, where: [{ field: 'shoe', equals: 1 }] }, threshold: { above: 1 } },
    ],
    ['a condition that compares nothing', 'empty-condition when.0', { when: [{ field: 'type' }] }],
    [
      'a condition within all',
      'unknown-field when.0.all.1.field',
      {
        when: [
          {
            all: [
              { field: 'type', equals: 'x' },
              { field: 'shoe', equals: 1 },
            ],
          },
        ],
      },
    ],
    ['a condition within any', 'unknown-field when.0.any.0.field', { when: [{ any: [{ field: 'shoe', equals: 1 }] }] }],
    ['a condition within not', 'unknown-field when.0.not.field', { when: [{ not: { field: 'shoe', equals: 1 } }] }],
    ['an amount that equals none', 'invalid-number when.0.equals', { when: [{ field: 'amount', equals: 'much' }] }],
    ['an amount that is true', 'invalid-number when.0.in', { when: [{ field: 'amount', in: ['1.00', true] }] }],
    ['an amount not in none', 'invalid-number when.0.notIn', { when: [{ field: 'amount', notIn: ['1e3'] }] }],
    ['a limit that is none', 'invalid-number when.0.above', { when: [{ field: 'amount', above: 'much' }] }],
    [
      'an end of between that is none',
      'invalid-number when.0.between.1',
      { when: [{ field: 'amount', between: ['1', 'x'] }] },
    ],
    [
      'another end of between that is none',
      'invalid-number when.0.between.0',
      { when: [{ field: 'amount', between: ['x', '1'] }] },
    ],
    [
      'a between whose ends are exchanged',
      'invalid-number when.0.between',
      { when: [{ field: 'amount', between: ['2', '1'] }] },
    ],
    ['a pattern that is none', 'invalid-pattern when.0.matches', { when: [{ field: 'type', matches: '(' }] }],
    ['a threshold that compares nothing', 'no-comparison threshold', { measure: own, threshold: { currency: 'CNY' } }],
    [
      'a threshold that compares twice',
      'several-comparisons threshold',
      { measure: own, threshold: { above: '1', below: '2', currency: 'CNY' } },
    ],
    [
      'a limit with more decimals than its currency',
      'invalid-number threshold.atMost',
      { measure: own, threshold: { atMost: '1.001', currency: 'CNY' } },
    ],
    [
      'a limit of a count that is not whole',
      'invalid-number threshold.between.1',
      { measure: counted, threshold: { between: [1, '1.5'] } },
    ],
    ['money without a currency', 'currency-missing threshold', { measure: own, threshold: { above: '1' } }],
    [
      'money of a currency that is none',
      'unknown-currency threshold',
      { measure: totalled, threshold: { above: '1', currency: 'XXX' } },
    ],
    ['a count of a currency', 'currency-not-allowed threshold', { measure: counted, threshold: yuan }],
    [
      'a number of a currency',
      'currency-not-allowed threshold',
      { measure: { value: 'attributes.score' }, threshold: yuan },
    ],
  ])('%s', (_what, expected, given) => {
    expect(refusal([rule(given)])).toBe(`r: ${expected}`);
  });

  it('a measure of another verb, naming the verbs there are', () => {
    const measure = { mean: 'amount', by: ['accountId'], window: lastHour } as unknown as MeasureSpec;

    expect(refusal([rule({ measure, threshold: yuan })])).toBe('r: unknown-field measure');
    expect(() => compileRule(rule({ measure, threshold: yuan }))).toThrow('value, count, sum');
  });

  it('a version that is given twice', () => {
    expect(refusal([rule(), rule({ version: 2 }), rule({ version: 2 })])).toBe('r: duplicate-version version');
    expect(refusal([rule(), rule({ version: 2 }), rule({ id: 'q', version: 2 })])).toBe('compiles');
  });

  it('says whether a limit must be whole, or how many decimals it may have', () => {
    const limit = (measure: MeasureSpec, currency?: string) => () =>
      compileRule(rule({ measure, threshold: { above: '1.0000001', currency } }));

    expect(limit(counted)).toThrow('whole');
    expect(limit(own, 'CNY')).toThrow('has 2 decimals');
  });

  it('has a name of its own among errors', () => {
    expect(() => compileRule(rule({ lateness: '' }))).toThrow(expect.objectContaining({ name: 'RuleError' }) as Error);
  });
});

describe('a compiled rule', () => {
  it('carries what the document says, times and lengths in milliseconds', () => {
    const document = rule({
      version: 3,
      measure: totalled,
      threshold: yuan,
      raise: { on: { cooldown: 'PT2H' }, severity: 'critical' },
    });

    expect(compileRule(document)).toMatchObject({
      id: 'r',
      version: 3,
      title: { en: 'a rule', zh: '规则' },
      review: { confirmWithCustomer: true, due: 'P1D' },
      effectiveFrom: Date.parse('2025-12-31T16:00:00Z'),
      effectiveUntil: Infinity,
      lateness: 600_000,
      window: { kind: 'sliding', length: 3_600_000 },
      raising: { on: 'cooldown', length: 7_200_000 },
      ofSingleFacts: false,
      document,
    });
  });

  it.each<[string, Partial<RuleSpec>, boolean]>([
    ['no measure', {}, true],
    ['its own value at every fact', { measure: own, threshold: yuan }, true],
    ['its own value without group', { measure: { value: 'amount' }, threshold: yuan }, true],
    [
      'its own value when crossing',
      { measure: own, threshold: yuan, raise: { on: 'crossing', severity: 'low' } },
      false,
    ],
    ['a window', { measure: counted, threshold: { above: 1 } }, false],
  ])('of %s looks at single facts only: known', (_what, given, expected) => {
    expect(compileRule(rule(given)).ofSingleFacts).toBe(expected);
  });

  it('has a calendar window of its zone', () => {
    const measure: MeasureSpec = { ...counted, window: { calendar: 'week', timezone: 'Asia/Shanghai' } };

    expect(compileRule(rule({ measure, threshold: { above: 1 } })).window).toEqual({
      kind: 'calendar',
      span: 'week',
      zone: 'Asia/Shanghai',
    });
  });

  it.each<[RuleSpec['on'], boolean, boolean]>([
    ['transaction', true, false],
    ['operation', false, true],
    ['any', true, true],
  ])('on %s applies to facts of that kind, where `when` holds', (on, transactions, operations) => {
    const appliesTo = every(compileRule(rule({ on, when: [{ field: 'type', equals: 'x' }] })).applies);

    expect(appliesTo(fact({ type: 'x' }))).toBe(transactions);
    expect(appliesTo(fact({ kind: 'operation', type: 'x' }))).toBe(operations);
    expect(appliesTo(fact({ type: 'y' }))).toBe(false);
    expect(appliesTo(fact({ kind: 'operation', type: 'y' }))).toBe(false);
  });

  it('triggers where all of `trigger` hold, and measures where all of `where` hold', () => {
    const where = [
      { field: 'type', equals: 'x' },
      { field: 'channel', equals: 'atm' },
    ];
    const compiled = compileRule(rule({ trigger: where, measure: { ...counted, where }, threshold: { above: 1 } }));

    for (const holds of [every(compiled.trigger), every(compiled.where)]) {
      expect(holds(fact({ type: 'x', channel: 'atm' }))).toBe(true);
      expect(holds(fact({ type: 'x' }))).toBe(false);
      expect(holds(fact({ channel: 'atm' }))).toBe(false);
    }
  });

  it.each<[string, MeasureSpec, RuleSpec['threshold'], string]>([
    ['money with all decimals of its currency', own, { above: '100', currency: 'CNY' }, '100.00'],
    ['money between two limits', own, { between: ['1', '2.5'], currency: 'KWD' }, '1.000..2.500'],
    ['a count as it is', counted, { atLeast: '10' }, '10'],
    ['a plain number without zeros', { value: 'attributes.score' }, { below: '0.50' }, '0.5'],
    ['a whole plain number', { value: 'attributes.score' }, { below: '-100' }, '-100'],
  ])('shows its limit: %s', (_what, measure, threshold, limit) => {
    expect(compileRule(rule({ measure, threshold })).threshold?.shown(1, fact())?.limit).toBe(limit);
  });

  it.each<[string, RuleSpec['threshold'], number[]]>([
    ['above', { above: 2 }, [3]],
    ['atLeast', { atLeast: 2 }, [2, 3]],
    ['below', { below: 2 }, [0, 1]],
    ['atMost', { atMost: 2 }, [0, 1, 2]],
    ['between', { between: [1, 2] }, [1, 2]],
    ['between one and the same', { between: [2, 2] }, [2]],
  ])('%s is met by the right values', (_what, threshold, met) => {
    const { threshold: compiled } = compileRule(rule({ measure: counted, threshold }));

    expect([0, 1, 2, 3].filter((units) => compiled?.reached(units, fact()) === 1)).toEqual(met);
  });
});

describe('the severity of a hit', () => {
  it('is that of the rule, whatever it measures', () => {
    const { severityOf } = compileRule(rule({ raise: { on: 'every', severity: 'critical' } }));

    expect([severityOf(1), severityOf(0)]).toEqual(['critical', 'critical']);
  });

  it('is that of the gravest tier that is reached', () => {
    const tiers = [
      { above: '1.00', severity: 'low' },
      { between: ['5.00', '9.00'] as const, severity: 'medium' },
      { atLeast: '7.00', severity: 'critical' },
    ] as const;
    const { threshold, severityOf } = compileRule(
      rule({ measure: own, raise: { on: 'every' }, threshold: { tiers, currency: 'CNY' } }),
    );
    const reached = (amount: number) => threshold?.reached(amount, fact());

    expect([100, 101, 500, 699, 700, 1000].map(reached)).toEqual([0, 1, 2, 2, 3, 3]);
    expect([1, 2, 3].map(severityOf)).toEqual(['low', 'medium', 'critical']);
    expect([1, 2, 3].map((level) => threshold?.shown(level, fact()))).toEqual([
      { limit: '1.00', comparison: 'above' },
      { limit: '5.00..9.00', comparison: 'between' },
      { limit: '7.00', comparison: 'atLeast' },
    ]);
    expect(() => threshold?.shown(4, fact())).toThrow(RangeError);
  });
});

describe('what a rule looks up', () => {
  it('is known by name, each once, wherever it stands', () => {
    const inList = (name: string) => ({ field: 'type', inList: name });
    const { uses } = compileRule(
      rule({
        when: [{ any: [inList('a'), { all: [{ not: inList('b') }] }] }],
        trigger: [{ field: 'type', notInList: 'c' }, inList('a')],
        measure: { sum: 'amount', by: ['accountId'], window: lastHour, where: [inList('d')] },
        threshold: { between: [{ table: 't', key: 'type' }, { field: 'attributes.x' }], currency: 'CNY' },
      }),
    );

    expect([...uses].sort()).toEqual(['list:a', 'list:b', 'list:c', 'list:d', 'rates:CNY', 'table:t']);
  });

  it('also in tiers and in what ends a run', () => {
    const { uses } = compileRule(
      rule({
        measure: {
          run: 'facts',
          by: ['accountId'],
          window: lastHour,
          where: [{ field: 'type', equals: 'x' }],
          until: [{ field: 'type', inList: 'ends' }],
        },
        raise: { on: 'every' },
        threshold: { tiers: [{ atLeast: { table: 'limits', key: 'type' }, severity: 'low' }] },
      }),
    );

    expect([...uses].sort()).toEqual(['list:ends', 'table:limits']);
  });

  it('is nothing where it looks nothing up', () => {
    expect(compileRule(rule()).uses).toEqual([]);
  });
});

describe('what a hit recommends', () => {
  const until = (given: Partial<RuleSpec>, at: string): string | undefined => {
    const recommended = compileRule(rule(given)).recommends?.(Date.parse(at));
    return recommended && new Date(recommended.freeze.until).toISOString();
  };

  it('is nothing unless the rule says so', () => {
    expect(compileRule(rule()).recommends).toBeNull();
  });

  it('is a freeze until the next day begins in its zone, or in that of the calendar window', () => {
    const nextDay = { freeze: { until: 'nextDay' } };
    const daily: Partial<RuleSpec> = {
      recommend: nextDay,
      measure: { count: 'facts', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
      threshold: { above: 1 },
    };

    expect(until(daily, '2026-03-02T15:59:59.999Z')).toBe('2026-03-02T16:00:00.000Z');
    expect(until(daily, '2026-03-02T16:00:00Z')).toBe('2026-03-03T16:00:00.000Z');
    const berlin = { ...daily, recommend: { freeze: { until: 'nextDay', timezone: 'Europe/Berlin' } } };
    expect(until(berlin, '2026-03-28T22:30:00Z')).toBe('2026-03-28T23:00:00.000Z');
    expect(until(berlin, '2026-03-28T23:30:00Z')).toBe('2026-03-29T22:00:00.000Z');
  });

  it.each([
    // The 7th begins at 02:30, the 6th is back from 02:31 to 03:30, the 8th begins a day later.
    ['2010-11-07T02:29:59.999Z', '2010-11-07T02:30:00.000Z'],
    ['2010-11-07T02:30:00Z', '2010-11-08T03:30:00.000Z'],
    ['2010-11-07T02:30:59.999Z', '2010-11-08T03:30:00.000Z'],
    ['2010-11-07T02:31:00Z', '2010-11-07T03:30:00.000Z'],
    ['2010-11-07T03:00:00Z', '2010-11-07T03:30:00.000Z'],
    ['2010-11-07T03:30:00Z', '2010-11-08T03:30:00.000Z'],
  ])('is a freeze until the next day begins after the fact where clocks go back over midnight: %s', (at, wanted) => {
    expect(until({ recommend: { freeze: { until: 'nextDay', timezone: 'America/St_Johns' } } }, at)).toBe(wanted);
  });

  it('is a freeze until the end of a day that the zone skips (Samoa, 30 December 2011)', () => {
    const apia: Partial<RuleSpec> = { recommend: { freeze: { until: 'nextDay', timezone: 'Pacific/Apia' } } };

    expect(until(apia, '2011-12-30T09:59:59.999Z')).toBe('2011-12-30T10:00:00.000Z');
    expect(until(apia, '2011-12-30T10:00:00Z')).toBe('2011-12-31T10:00:00.000Z');
  });

  it('is a freeze for a while after the fact', () => {
    expect(until({ recommend: { freeze: { until: 'PT36H' } } }, '2026-03-02T00:00:00Z')).toBe(
      '2026-03-03T12:00:00.000Z',
    );
  });
});

describe('a set of rules', () => {
  const from = (version: number, day: string, id = 'r'): RuleSpec =>
    rule({ id, version, effectiveFrom: `2026-01-${day}T00:00:00Z` });
  const untilOf = (documents: readonly RuleSpec[]): (string | number)[] =>
    compileRules(documents).rules.map(({ effectiveUntil }) =>
      effectiveUntil === Infinity ? 'for ever' : new Date(effectiveUntil).toISOString().slice(8, 10),
    );

  it('lets each version govern up to the beginning of the next', () => {
    expect(untilOf([from(1, '01'), from(2, '05'), from(3, '09')])).toEqual(['05', '09', 'for ever']);
  });

  it('lets the earliest of the later versions end it, in whatever order they are written', () => {
    expect(untilOf([from(3, '04'), from(1, '01'), from(2, '05')])).toEqual(['for ever', '04', '04']);
  });

  it('keeps rules of other names apart', () => {
    expect(untilOf([from(1, '01'), from(2, '05', 'q')])).toEqual(['for ever', 'for ever']);
  });

  it('has the largest lateness of its rules, one hour where there are none', () => {
    expect(compileRules([rule({ lateness: 'PT5M' }), rule({ id: 'q', lateness: 'PT7M' })]).lateness).toBe(420_000);
    expect(compileRules([]).lateness).toBe(3_600_000);
  });
});
