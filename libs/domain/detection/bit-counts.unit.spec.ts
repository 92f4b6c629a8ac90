import fc from 'fast-check';
import { BitCounts } from './bit-counts';
import { bitOf, mostColumns } from './bits';

const columns = Array.from({ length: mostColumns }, (_, column) => column);

describe('counts of bits', () => {
  it('are how often each was set', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** mostColumns - 1), { maxLength: 200 }), (all) => {
        const counts = new BitCounts();
        for (const bits of all) counts.add(bits);

        const wanted = columns.map((column) => all.filter((bits) => (bits & bitOf(column)) !== 0).length);
        expect(columns.map((column) => counts.of(column))).toEqual(wanted);
      }),
    );
  });

  it('begin at none again', () => {
    const counts = new BitCounts();
    for (let n = 0; n < 1_000; n++) counts.add(0b101);
    expect([0, 1, 2].map((column) => counts.of(column))).toEqual([1_000, 0, 1_000]);
    counts.clear();
    counts.add(0b010);
    expect([0, 1, 2].map((column) => counts.of(column))).toEqual([0, 1, 0]);
  });
});
