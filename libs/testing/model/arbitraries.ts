import type { ConditionDocument, RuleDocument, RuleInput } from '@weir/contracts';
import type { Fact, Json } from '@weir/domain';
import fc from 'fast-check';
import { aRule } from './builders';
import { inOrder } from './order';

/** Rules and facts of one random case, made so that ties and boundaries are common. */
export interface Case {
  readonly rules: readonly RuleDocument[];
  /** Each name once, in their order. */
  readonly facts: readonly Fact[];
}

/** Zones, each with an instant around which its clock or calendar does something worth looking at. */
const places: readonly (readonly [zone: string, around: string])[] = [
  ['Asia/Shanghai', '2026-01-31T16:00:00Z'],
  ['Asia/Shanghai', '2026-01-04T16:00:00Z'],
  ['Europe/Berlin', '2026-03-28T23:00:00Z'],
  ['Europe/Berlin', '2026-10-25T23:00:00Z'],
  ['America/New_York', '2026-03-08T05:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['America/St_Johns', '2010-11-07T02:31:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
];

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const units = [1, second, minute, 30 * minute, hour, 12 * hour, 24 * hour, 10 * 24 * hour];

/** A handful of instants around one, near to each other or far apart, some off by a millisecond. */
function instants(around: number): fc.Arbitrary<number[]> {
  return fc.tuple(fc.constantFrom(...units), fc.constantFrom(...units)).chain(([one, other]) => {
    const instant = fc
      .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1, max: 1 }), fc.constantFrom(0, 0, 0, 0, -1, 1))
      .map(([times, otherTimes, off]) => around + one * times + other * otherTimes + off);
    return fc.array(instant, { minLength: 2, maxLength: 8 });
  });
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 4 });

const score: fc.Arbitrary<Json> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<(string | number | null)[]>(0, 0.1, 0.2, '0.30', 3, -3, '7', null) },
  { weight: 1, arbitrary: fc.constantFrom<(string | number | boolean)[]>(0.1 + 0.2, 1e-7, 1e21, 'high', true) },
);
const attributes = fc
  .record(
    {
      certificate: fc.constantFrom(true, false, null),
      device: fc.constantFrom<(string | number | null)[]>('D1', 'D1', 'D2', '1', 1, null),
      score,
    },
    { requiredKeys: [] },
  )
  .map((given): Fact['attributes'] => given);

const minorUnits = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(0, 1, 100, 5000, 499_999, 500_000, 500_001) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Math.ceil(Number.MAX_SAFE_INTEGER / 2)),
  },
);
const currency = fc.oneof(
  { weight: 15, arbitrary: fc.constant('CNY') },
  { weight: 1, arbitrary: fc.constantFrom('JPY', 'KWD') },
);

function factOf(name: { source: string; id: string }, times: readonly number[]): fc.Arbitrary<Fact> {
  return fc
    .record({
      occurredAt: fc.constantFrom(...times),
      accountId: fc.constantFrom('A1', 'A1', 'A1', 'A1', 'A2'),
      isOperation: fc.constantFrom(false, false, false, true),
      customerId: maybe(fc.constantFrom('C1', 'C2')),
      channel: maybe(fc.constantFrom('ebank', 'counter', '')),
      direction: maybe(fc.constantFrom<('in' | 'out')[]>('in', 'out')),
      branchId: maybe(fc.constant('B1')),
      amount: minorUnits,
      currency,
      attributes,
    })
    .map(({ isOperation, amount, currency: code, ...rest }): Fact => {
      const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const fact = { ...name, ...present } as Omit<Fact, 'kind'>;
      return isOperation ? { ...fact, kind: 'operation' } : { ...fact, kind: 'transaction', amount, currency: code };
    });
}

const names = ['default', 'core', '\uFF5E'].flatMap((source) =>
  ['a', 'B', '10', '9', 'ab', '\uFF5E', '\u{1F600}', '\u{1F601}'].map((id) => ({ source, id })),
);

const decimals = fc.constantFrom('0', '1', '1', '49.99', '50.00', '4999.99', '5000.00', '5000.01', '10000.00');
const plains = fc.constantFrom('0', '0.1', '0.3', '0.30', '1', '3', '7', '-3', '10');
const counts = fc.constantFrom('0', '1', '1', '2', '2', '3', '4');

type Limits = Pick<NonNullable<RuleInput['threshold']>, 'above' | 'atLeast' | 'below' | 'atMost' | 'between'>;

/** Each comparison; the first two more often, with what is measured rising. */
function limits(limit: fc.Arbitrary<string>): fc.Arbitrary<Limits> {
  return fc.oneof(
    limit.map((above) => ({ above })),
    limit.map((atLeast) => ({ atLeast })),
    limit.map((above) => ({ above })),
    limit.map((atLeast) => ({ atLeast })),
    limit.map((below) => ({ below })),
    limit.map((atMost) => ({ atMost })),
    fc.tuple(limit, limit).map(([a, b]): Limits => ({ between: Number(a) <= Number(b) ? [a, b] : [b, a] })),
  );
}

