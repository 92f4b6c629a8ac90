import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';
import { restoreDetector, snapshotOf } from './snapshot';

const noon = Date.parse('2026-01-05T12:00:00+08:00');
const hour = 3_600_000;
const pair: RuleSpec = {
  id: 'pair',
  title: { en: 'pair', zh: '一对' },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'PT1H',
  on: 'any',
  when: [],
  trigger: [],
  measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
  threshold: { atLeast: 1 },
  raise: { on: { cooldown: 'P1D' }, severity: 'high' },
  review: { confirmWithCustomer: false, due: 'P1D' },
};
const rules = compileRules([pair, { ...pair, id: 'other', raise: { on: 'crossing', severity: 'low' } }]);
const fact = (id: string, occurredAt: number, accountId = 'A1'): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt,
  accountId,
  attributes: {},
});
const at = (offset: number) => ({ topic: 'facts', partition: 0, offset });

describe('what is written down and read back', () => {
  it('is the memory, infinite times as well', () => {
    const fresh = restoreDetector(snapshotOf(new Detector(rules)));
    const memory = { watermark: 5, settledBefore: 3, heldSince: 4, step: 2 };
    const used = restoreDetector(snapshotOf(new Detector(rules, { ...memory })));

    expect(fresh.memory).toEqual({ watermark: null, settledBefore: -Infinity, heldSince: -Infinity, step: 0 });
    expect(used.memory).toEqual(memory);
    expect(used.rules.rules.map(({ id }) => id)).toEqual(['pair', 'other']);
  });

  it('is what was late, and what is remembered of facts that have left', () => {
    const detector = new Detector(rules);
    detector.accept(fact('a', noon), at(0));
    detector.accept(fact('late', noon - 2 * hour), at(1));
    detector.forget(noon + 3 * hour);

    const restored = restoreDetector(snapshotOf(detector));

    expect(restored.accept(fact('late', noon - 2 * hour), at(2)).outcome).toBe('duplicate');
    // The cooldown of `pair` still runs, and `other` met its threshold before: neither raises.
    expect(restored.accept(fact('b', noon + 4 * hour), at(3))).toEqual({
      outcome: 'accepted',
      late: false,
      states: [],
    });
    expect(restored.setRules(rules, at(4))).toEqual([]);
    expect([...restored.held()].map(({ fact: { id }, late }) => [id, late])).toEqual([
      ['a', false],
      ['late', true],
      ['b', false],
    ]);
  });

  it('stands in parts that hold about five thousand facts, after the head', () => {
    const homesOfParts = (homes: number): number[] => {
      const detector = new Detector(rules);
      for (let n = 0; n < homes; n++) detector.accept(fact(`f${n}`, noon, `A${n}`), at(n));
      const [, ...parts] = [...snapshotOf(detector)];
      expect(restoreDetector(snapshotOf(detector)).homes.size).toBe(homes);
      return parts.map((part) => (JSON.parse(part) as unknown[]).length);
    };

    expect([0, 1, 2500, 2501, 5000].map(homesOfParts)).toEqual([[], [1], [2500], [2500, 1], [2500, 2500]]);
  });
});

describe('a snapshot that cannot be read says why', () => {
  const parts = (): { head: Record<string, unknown>; homes: { groups: Record<string, unknown>[] }[] } => {
    const detector = new Detector(rules);
    detector.accept(fact('a', noon), at(0));
    const [head = '', homes = ''] = [...snapshotOf(detector)];
    return {
      head: JSON.parse(head) as Record<string, unknown>,
      homes: JSON.parse(homes) as { groups: Record<string, unknown>[] }[],
    };
  };
  const restoring =
    (...texts: unknown[]) =>
    () =>
      restoreDetector(texts.map((text) => JSON.stringify(text)));

  it('no parts, or another format', () => {
    expect(() => restoreDetector([])).toThrow('without parts');
    expect(restoring({ ...parts().head, format: 1 })).toThrow('has format 1; this version reads 4');
  });

  it('a dimension that the rules do not have', () => {
    const { head, homes } = parts();
    for (const { groups } of homes) for (const group of groups) group['dimension'] = 7;

    expect(restoring(head, homes)).toThrow('dimension 7');
  });

  it('an entry whose fact is not there', () => {
    const { head, homes } = parts();
    for (const { groups } of homes) for (const group of groups) group['entries'] = [[3, 1]];

    expect(restoring(head, homes)).toThrow('fact 3 of "A1"');
  });

  it('cannot be written either where a log holds a fact that its home does not', () => {
    const detector = new Detector(rules);
    detector.accept(fact('a', noon), at(0));
    detector.homes.get('A1')?.dropBefore(detector.store, Infinity);

    expect(() => [...snapshotOf(detector)]).toThrow('Fact a stands');
  });
});
