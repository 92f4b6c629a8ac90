import type { Fact } from '../fact/fact';
import { HeldFacts } from './held-facts';

const fact = (id: string, occurredAt = 0, source = 'default'): Fact => ({
  source,
  id,
  kind: 'operation',
  occurredAt,
  attributes: {},
});

describe.each([
  ['few', 3],
  ['many', 200],
])('%s held facts', (_how, howMany) => {
  const facts = Array.from({ length: howMany }, (_, n) => fact(`f${n}`, n));
  const held = (): HeldFacts => {
    const all = new HeldFacts();
    for (const one of facts) all.add({ fact: one, late: one.occurredAt % 2 === 1 });
    return all;
  };

  it('are found by their names, in the order in which they came', () => {
    const all = held();

    expect(all.size).toBe(howMany);
    expect(all.values().map(({ fact: one }) => one)).toEqual(facts);
    for (const one of facts) expect(all.find({ source: 'default', id: one.id })).toBe(one);
    expect(all.values()[1]?.late).toBe(true);
    expect([all.find({ source: 'default', id: 'x' }), all.find({ source: 'other', id: 'f1' })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('of one id and several sources are told apart', () => {
    const all = held();
    const [second, third] = [fact('f1', 1, 'b'), fact('f1', 1, 'c')];
    all.add({ fact: second, late: false });
    all.add({ fact: third, late: false });

    expect(all.find({ source: 'default', id: 'f1' })).toBe(facts[1]);
    expect(all.find(second)).toBe(second);
    expect(all.find(third)).toBe(third);
    expect(all.find({ source: 'd', id: 'f1' })).toBeUndefined();
  });

  it('before a time are dropped', () => {
    const all = held();
    all.dropBefore(2);

    expect(all.size).toBe(howMany - 2);
    expect([all.find(fact('f1')), all.find(fact('f2'))]).toEqual([undefined, facts[2]]);
    all.dropBefore(2);
    expect(all.size).toBe(howMany - 2);
    all.dropBefore(howMany);
    expect([all.size, all.find(fact('f2'))]).toEqual([0, undefined]);
  });
});
