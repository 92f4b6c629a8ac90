import type { Fact, Json } from '../fact/fact';
import { References } from '../reference/references';
import { allOf } from './condition';
import { ruleFields } from './field';
import type { ConditionSpec, FieldConditionSpec } from './rule-spec';

const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'core',
  id: 'a',
  kind: 'transaction',
  occurredAt: 0,
  attributes: {},
  ...given,
});
const references = new References([]);
const money = (amount: number, currency: string): Fact => fact({ amount, currency });
const holds = (spec: ConditionSpec | readonly ConditionSpec[], of: Fact): boolean =>
  allOf(Array.isArray(spec) ? (spec as readonly ConditionSpec[]) : [spec as ConditionSpec], references, {
    rule: 'r',
    path: [],
  })(of);
const on = (field: string, operator: Omit<FieldConditionSpec, 'field'>): FieldConditionSpec => ({ field, ...operator });

describe('conditions together', () => {
  const [yes, no] = [on('source', { equals: 'core' }), on('source', { equals: 'other' })];

  it.each<[string, readonly ConditionSpec[], boolean]>([
    ['none at all hold', [], true],
    ['all that hold', [yes, yes], true],
    ['a list with one that does not', [yes, no], false],
    ['all: every one must', [{ all: [yes, no] }], false],
    ['all of those that hold', [{ all: [yes, yes] }], true],
    ['any: one is enough', [{ any: [no, yes] }], true],
    ['any of none that holds', [{ any: [no, no] }], false],
    ['any of nothing', [{ any: [] }], false],
    ['not of one that holds', [{ not: yes }], false],
    ['not of one that does not', [{ not: no }], true],
    ['nested', [{ not: { any: [no, { all: [yes, no] }] } }], true],
  ])('%s', (_what, conditions, expected) => {
    expect(holds(conditions, fact())).toBe(expected);
  });
});

describe('a missing or null field', () => {
  const missing = [fact(), fact({ attributes: { score: null } })];

  it.each<[string, Omit<FieldConditionSpec, 'field'>, boolean]>([
    ['equals', { equals: 'x' }, false],
    ['in', { in: ['x'] }, false],
    ['notIn', { notIn: ['x'] }, false],
    ['below', { below: 1 }, false],
    ['matches', { matches: '.*' }, false],
    ['exists: true', { exists: true }, false],
    ['exists: false', { exists: false }, true],
    ['exists: false with another operator', { exists: false, notIn: ['x'] }, false],
  ])('%s', (_what, operator, expected) => {
    for (const one of missing) expect(holds(on('attributes.score', operator), one)).toBe(expected);
  });

  it('of a present field: exists holds, and its contrary does not', () => {
    const present = fact({ attributes: { score: 0 } });

    expect(holds(on('attributes.score', { exists: true }), present)).toBe(true);
    expect(holds(on('attributes.score', { exists: false }), present)).toBe(false);
    expect(holds(on('attributes.score', { exists: true, equals: 1 }), present)).toBe(false);
    expect(holds(on('attributes.score', { exists: true, equals: 0 }), present)).toBe(true);
  });

  it('is not one that every object has', () => {
    expect(holds(on('attributes.constructor', { exists: true }), fact())).toBe(false);
    expect(holds(on('attributes.toString', { exists: false }), fact())).toBe(true);
  });
});

describe('fields', () => {
  it.each(ruleFields.filter((name) => name !== 'amount'))('%s is read from the fact', (name) => {
    const value = { kind: 'operation', direction: 'out' }[name as string] ?? 'here';

    expect(holds(on(name, { equals: value }), fact({ [name]: value }))).toBe(true);
    expect(holds(on(name, { equals: value }), fact({ [name]: 'elsewhere' }))).toBe(false);
  });

  it('attributes are read by all that stands behind the first point', () => {
    expect(holds(on('attributes.a.b', { equals: 1 }), fact({ attributes: { 'a.b': 1 } }))).toBe(true);
  });

  it.each(['shoe', 'attributes', 'attributes.', 'occurredAt', 'Amount'])('%s is none', (name) => {
    expect(() => holds(on(name, { exists: true }), fact())).toThrow(`no field "${name}"`);
  });
});

