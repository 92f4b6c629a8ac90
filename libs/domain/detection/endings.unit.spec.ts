import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';

const noon = Date.parse('2026-01-05T12:00:00+08:00');
const hour = 3_600_000;
const rule = (given: Partial<RuleSpec> = {}): RuleSpec => ({
  id: 'r',
  title: { en: 'r', zh: '规' },
  version: 1,
  effectiveFrom: new Date(noon).toISOString(),
  lateness: 'P1D',
  on: 'transaction',
  when: [],
  trigger: [{ field: 'direction', equals: 'out' }],
  raise: { on: 'every', severity: 'low' },
  review: { confirmWithCustomer: false, due: 'P1D' },
  ...given,
});
const yuan = { above: '1.00', currency: 'CNY' };
const own = { value: 'amount', by: ['accountId', 'deviceId'] };
const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id: 'a',
  kind: 'transaction',
  occurredAt: noon,
  accountId: 'A1',
  deviceId: 'D1',
  direction: 'out',
  amount: 200,
  currency: 'CNY',
  attributes: {},
  ...given,
});
/** A fact without one of its fields. */
function without(field: keyof Fact): Fact {
  const { [field]: _left, ...rest } = fact();
  return rest as Fact;
}

const ofNext = 'not-applicable: conditions-not-met 1';

/** How the evaluation of the last of some facts ended by a version that a later one follows, which looks at no fact. */
function endings(document: RuleSpec, ...facts: readonly Fact[]): string[] {
  const never = [{ field: 'id', equals: 'never' }];
  const next = rule({ version: 2, effectiveFrom: '2026-02-01T00:00:00Z', when: never });
  const detector = new Detector(compileRules([document, next]));
  facts.forEach((one, offset) => {
    detector.takeTally();
    detector.accept(one, { topic: 'facts', partition: 0, offset });
  });
  const all = detector.takeTally().map(({ outcome, reason, times }) => `${outcome}: ${reason} ${times}`);
  expect(all).toContain(ofNext);
  all.splice(all.lastIndexOf(ofNext), 1);
  return all;
}

const cases: readonly (readonly [string, Fact])[] = [
  ['hit: threshold-met 1', fact()],
  ['no-hit: threshold-not-met 1', fact({ amount: 100 })],
  ['not-applicable: conditions-not-met 1', fact({ kind: 'operation' })],
  ['not-applicable: not-governed 1', fact({ occurredAt: noon - 1 })],
  ['not-applicable: not-governed 1', fact({ occurredAt: Date.parse('2026-02-01T00:00:00Z') })],
  ['not-applicable: not-a-trigger 1', fact({ direction: 'in' })],
  ['not-applicable: group-missing 1', without('deviceId')],
  ['not-applicable: field-missing 1', without('amount')],
  ['error: no-rate 1', fact({ currency: 'USD' })],
];

