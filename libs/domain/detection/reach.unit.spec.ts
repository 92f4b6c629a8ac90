import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { MeasureSpec, RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';

const minute = 60_000;

const perTenMinutes: MeasureSpec = { count: 'facts', by: ['accountId'], window: { sliding: 'PT10M' } };

const rule = (on: RuleSpec['raise']['on']): RuleSpec => ({
  id: 'rule',
  title: { en: 'rule', zh: '规则' },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'P30D',
  on: 'any',
  when: [],
  trigger: [],
  measure: perTenMinutes,
  threshold: { atLeast: 2 },
  raise: { on, severity: 'low' },
  review: { confirmWithCustomer: false, due: 'P1D' },
});

const fact = (id: string, minutes: number): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt: 1_000_000_000_000 + minutes * minute,
  accountId: 'A1',
  attributes: {},
});

/** What a late fact changes, behind facts at minutes 0, 20, 40 … */
function changedBy(document: RuleSpec, late: Fact, apart = 20, howMany = 200): readonly string[] {
  const detector = new Detector(compileRules([document]));
  let offset = 0;
  const accept = (one: Fact): readonly string[] => {
    const accepted = detector.accept(one, { topic: 't', partition: 0, offset: offset++ });
    if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
    return accepted.states.map(({ status, fact: { id } }) => `${id} ${status}`);
  };
  for (let n = 0; n < howMany; n++) accept(fact(`f${n}`, n * apart));
  return accept(late);
}

describe('what a late fact changes', () => {
  it('of every fact: those whose windows hold it', () => {
    expect(changedBy(rule('every'), fact('late', 11))).toEqual(['f1 raised']);
    expect(changedBy(rule('every'), fact('late', 10))).toEqual([]);
  });

  it('of crossings: also the next that triggers', () => {
    // Facts are 5 minutes apart: from the second on, each meets the threshold, and only the second crosses it.
    const crossing = rule('crossing');
    expect(changedBy(crossing, fact('late', 0.5), 5, 6)).toEqual(['late raised', 'f1 withdrawn']);
    expect(changedBy(crossing, fact('late', -4), 5, 6)).toEqual(['f0 raised', 'f1 withdrawn']);
  });

  it('of cooldowns: as far as each hit that comes or goes moves the next', () => {
    // Raised at f1, f3, f5 …: the late one takes the place of f1, so that all behind it move by one.
    const states = changedBy(rule({ cooldown: 'PT8M' }), fact('late', 1), 5, 8);
    const moved = [
      'f1 withdrawn',
      'f2 raised',
      'f3 withdrawn',
      'f4 raised',
      'f5 withdrawn',
      'f6 raised',
      'f7 withdrawn',
    ];
    expect(states).toEqual(['late raised', ...moved]);
    // So long after f1 that f3 is free again, it moves none but f1.
    expect(changedBy(rule({ cooldown: 'PT10M' }), fact('late', 1), 5, 8)).toEqual(['late raised', 'f1 withdrawn']);
  });

  it('is found without measuring what lies behind', () => {
    let asked = 0;
    const document = rule('every');
    const rules = compileRules([document]);
    const counting = rules.rules.map((one) => ({
      ...one,
      threshold: one.threshold && {
        ...one.threshold,
        reached: () => {
          asked++;
          return 0;
        },
        shown: () => null,
        severityOf: () => null,
      },
    }));
    const detector = new Detector({ ...rules, rules: counting });
    for (let n = 0; n < 500; n++) detector.accept(fact(`f${n}`, n), { topic: 't', partition: 0, offset: n });
    const before = asked;
    detector.accept(fact('late', 100.5), { topic: 't', partition: 0, offset: 500 });

    // The late fact, and the ten whose windows hold it.
    expect(asked - before).toBe(11);
  });
});