describe('equals, in and notIn', () => {
  it('compare type and value, text by code points', () => {
    const scored = fact({ attributes: { score: 1 } });

    expect(holds(on('attributes.score', { equals: 1 }), scored)).toBe(true);
    expect(holds(on('attributes.score', { equals: '1' }), scored)).toBe(false);
    expect(holds(on('attributes.score', { equals: true }), scored)).toBe(false);
    expect(holds(on('type', { equals: 'e\u0301' }), fact({ type: '\u00e9' }))).toBe(false);
  });

  it('find a value among several', () => {
    for (const [type, listed] of [
      ['x', true],
      ['y', true],
      ['z', false],
    ] as const) {
      expect(holds(on('type', { in: ['x', 'y'] }), fact({ type }))).toBe(listed);
      expect(holds(on('type', { notIn: ['x', 'y'] }), fact({ type }))).toBe(!listed);
    }
  });

  it('compare amounts in major units of their own currency', () => {
    expect(holds(on('amount', { equals: '50.0' }), money(5000, 'CNY'))).toBe(true);
    expect(holds(on('amount', { equals: 50 }), money(50, 'JPY'))).toBe(true);
    expect(holds(on('amount', { equals: 50 }), money(50_000, 'KWD'))).toBe(true);
    expect(holds(on('amount', { equals: 50 }), money(5001, 'CNY'))).toBe(false);
    expect(holds(on('amount', { in: ['1.00', '2.00'] }), money(200, 'CNY'))).toBe(true);
    expect(holds(on('amount', { notIn: ['1.00', '2.00'] }), money(200, 'CNY'))).toBe(false);
    expect(holds(on('amount', { notIn: ['1.00', '2.00'] }), money(300, 'CNY'))).toBe(true);
  });

  it('an amount without a known currency equals none', () => {
    expect(holds(on('amount', { equals: 50 }), fact({ amount: 50 }))).toBe(false);
    expect(holds(on('amount', { equals: 50 }), money(50, 'XXX'))).toBe(false);
  });
});

describe('inList and notInList', () => {
  const withList = (values: readonly (string | number | boolean)[]): References =>
    new References([{ list: 'watched', version: 1, effectiveFrom: '1970-01-01T00:00:01Z', values }]);
  const inListed = (spec: Omit<FieldConditionSpec, 'field'>, field: string, of: Fact, data: References): boolean =>
    allOf([on(field, spec)], data, { rule: 'r', path: [] })({ ...of, occurredAt: 1000 });

  it('look the value up by type and value', () => {
    const data = withList(['x', 1, true]);
    for (const [score, listed] of [
      ['x', true],
      [1, true],
      ['1', false],
      [true, true],
      ['y', false],
    ] as const) {
      const of = fact({ attributes: { score } });
      expect(inListed({ inList: 'watched' }, 'attributes.score', of, data)).toBe(listed);
      expect(inListed({ notInList: 'watched' }, 'attributes.score', of, data)).toBe(!listed);
    }
  });

  it('fail both where the field is missing; no list is an empty one', () => {
    const data = withList(['x']);
    expect(inListed({ inList: 'watched' }, 'type', fact(), data)).toBe(false);
    expect(inListed({ notInList: 'watched' }, 'type', fact(), data)).toBe(false);
    expect(inListed({ inList: 'unknown' }, 'type', fact({ type: 'x' }), data)).toBe(false);
    expect(inListed({ notInList: 'unknown' }, 'type', fact({ type: 'x' }), data)).toBe(true);
  });

  it('look at the version that governs the fact', () => {
    const test = allOf([on('type', { inList: 'watched' })], withList(['x']), { rule: 'r', path: [] });

    expect([999, 1000].map((occurredAt) => test(fact({ type: 'x', occurredAt })))).toEqual([false, true]);
  });

  it('compare amounts in major units', () => {
    const data = withList(['50.00', 7, 'x', true]);
    const listed = (of: Fact) => inListed({ inList: 'watched' }, 'amount', of, data);

    expect([money(5000, 'CNY'), money(7, 'JPY'), money(700, 'CNY'), money(5001, 'CNY')].map(listed)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(inListed({ notInList: 'watched' }, 'amount', money(5001, 'CNY'), data)).toBe(true);
    expect(inListed({ inList: 'unknown' }, 'amount', money(5000, 'CNY'), data)).toBe(false);
    expect(listed(fact({ amount: 5000 }))).toBe(false);
  });
});

describe('sameAs and differsFrom', () => {
  const two = (maker: Json, checker: Json): Fact => fact({ attributes: { maker, checker } });
  const same = on('attributes.maker', { sameAs: 'attributes.checker' });
  const differs = on('attributes.maker', { differsFrom: 'attributes.checker' });

  it.each<[Json, Json, boolean]>([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'A', false],
    ['\u00e9', 'e\u0301', false],
    [1, 1, true],
    [0, -0, true],
    [1, '1', false],
    [true, 'true', false],
    [['a', 1], ['a', 1], true],
    [['a', 1], [1, 'a'], false],
    [['a'], '["a"]', false],
    [{ a: 1, b: [{ c: 2, d: null }] }, { b: [{ d: null, c: 2 }], a: 1 }, true],
    [{ a: 1 }, { a: '1' }, false],
  ])('compare two fields by type and value: %j, %j', (maker, checker, alike) => {
    expect([holds(same, two(maker, checker)), holds(differs, two(maker, checker))]).toEqual([alike, !alike]);
  });

  it('fail where either is missing', () => {
    for (const one of [two('a', null), two(null, 'a'), two(null, null), fact()]) {
      expect([holds(same, one), holds(differs, one)]).toEqual([false, false]);
    }
  });

  it('tell amounts apart by decimal and currency', () => {
    const of = (text: string, amount: Fact): Fact => ({ ...amount, attributes: { text } });
    const sameAmount = on('attributes.text', { sameAs: 'amount' });

    expect(holds(sameAmount, of('1.50 CNY', money(150, 'CNY')))).toBe(true);
    expect(holds(sameAmount, of('1.50 CNY', money(150, 'USD')))).toBe(false);
    expect(holds(sameAmount, of('1.50 CNY', fact({ amount: 150 })))).toBe(false);
    expect(holds(sameAmount, { ...money(150, 'CNY'), attributes: { text: 1.5 } })).toBe(false);
  });
});

