import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { ConditionSpec, RuleSpec } from '../rule/rule-spec';
import { FusedRules } from './fused-rules';
import { Tally } from './outcome';

const rule = (id: string, given: Partial<RuleSpec> = {}): RuleSpec => ({
  id,
  title: { en: id, zh: id },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'PT1H',
  on: 'any',
  when: [],
  trigger: [],
  measure: { sum: 'attributes.n', by: ['accountId'], window: { sliding: 'PT1H' } },
  threshold: { above: 1 },
  raise: { on: 'every', severity: 'low' },
  review: { confirmWithCustomer: false, due: 'P1D' },
  ...given,
});
const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id: 'a',
  kind: 'transaction',
  occurredAt: 0,
  attributes: { n: 1 },
  ...given,
});
const fusedOf = (...documents: readonly RuleSpec[]): FusedRules => new FusedRules(compileRules(documents).rules);
const is = (field: string, equals: string): ConditionSpec => ({ field, equals });
const bits = (word: number): string => word.toString(2);

describe('rules looked at together', () => {
  it('each answer as if they were looked at alone', () => {
    const measured = { sum: 'attributes.n', by: ['accountId'], window: { sliding: 'PT1H' } };
    const fused = fusedOf(
      rule('all'),
      rule('when', { when: [is('type', 'x')] }),
      rule('trigger', { trigger: [is('type', 'x')] }),
      rule('where', { measure: { ...measured, where: [is('type', 'x')] } }),
      rule('operations', { on: 'operation' }),
    );
    const look = (given: Partial<Fact>): string[] => {
      const concerned = fused.look(fact(given));
      return [bits(fused.triggers), bits(fused.measures), String(concerned)];
    };

    expect(look({ type: 'x' })).toEqual(['1111', '1111', 'true']);
    expect(look({ type: 'y' })).toEqual(['1001', '101', 'true']);
    expect(look({ type: 'x', kind: 'operation' })).toEqual(['11111', '11111', 'true']);
    expect(look({ type: 'x', attributes: {} })).toEqual(['1111', '0', 'true']);
  });

  it('say so where none is concerned', () => {
    const fused = fusedOf(rule('when', { when: [is('type', 'x')] }));

    expect([fused.look(fact()), fused.triggers, fused.measures]).toEqual([false, 0, 0]);
  });

  it('ask each different condition once', () => {
    let asked = 0;
    const rules = compileRules([
      rule('a', { when: [is('type', 'x'), is('channel', 'y')] }),
      rule('b', { when: [is('channel', 'y')], trigger: [is('type', 'x')] }),
    ]).rules.map((compiled) => ({
      ...compiled,
      applies: compiled.applies.map(({ key, holds }) => ({
        key,
        holds: (one: Fact) => {
          asked++;
          return holds(one);
        },
      })),
      trigger: compiled.trigger.map(({ key }) => ({
        key,
        holds: () => {
          asked++;
          return true;
        },
      })),
    }));

    new FusedRules(rules).look(fact());

    expect(asked).toBe(2);
  });

  it('read each different contribution once, and none that no rule applies to', () => {
    const fused = fusedOf(
      rule('a'),
      rule('b', { measure: { average: 'attributes.n', by: ['accountId'], window: { sliding: 'P1D' } } }),
      rule('c', {
        when: [is('type', 'x')],
        measure: { distinct: 'attributes.n', by: ['accountId'], window: { sliding: 'P1D' } },
      }),
      rule('none', { measure: undefined, threshold: undefined }),
    );

    expect(fused.inputOf).toEqual([0, 0, 1, -1]);
    fused.look(fact());
    expect(fused.contributions).toEqual([1_000_000, null]);
    fused.look(fact({ type: 'x' }));
    expect(fused.contributions).toEqual([1_000_000, '1']);
  });

  it('need a value of their own only without a window', () => {
    const crossing = { on: 'crossing', severity: 'low' } as const;
    const fused = fusedOf(
      rule('own', { measure: { value: 'attributes.n', by: ['accountId'] }, raise: crossing }),
      rule('windowed'),
    );

    fused.look(fact({ attributes: {} }));
    expect([bits(fused.triggers), bits(fused.measures)]).toEqual(['10', '0']);
  });

  it('are triggered by what their version governs, and measure what it does not', () => {
    const fused = fusedOf(
      rule('r', { effectiveFrom: '1970-01-01T00:00:10Z' }),
      rule('r', { version: 2, effectiveFrom: '1970-01-01T00:00:20Z' }),
    );
    const look = (occurredAt: number): string[] => {
      fused.look(fact({ occurredAt }));
      return [bits(fused.triggers), bits(fused.measures)];
    };

    expect([9_999, 10_000, 19_999, 20_000].map(look)).toEqual([
      ['0', '11'],
      ['1', '11'],
      ['1', '11'],
      ['10', '11'],
    ]);
  });

  it('count why a fact does not trigger them, the first reason alone', () => {
    const rules = [
      rule('conditions', { when: [is('type', 'x')], effectiveFrom: '2026-01-01T00:00:00Z' }),
      rule('governed', { trigger: [is('type', 'x')], effectiveFrom: '2026-01-01T00:00:00Z' }),
      rule('trigger', { trigger: [is('type', 'x')] }),
      rule('field', {
        measure: { value: 'attributes.m', by: ['accountId'] },
        raise: { on: 'crossing', severity: 'low' },
      }),
      rule('triggered'),
    ];
    const { rules: compiled } = compileRules(rules);
    const [fused, tally] = [new FusedRules(compiled), new Tally(compiled)];
    fused.look(fact());
    fused.tallyOthers(tally);

    expect(tally.take().map(({ rule: id, reason, times }) => `${id} ${reason} ${times}`)).toEqual([
      'conditions conditions-not-met 1',
      'governed not-governed 1',
      'trigger not-a-trigger 1',
      'field field-missing 1',
    ]);
    expect(tally.take()).toEqual([]);
  });

  it('can be thirty', () => {
    const fused = fusedOf(...Array.from({ length: 30 }, (_, n) => rule(`r${n}`, { when: [is('type', String(n))] })));
    const triggered = Array.from({ length: 30 }, (_, n) => {
      fused.look(fact({ type: String(n) }));
      return fused.triggers;
    });

    expect(triggered).toEqual(Array.from({ length: 30 }, (_, n) => 2 ** n));
  });
});