const word = (field: string, ...words: string[]): fc.Arbitrary<ConditionDocument> =>
  fc.oneof(
    fc.constantFrom(...words).map((equals) => ({ field, equals })),
    fc.subarray(words, { minLength: 1 }).map((list) => ({ field, in: list })),
    fc.subarray(words, { minLength: 1 }).map((list) => ({ field, notIn: list })),
    fc.boolean().map((exists) => ({ field, exists })),
    fc.constantFrom('^e', 'er$', '^[A-Z][0-9]$').map((matches) => ({ field, matches })),
  );
const simple: fc.Arbitrary<ConditionDocument> = fc.oneof(
  word('channel', 'ebank', 'counter'),
  word('direction', 'in', 'out'),
  word('attributes.device', 'D1', 'D2'),
  word('currency', 'CNY', 'JPY'),
  word('customerId', 'C1'),
  fc.constantFrom<ConditionDocument[]>(
    { field: 'attributes.certificate', equals: false },
    { field: 'attributes.certificate', exists: true },
    { field: 'attributes.certificate', notIn: [true] },
    { field: 'attributes.score', equals: 3 },
    { field: 'attributes.score', equals: '7' },
    { field: 'amount', equals: '5000' },
    { field: 'amount', in: ['50', '0.01'] },
    { field: 'amount', notIn: ['5000.00', '50'] },
    { field: 'attributes.score', above: '0', notIn: ['7'] },
  ),
  limits(decimals).map((given) => ({ field: 'amount', ...given })),
  limits(plains).map((given) => ({ field: 'attributes.score', ...given })),
);
const condition: fc.Arbitrary<ConditionDocument> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: simple.map((not) => ({ not })) },
  { weight: 1, arbitrary: fc.tuple(simple, simple).map(([a, b]) => ({ any: [a, b] })) },
  { weight: 1, arbitrary: fc.tuple(simple, simple).map(([a, b]) => ({ not: { all: [a, { not: b }] } })) },
);
/** Mostly none, so that most facts pass. */
const conditions = fc.oneof(
  { weight: 5, arbitrary: fc.constant<ConditionDocument[]>([]) },
  { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) },
);

const by = fc.constantFrom<string[][]>(
  ['accountId'],
  ['accountId'],
  ['accountId'],
  ['accountId'],
  ['accountId', 'customerId'],
  ['accountId', 'attributes.device'],
  ['accountId', 'channel'],
);

type Measured = Pick<RuleInput, 'measure' | 'threshold'> & { readonly raise: RuleInput['raise']['on'] };

