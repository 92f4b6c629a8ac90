import fc from 'fast-check';
import type { Fact } from '../../fact/fact';
import { FactStore } from './fact-store';
import { HeldFacts } from './held-facts';
import { nameHash } from './names';

const fact = (id: string, occurredAt = 0, source = 'default'): Fact => ({
  source,
  id,
  kind: 'operation',
  occurredAt,
  attributes: {},
});

/** Facts that are held, and the store that holds them. */
class Setting {
  readonly store = new FactStore();
  readonly held = new HeldFacts();

  constructor(facts: readonly Fact[] = []) {
    for (const one of facts) this.add(one);
  }

  add(one: Fact, late = false): void {
    this.held.add(this.store, one, late);
  }

  find(one: Pick<Fact, 'source' | 'id'>): Fact | undefined {
    const ref = this.held.find(this.store, one);
    return ref < 0 ? undefined : this.store.fact(ref);
  }

  dropBefore(time: number): void {
    this.held.dropBefore(this.store, time);
  }

  ids(): readonly string[] {
    return this.held.refs().map((ref) => this.store.fact(ref).id);
  }
}

describe.each([
  ['few', 3],
  ['many', 200],
])('%s held facts', (_how, howMany) => {
  const facts = Array.from({ length: howMany }, (_, n) => fact(`f${n}`, n));

  it('are found by their names, in the order in which they came', () => {
    const all = new Setting(facts);

    expect(all.held.size).toBe(howMany);
    expect(all.ids()).toEqual(facts.map(({ id }) => id));
    for (const one of facts) expect(all.find({ source: 'default', id: one.id })).toEqual(one);
    expect([all.find({ source: 'default', id: 'x' }), all.find({ source: 'other', id: 'f1' })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('of one id and several sources are told apart', () => {
    const all = new Setting(facts);
    const [second, third] = [fact('f1', 1, 'b'), fact('f1', 1, 'c')];
    all.add(second);
    all.add(third);

    expect(all.find({ source: 'default', id: 'f1' })).toEqual(facts[1]);
    expect([all.find(second), all.find(third)]).toEqual([second, third]);
    expect(all.find({ source: 'd', id: 'f1' })).toBeUndefined();
  });

  it('before a time are dropped', () => {
    const all = new Setting(facts);
    all.dropBefore(2);

    expect(all.held.size).toBe(howMany - 2);
    expect([all.find(fact('f1')), all.find(fact('f2'))]).toEqual([undefined, facts[2]]);
    all.dropBefore(2);
    expect(all.held.size).toBe(howMany - 2);
    all.dropBefore(howMany);
    expect([all.held.size, all.find(fact('f2'))]).toEqual([0, undefined]);
  });
});

/** Ids whose names have the same hash. */
function sameHash(): readonly [string, string] {
  const byHash = new Map<number, string>();
  for (let n = 0; ; n++) {
    const id = `T${n}`;
    const other = byHash.get(nameHash('default', id));
    if (other !== undefined) return [other, id];
    byHash.set(nameHash('default', id), id);
  }
}

describe('held facts', () => {
  it.each([0, 200])('whose names have one hash are told apart, beside %s others', (others) => {
    const [a, b] = sameHash();
    const all = new Setting(Array.from({ length: others }, (_, n) => fact(`f${n}`)));
    all.add(fact(a));
    expect(all.find(fact(b))).toBeUndefined();
    all.add(fact(b));
    expect([all.find(fact(a))?.id, all.find(fact(b))?.id]).toEqual([a, b]);
  });

  it('that came behind a younger one are dropped once that is', () => {
    const all = new Setting([fact('old', 1), fact('young', 9), fact('late', 2)]);
    all.dropBefore(5);
    expect(all.ids()).toEqual(['young', 'late']);
    all.dropBefore(10);
    expect(all.ids()).toEqual([]);
  });

  it('are the same as in a list, whatever comes and goes', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ add: fc.nat(400) }) },
      { weight: 2, arbitrary: fc.record({ drop: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.record({ before: fc.nat(400) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 600 }), (steps) => {
        const all = new Setting();
        const wanted: string[] = [];
        steps.forEach((one, n) => {
          if ('add' in one) {
            if (wanted.includes(`f${one.add}`)) return;
            all.add(fact(`f${one.add}`, n));
            wanted.push(`f${one.add}`);
          } else if ('drop' in one) {
            const ref = all.held.find(all.store, fact(`f${one.drop}`));
            expect(ref >= 0).toBe(wanted.includes(`f${one.drop}`));
            if (ref < 0) return;
            all.held.drop(all.store, ref);
            wanted.splice(wanted.indexOf(`f${one.drop}`), 1);
          } else {
            const left = all.ids().filter((id) => (all.find(fact(id))?.occurredAt ?? 0) >= one.before);
            all.dropBefore(one.before);
            wanted.splice(0, wanted.length, ...left);
          }
          expect(all.ids()).toEqual(wanted);
        });
        for (const id of wanted) expect(all.find(fact(id))?.id).toBe(id);
      }),
      { numRuns: 60 },
    );
  });
});