describe('how an evaluation ends, counted once for each fact and rule version', () => {
  it.each(cases)('of a fact’s own value at every fact: %s', (expected, one) => {
    expect(endings(rule({ measure: own, threshold: yuan }), one)).toEqual([expected]);
  });

  it.each(cases)('of a fact’s own value when crossing: %s', (expected, one) => {
    const crossing = rule({ measure: own, threshold: yuan, raise: { on: 'crossing', severity: 'low' } });

    expect(endings(crossing, one)).toEqual([expected]);
  });

  it('without a measure: a hit where the fact triggers', () => {
    expect(endings(rule(), fact())).toEqual(['hit: threshold-met 1']);
    expect(endings(rule(), fact({ direction: 'in' }))).toEqual(['not-applicable: not-a-trigger 1']);
  });

  it('of a number that is finer than what is measured', () => {
    const scored = rule({ measure: { value: 'attributes.score', by: ['accountId'] }, threshold: { above: 1 } });

    expect(endings(scored, fact({ attributes: { score: 1e-9 } }))).toEqual(['error: not-exact 1']);
  });

  it('of a fact without the field that it is compared by, whatever the window holds', () => {
    const usual = rule({
      measure: { timesUsual: 'attributes.score', by: ['accountId'], window: { sliding: 'PT1H' } },
      threshold: { above: 1 },
    });
    const spoilt = fact({ attributes: { score: 'high' } });

    expect(endings(usual, spoilt, fact({ id: 'b' }))).toEqual(['not-applicable: nothing-measured 1']);
    expect(endings(usual, spoilt, fact({ id: 'b', attributes: { score: 1 } }))).toEqual(['error: not-exact 1']);
  });

  it('of a window with one error and a limit with another: the window is told', () => {
    const total = rule({
      measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
      threshold: { above: { field: 'attributes.limit' }, currency: 'CNY' },
    });
    const fine = fact({ id: 'b', attributes: { limit: '0.001' } });

    expect(endings(total, fact({ currency: 'USD' }), fine)).toEqual(['error: no-rate 1']);
    expect(endings(total, fact(), fine)).toEqual(['error: not-exact 1']);
  });

  it('of a total beyond the exact integers', () => {
    const total = rule({
      measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
      threshold: yuan,
    });

    expect(endings(total, fact(), fact({ id: 'b', amount: Number.MAX_SAFE_INTEGER }))).toEqual([
      'error: out-of-range 1',
    ]);
  });

  it('where a hit is suppressed, as the fact before it or the last hit says', () => {
    const crossing = rule({ measure: own, threshold: yuan, raise: { on: 'crossing', severity: 'low' } });
    const cooldown = rule({ measure: own, threshold: yuan, raise: { on: { cooldown: 'PT1H' }, severity: 'low' } });
    const after = fact({ id: 'b', occurredAt: noon + 1 });

    expect(endings(crossing, fact(), after)).toEqual(['suppressed: not-crossing 1']);
    expect(endings(cooldown, fact(), after)).toEqual(['suppressed: cooling-down 1']);
  });

  it('of a fact that arrives out of order is its own ending, not that of facts measured again after it', () => {
    const crossing = rule({ measure: own, threshold: yuan, raise: { on: 'crossing', severity: 'low' } });

    expect(endings(crossing, fact({ occurredAt: noon + 9 }), fact({ id: 'b', amount: 1 }))).toEqual([
      'no-hit: threshold-not-met 1',
    ]);
  });
});

describe('a group', () => {
  const counted = { count: 'facts' as const, by: ['accountId', 'attributes.place'], window: { sliding: 'PT1H' } };
  const counting = rule({ measure: counted, threshold: { atLeast: 1 } });

  it.each<[string, Fact['attributes'][string], string]>([
    ['text as it is', 'x', 'x'],
    ['a number as JSON writes it', 1.5, '1.5'],
    ['true as JSON writes it', true, 'true'],
    ['a list as JSON writes it', [1, 'x'], '[1,"x"]'],
    ['text of 256 units', 'x'.repeat(256), 'x'.repeat(256)],
  ])('is of %s', (_what, place, value) => {
    const detector = new Detector(compileRules([counting]));
    const accepted = detector.accept(fact({ attributes: { place } }), { topic: 'facts', partition: 0, offset: 0 });

    expect(accepted.outcome === 'accepted' && accepted.states.map(({ group }) => group)).toEqual([
      [
        { field: 'accountId', value: 'A1' },
        { field: 'attributes.place', value },
      ],
    ]);
  });

  it('is of an amount with its currency', () => {
    const byAmount = rule({ measure: { ...counted, by: ['accountId', 'amount'] }, threshold: { atLeast: 1 } });
    const detector = new Detector(compileRules([byAmount]));
    const accepted = detector.accept(fact(), { topic: 'facts', partition: 0, offset: 0 });

    expect(accepted.outcome === 'accepted' && accepted.states[0]?.group[1]).toEqual({
      field: 'amount',
      value: '2.00 CNY',
    });
  });

  it.each<[string, Fact['attributes']]>([
    ['missing', {}],
    ['null', { place: null }],
    ['longer than 256 units', { place: 'x'.repeat(257) }],
  ])('is none where a value is %s', (_what, attributes) => {
    expect(endings(counting, fact({ attributes }))).toEqual(['not-applicable: group-missing 1']);
  });

  it('keeps no fact that no rule looks at', () => {
    const detector = new Detector(compileRules([counting]));
    detector.accept(fact({ kind: 'operation', attributes: { place: 'x' } }), {
      topic: 'facts',
      partition: 0,
      offset: 0,
    });

    expect((detector.homes.get('A1')?.groups ?? []).filter(({ length }) => length > 0)).toEqual([]);
  });
});

