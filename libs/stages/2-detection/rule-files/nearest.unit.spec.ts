import fc from 'fast-check';
import { didYouMean, editDistance, nearest } from './nearest';

describe('editDistance', () => {
  it.each([
    ['amount', 'amount', 0],
    ['amuont', 'amount', 1],
    ['chanel', 'channel', 1],
    ['equal', 'equals', 1],
    ['abc', 'xyz', 3],
    ['', 'ab', 2],
  ])('from %s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b, 10)).toBe(distance);
  });

  it('is the same both ways, zero only for equal words, and stops beyond the limit', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, fc.nat({ max: 6 }), (a, b, limit) => {
        const exact = editDistance(a, b, 100);
        expect(editDistance(b, a, 100)).toBe(exact);
        expect(exact === 0).toBe(a === b);
        expect(editDistance(a, b, limit)).toBe(exact <= limit ? exact : limit + 1);
      }),
    );
  });
});

describe('nearest', () => {
  const known = ['above', 'atLeast', 'below', 'atMost', 'between', 'in', 'notIn'];

  it.each([
    ['atleast', 'atLeast'],
    ['atLeats', 'atLeast'],
    ['betwen', 'between'],
    ['IN', 'in'],
    ['greaterThan', undefined],
    ['xx', undefined],
  ])('of %s is %s', (word, wanted) => {
    expect(nearest(word, known)).toBe(wanted);
  });

  it('asks only where it has something else to offer', () => {
    expect(didYouMean('bellow', known)).toBe('did you mean "below"?');
    expect(didYouMean('below', known)).toBeUndefined();
    expect(didYouMean('x'.repeat(10_000), known)).toBeUndefined();
  });
});
