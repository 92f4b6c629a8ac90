import type { MeasureSpec } from '../rule-spec';
import type { Fact } from '../../fact/fact';
import type { ReferenceSpec } from '../../reference/reference-spec';
import { average } from './average';
import { max, min } from './extreme';
import { compiled, fact, grouped, yuan } from './given.spec';
import { Spoilt, type MeasureKind } from './measure';
import { sum } from './sum';
import { timesUsual } from './times-usual';
import { value } from './value';

const rates: ReferenceSpec = {
  rates: 'CNY',
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  values: [
    { currency: 'USD', from: '1970-01-01T00:00:01Z', rate: '7.1' },
    { currency: 'KWD', from: '1970-01-01T00:00:01Z', rate: '999999999' },
  ],
};

describe.each<[string, MeasureKind, (field: string) => MeasureSpec, boolean]>([
  ['value', value, (field) => ({ value: field }), true],
  ['sum', sum, (field) => ({ sum: field, ...grouped }), true],
  ['average', average, (field) => ({ average: field, ...grouped }), true],
  ['max', max, (field) => ({ max: field, ...grouped }), true],
  ['min', min, (field) => ({ min: field, ...grouped }), true],
  ['timesUsual', timesUsual, (field) => ({ timesUsual: field, ...grouped }), false],
])('what a fact contributes to %s', (_verb, kind, spec, inUnitOfField) => {
  it('of money: minor units of the currency, converted at the rate of its time; nothing where there is no amount', () => {
    const { contribution, unit } = compiled(kind, spec('amount'), 'CNY', [rates]);
    const dollars = (occurredAt: number): Fact => fact({ amount: 200, currency: 'USD', occurredAt });

    expect([contribution(yuan(150)), contribution(yuan(0))]).toEqual([150, 0]);
    expect(contribution(fact())).toBeNull();
    expect([contribution(dollars(999)), contribution(dollars(1000))]).toEqual([Spoilt.noRate, 1420]);
    expect(contribution(fact({ amount: 150, currency: 'EUR', occurredAt: 1000 }))).toBe(Spoilt.noRate);
    expect(contribution(fact({ amount: 150 }))).toBe(Spoilt.noRate);
    expect(contribution(fact({ amount: 9e15, currency: 'KWD', occurredAt: 1000 }))).toBe(Spoilt.outOfRange);
    if (inUnitOfField) expect([unit.scale, unit.currency, unit.format(150)]).toEqual([2, 'CNY', '1.50']);
    else expect([unit.scale, unit.currency, unit.format(1_500_000)]).toEqual([6, null, '1.5']);
  });

  it('of a plain number: millionths; nothing where it is missing; an error where it is finer or no number', () => {
    const { contribution, unit } = compiled(kind, spec('attributes.score'));
    const of = (score: Fact['attributes'][string]) => contribution(fact({ attributes: { score } }));

    expect([of(1.5), of('-2'), of(0.000001), of(0)]).toEqual([1_500_000, -2_000_000, 1, 0]);
    expect([contribution(fact()), of(null)]).toEqual([null, null]);
    expect([of(0.0000001), of('many'), of(true), of(1e15)]).toEqual(Array.from({ length: 4 }, () => Spoilt.notExact));
    expect([unit.scale, unit.currency, unit.format(1_500_000)]).toEqual([6, null, '1.5']);
  });

  it('needs a currency for money, one that there is, and none for other numbers', () => {
    expect(() => compiled(kind, spec('amount'))).toThrow('give threshold.currency');
    expect(() => compiled(kind, spec('amount'), 'XXX')).toThrow('no ISO 4217 currency');
    expect(() => compiled(kind, spec('attributes.score'), 'CNY')).toThrow('leave threshold.currency out');
    expect(() => compiled(kind, spec('shoe'))).toThrow('no field "shoe"');
  });
});