describe('evidence', () => {
  it('shows no amount where a fact has none, or no currency to read it in', () => {
    const detector = new Detector(
      compileRules([
        rule({
          measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
          threshold: { atLeast: 3 },
        }),
      ]),
    );
    const facts = [
      { ...without('currency'), id: 'a' },
      { ...without('amount'), id: 'b', occurredAt: noon + 1 },
      fact({ id: 'c', occurredAt: noon + 2 }),
    ];
    const last = facts.map((one, offset) => detector.accept(one, { topic: 'facts', partition: 0, offset })).at(-1);

    const shown = last?.outcome === 'accepted' ? (last.states[0]?.evidence.facts ?? []) : [];
    expect(shown.map(({ id, amount, currency }) => [id, amount, currency])).toEqual([
      ['a', null, null],
      ['b', null, null],
      ['c', '2.00', 'CNY'],
    ]);
  });
});

describe('a local day in two pieces', () => {
  it('crosses by its own facts: what stands between its pieces belongs to another day (SEMANTICS 11)', () => {
    const daily = rule({
      effectiveFrom: '1970-01-01T00:00:00Z',
      measure: { sum: 'amount', by: ['accountId'], window: { calendar: 'day', timezone: 'America/St_Johns' } },
      threshold: { above: '10.00', currency: 'CNY' },
      raise: { on: 'crossing', severity: 'low' },
    });
    const detector = new Detector(compileRules([daily]));
    const facts = [
      fact({ id: 'b', occurredAt: Date.parse('2010-11-07T02:30:30Z'), amount: 100 }), // the 7th: 1.00
      fact({ id: 'c', occurredAt: Date.parse('2010-11-07T03:00:00Z'), amount: 2000 }), // the 6th again: 20.00
      fact({ id: 'd', occurredAt: Date.parse('2010-11-07T03:30:00Z'), amount: 1500 }), // the 7th again: 16.00
    ];

    const said = facts.map((one, offset) => {
      const accepted = detector.accept(one, { topic: 'facts', partition: 0, offset });
      return accepted.outcome === 'accepted' ? accepted.states.map(({ evidence }) => evidence.measured) : [];
    });

    expect(said).toEqual([[], ['20.00'], ['16.00']]);
  });
});

describe('what was settled before the rules changed', () => {
  const at = (offset: number) => ({ topic: 'facts', partition: 0, offset });
  const counted = { count: 'facts' as const, by: ['accountId'], window: { sliding: 'PT1H' } };
  const first = rule({ lateness: 'PT1H', trigger: [], measure: counted, threshold: { atLeast: 1 } });
  const second = { ...first, version: 2, effectiveFrom: new Date(noon + 10).toISOString() };

  it('stays settled: a fact that the log of the version no longer held does not trigger it', () => {
    const detector = new Detector(compileRules([first, second]));
    detector.accept(fact({ occurredAt: noon + 20 }), at(0));
    detector.forget(noon + 6 * hour); // known by name still, but in no window any more

    expect(detector.setRules(compileRules([first]), at(0))).toEqual([]);
  });

  it('goes back to the version before, for rules of single facts as well', () => {
    const [plain, later] = [rule(), rule({ version: 2, effectiveFrom: second.effectiveFrom })];
    const detector = new Detector(compileRules([plain, later]));
    detector.accept(fact({ occurredAt: noon + 9 }), at(0));
    detector.accept(fact({ id: 'b', occurredAt: noon + 10 }), at(1));
    detector.accept(fact({ id: 'in', occurredAt: noon + 11, direction: 'in' }), at(2));

    const states = detector.setRules(compileRules([plain]), at(2));

    expect(states.map(({ status, version, fact: { id } }) => `${status} ${version} ${id}`)).toEqual(['raised 1 b']);
  });
});