describe('comparisons', () => {
  it.each<[Omit<FieldConditionSpec, 'field'>, number[]]>([
    [{ above: '2' }, [3, 4]],
    [{ atLeast: '2' }, [2, 3, 4]],
    [{ below: 3 }, [1, 2]],
    [{ atMost: 3 }, [1, 2, 3]],
    [{ between: [2, '3.0'] }, [2, 3]],
    [{ above: 1, below: 4 }, [2, 3]],
  ])('%j', (operator, expected) => {
    const scored = [1, 2, 3, 4].filter((score) =>
      holds(on('attributes.score', operator), fact({ attributes: { score } })),
    );
    const paid = [1, 2, 3, 4].filter((amount) => holds(on('amount', operator), money(amount * 100, 'CNY')));

    expect(scored).toEqual(expected);
    expect(paid).toEqual(expected);
  });

  it('read decimals written as text, and hold for nothing that is no decimal', () => {
    expect(holds(on('attributes.score', { above: 1 }), fact({ attributes: { score: '1.5' } }))).toBe(true);
    expect(holds(on('attributes.score', { atLeast: 0 }), fact({ attributes: { score: 'many' } }))).toBe(false);
    expect(holds(on('attributes.score', { atLeast: 0 }), fact({ attributes: { score: true } }))).toBe(false);
    expect(holds(on('attributes.score', { atLeast: 0 }), fact({ attributes: { score: [1] } }))).toBe(false);
    expect(holds(on('amount', { atLeast: 0 }), fact({ amount: 1 }))).toBe(false);
  });

  it('are exact', () => {
    const sum = fact({ attributes: { score: 0.1 + 0.2 } });

    expect(holds(on('attributes.score', { above: '0.3' }), sum)).toBe(true);
    expect(holds(on('attributes.score', { atMost: '0.3' }), sum)).toBe(false);
  });

  it('must all hold with what else the condition says', () => {
    const both = on('attributes.score', { above: 1, in: [2, 3] });

    expect([1, 2, 4].map((score) => holds(both, fact({ attributes: { score } })))).toEqual([false, true, false]);
  });
});

describe('matches', () => {
  it('holds where the text has a part of that shape', () => {
    expect(holds(on('type', { matches: '^card-\\d{4}$' }), fact({ type: 'card-1234' }))).toBe(true);
    expect(holds(on('type', { matches: '^card-\\d{4}$' }), fact({ type: 'card-12345' }))).toBe(false);
    expect(holds(on('type', { matches: 'ard' }), fact({ type: 'card' }))).toBe(true);
  });

  it('reads code points, not halves of them', () => {
    expect(holds(on('type', { matches: '^.$' }), fact({ type: '😀' }))).toBe(true);
  });

  it('holds for no number', () => {
    expect(holds(on('attributes.score', { matches: '1' }), fact({ attributes: { score: 1 } }))).toBe(false);
  });

  it('looks at the first 256 units of a text', () => {
    const text = `${'a'.repeat(255)}bc`;

    expect(holds(on('type', { matches: 'b' }), fact({ type: text }))).toBe(true);
    expect(holds(on('type', { matches: 'c' }), fact({ type: text }))).toBe(false);
  });

  it.each<[string, string]>([
    ['(a)\\1', 'refers back'],
    ['(?<n>a)\\k<n>', 'refers back'],
    ['(?=a)', 'looks around'],
    ['(?<!a)b', 'looks around'],
    ['(?<name>a)', 'looks around or names'],
    ['(a)*', 'repeats a group'],
    ['(?:a)+', 'repeats a group'],
    ['(a)?', 'repeats a group'],
    ['(a){2}', 'repeats a group'],
    ['a*b+c*', 'open repeats'],
    ['a*b+c{2,}', 'open repeats'],
    ['a{1,9}b{1,9}c{1,9}', 'open repeats'],
    ['a**', 'not a regular expression'],
    ['[a', 'not a regular expression'],
  ])('refuses %s', (matches, why) => {
    expect(() => holds(on('type', { matches }), fact({ type: 'a' }))).toThrow(why);
  });

  it.each<[string, string]>([
    ['a*b+', 'aab'],
    ['a{3}b{3}c{3}', 'aaabbbccc'],
    ['(ab)c', 'abc'],
    ['(?:ab)c', 'abc'],
    ['[*+(){}?]', '+'],
    ['[^\\]]x', 'ax'],
    ['\\(a\\)\\*\\+\\*', '(a)*+*'],
    ['\\*\\*\\*', '***'],
    ['a??b?c?', 'abc'],
    ['\\\\[*+*]', '\\*'],
  ])('takes %s', (matches, text) => {
    expect(holds(on('type', { matches }), fact({ type: text }))).toBe(true);
  });
});