function measured(zone: string): fc.Arbitrary<Measured> {
  const window = fc.oneof(
    fc.constantFrom('PT1S', 'PT1M', 'PT30M', 'PT1H', 'P1D', 'P1D', 'P10D', 'P30D').map((sliding) => ({ sliding })),
    fc.constantFrom<('day' | 'week' | 'month')[]>('day', 'week', 'month').map((calendar) => ({
      calendar,
      timezone: zone,
    })),
  );
  const windowed = fc.record({ by, window, where: conditions });
  const raise = fc.oneof(
    { weight: 2, arbitrary: fc.constant('every' as const) },
    { weight: 1, arbitrary: fc.constant('crossing' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('PT1S', 'PT30M', 'PT1H', 'P1D').map((cooldown) => ({ cooldown })),
    },
  );
  const money = limits(decimals).map((given) => ({ ...given, currency: 'CNY' }));
  const value = (field: string): fc.Arbitrary<{ value: string; by: string[] }> =>
    fc.record({ value: fc.constant(field), by });
  const sum = (field: string): fc.Arbitrary<Measured['measure']> => windowed.map((given) => ({ sum: field, ...given }));
  const count = windowed.map((given) => ({ count: 'facts' as const, ...given }));
  return fc.oneof(
    { weight: 1, arbitrary: fc.record({ measure: value('amount'), threshold: money, raise }) },
    { weight: 1, arbitrary: fc.record({ measure: value('attributes.score'), threshold: limits(plains), raise }) },
    { weight: 3, arbitrary: fc.record({ measure: count, threshold: limits(counts), raise }) },
    { weight: 3, arbitrary: fc.record({ measure: sum('amount'), threshold: money, raise }) },
    { weight: 3, arbitrary: fc.record({ measure: sum('attributes.score'), threshold: limits(plains), raise }) },
    { weight: 1, arbitrary: fc.constant({ raise: 'every' as const }) },
  );
}

/** One version of a rule. */
function version(
  id: string,
  number: number,
  zone: string,
  effectiveFrom: string,
  lateness: fc.Arbitrary<string>,
): fc.Arbitrary<RuleDocument> {
  return fc
    .record({
      on: fc.constantFrom<RuleDocument['on'][]>('transaction', 'any', 'any', 'operation'),
      when: conditions,
      trigger: conditions,
      lateness,
      rest: measured(zone),
    })
    .map(({ rest: { raise, ...rest }, ...given }) =>
      aRule({ id, version: number, effectiveFrom, ...given, ...rest, raise: { on: raise, severity: 'low' } }),
    );
}

/** Rules, some with versions that begin at one of the instants, in whatever order, and facts. */
export function cases(lateness: fc.Arbitrary<string>): fc.Arbitrary<Case> {
  return fc
    .constantFrom(...places)
    .chain(([zone, around]) => fc.record({ zone: fc.constant(zone), times: instants(Date.parse(around)) }))
    .chain(({ zone, times }) => {
      const iso = (t: number): string => new Date(t).toISOString();
      const rule = (id: string): fc.Arbitrary<RuleDocument[]> =>
        fc.oneof(
          version(id, 1, zone, '1970-01-01T00:00:00Z', lateness).map((one) => [one]),
          fc
            .constantFrom(...times)
            .chain((from) =>
              fc.tuple(
                version(id, 1, zone, iso(from - 12 * hour), lateness),
                version(id, 2, zone, iso(from), lateness),
              ),
            ),
          fc
            .tuple(fc.constantFrom(...times), fc.constantFrom(...times), fc.constantFrom(...times))
            .chain((begin) => fc.tuple(...begin.map((from, at) => version(id, at + 1, zone, iso(from), lateness)))),
        );
      return fc.record({
        rules: fc
          .tuple(rule('first'), rule('second'), rule('third'))
          .chain((all) => fc.subarray(all, { minLength: 1 }).map((some) => some.flat())),
        facts: fc
          .subarray(names, { minLength: 1, maxLength: 14 })
          .chain((some) => fc.tuple(...some.map((name) => factOf(name, times))))
          .map((facts) => [...facts].sort(inOrder)),
      });
    });
}

/** One or two rules and some hundred facts of two accounts within a few days, a minute or more apart. */
export function longCases(lateness: fc.Arbitrary<string>): fc.Arbitrary<Case> {
  return fc.constantFrom(...places).chain(([zone, around]) => {
    const times = Array.from({ length: 4 * 24 * 6 }, (_, n) => Date.parse(around) + (n - 2 * 24 * 6) * 10 * minute);
    const epoch = '1970-01-01T00:00:00Z';
    return fc.record({
      rules: fc.tuple(version('one', 1, zone, epoch, lateness), version('two', 1, zone, epoch, lateness)),
      facts: fc
        .integer({ min: 150, max: 300 })
        .chain((length) =>
          fc.tuple(...Array.from({ length }, (_, n) => factOf({ source: 'default', id: `f${n}` }, times))),
        )
        .map((facts) => [...facts].sort(inOrder)),
    });
  });
}

/** Puts facts out of their order, none of them by more than `span` milliseconds behind the newest before it. */
export function shuffledWithin(facts: readonly Fact[], span: number): fc.Arbitrary<Fact[]> {
  const delay = fc.oneof(fc.constantFrom(0, span), fc.integer({ min: 0, max: span }));
  return fc.array(delay, { minLength: facts.length, maxLength: facts.length }).map((delays) =>
    facts
      .map((fact, at) => ({ fact, arrives: fact.occurredAt + (delays[at] ?? 0) }))
      .sort((a, b) => a.arrives - b.arrives)
      .map(({ fact }) => fact),
  );
}

const copy = (fact: Fact): Fact => structuredClone(fact);
const conflicting: ((fact: Fact) => Fact)[] = [
  (fact) => ({ ...fact, occurredAt: fact.occurredAt + 3 * hour }),
  (fact) => ({ ...fact, occurredAt: fact.occurredAt - 1 }),
  (fact) => ({ ...fact, attributes: { ...fact.attributes, other: true } }),
];

/** Repeats some facts at random later places: as they are, or (`conflicts`) under the same name with other content. */
export function repeated(facts: readonly Fact[], conflicts: boolean): fc.Arbitrary<Fact[]> {
  const change = fc.constantFrom(copy, copy, ...(conflicts ? conflicting : []));
  const insertion = fc.tuple(fc.nat(facts.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), change);
  return fc.array(insertion, { maxLength: 6 }).map((insertions) => {
    const all = [...facts];
    for (const [which, where, changed] of insertions) {
      const original = facts[which];
      if (original === undefined) continue;
      const first = all.indexOf(original);
      all.splice(first + 1 + Math.floor(where * (all.length - first)), 0, changed(original));
    }
    return all;
  });
}
