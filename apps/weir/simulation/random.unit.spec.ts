import fc from 'fast-check';
import { Random } from './random';

describe('Random', () => {
  it('gives the numbers it always gave', () => {
    const random = new Random(7, 1, 2);

    expect([random.next(), random.next(), random.next()]).toEqual([1_902_343_579, 1_853_844_431, 2_324_238_912]);
  });

  it('tells seeds apart that differ only above 32 bits', () => {
    expect(new Random(2 ** 32 + 5).next()).not.toBe(new Random(5).next());
  });

  it('stays between its bounds, however wide', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 10 ** 12 }), fc.nat({ max: 10 ** 12 }), (seed, from, span) => {
        const value = new Random(seed).between(from, from + span);
        expect(Number.isSafeInteger(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(from);
        expect(value).toBeLessThanOrEqual(from + span);
      }),
    );
  });

  it('draws each index about as often as its weight says', () => {
    const random = new Random(1);
    const counts = [0, 0, 0];
    for (let i = 0; i < 10_000; i++) {
      const index = random.weighted([70, 20, 10]);
      counts[index] = (counts[index] ?? 0) + 1;
    }

    expect(counts[0]).toBeGreaterThan(6_700);
    expect(counts[0]).toBeLessThan(7_300);
    expect(counts[2]).toBeGreaterThan(850);
    expect(counts[2]).toBeLessThan(1_150);
  });

  it('lets things happen as often as their rate says, on average', () => {
    const random = new Random(2);
    let total = 0;
    for (let i = 0; i < 10_000; i++) total += random.times(16_000, 9);

    expect(total).toBeGreaterThan(15_500);
    expect(total).toBeLessThan(16_500);
  });

  it('refuses limits that it could not draw exactly', () => {
    expect(() => new Random(1).below(2 ** 22)).toThrow(RangeError);
  });
});
