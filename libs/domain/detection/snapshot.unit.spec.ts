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

describe('a home that is too large for one text', () => {
  const restoredOf = (detector: Detector): { readonly parts: readonly string[]; readonly restored: Detector } => {
    const parts = [...snapshotOf(detector)];
    const restored = restoreDetector(parts);
    expect([...snapshotOf(restored)]).toEqual(parts);
    expect([...restored.held()]).toEqual([...detector.held()]);
    return { parts, restored };
  };

  it('stands in pieces, facts as well as entries of groups, and is whole again', () => {
    const byType: RuleSpec = {
      ...pair,
      id: 'by-type',
      measure: { count: 'facts', by: ['accountId', 'type'], window: { sliding: 'P30D' } },
      raise: { on: 'crossing', severity: 'low' },
    };
    const detector = new Detector(compileRules([{ ...pair, raise: byType.raise }, byType]));
    const count = 12_000;
    for (let n = 0; n < count; n++) {
      detector.accept({ ...fact(`f${n}`, noon + n), type: n % 3 === 0 ? 'x' : `t${n % 7}` }, at(n));
    }
    detector.accept(fact('late', noon - 2 * hour), { ...at(count), late: true });
    detector.accept(fact('other', noon + count, 'A2'), at(count + 1));

    const { parts, restored } = restoredOf(detector);

    expect(parts.length).toBeGreaterThan(3);
    const items = parts
      .slice(1)
      .map((part) =>
        (JSON.parse(part) as { facts: unknown[]; groups: { entries: unknown[] }[] }[])
          .map(({ facts, groups }) => facts.length + groups.reduce((sum, { entries }) => sum + entries.length, 0))
          .reduce((sum, one) => sum + one, 0),
      );
    expect(Math.max(...items)).toBeLessThan(15_000);
    const next = { ...fact('next', noon + count), type: 'x' };
    expect(restored.accept(next, at(count + 2))).toEqual(detector.accept(next, at(count + 2)));
    expect(restored.accept(fact('late', noon - 2 * hour), at(count + 3)).outcome).toBe('duplicate');
  });

  it('is cut by what its facts say too', () => {
    const detector = new Detector(rules);
    for (let n = 0; n < 20; n++) {
      detector.accept({ ...fact(`f${n}`, noon + n), attributes: { note: 'x'.repeat(1_000_000) } }, at(n));
    }
    const { parts } = restoredOf(detector);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(6_000_000);
  });

  it('is read as well where it stands in one piece, as the format before wrote it', () => {
    const detector = new Detector(rules);
    for (let n = 0; n < 3; n++) detector.accept(fact(`f${n}`, noon + n), at(n));
    const [head = '', ...homes] = [...snapshotOf(detector)];
    const earlier = restoreDetector([head.replace('"format":5', '"format":4'), ...homes]);
    expect([...snapshotOf(earlier)]).toEqual([head, ...homes]);
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
    expect(restoring({ ...parts().head, format: 1 })).toThrow('has format 1; this version reads 4 and 5');
  });

  it('a dimension that the rules do not have', () => {
    const { head, homes } = parts();
    for (const { groups } of homes) for (const group of groups) group['dimension'] = 7;

    expect(restoring(head, homes)).toThrow('dimension 7');
  });

  it('a piece whose beginning is not there', () => {
    const { head, homes } = parts();
    const [home] = homes;
    expect(restoring(head, [{ ...home, more: true }])).toThrow('goes on with "A1" without its beginning');
    const groups = home?.groups.map((group) => ({ ...group, more: true }));
    expect(restoring(head, [{ ...home, groups }])).toThrow('goes on with a group of "A1"');
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
