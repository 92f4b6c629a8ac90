import type { Fact } from '../fact/fact';
import { firstAtOrAfter, has, insert, levelOf, mark, put, putLevel, type Entry } from './group-log';

const entry = (id: string, occurredAt: number): Entry => {
  const fact: Fact = { source: 'default', id, kind: 'operation', occurredAt, attributes: {} };
  return { fact, marks: new Uint8Array(2) };
};
const ids = (entries: readonly Entry[]): string => entries.map(({ fact }) => fact.id).join('');

describe('marks', () => {
  it('are set and cleared one by one, each rule for itself', () => {
    const one = entry('a', 0);
    put(one, 1, mark.measured, true);
    put(one, 1, mark.stands, true);
    put(one, 1, mark.measured, false);

    expect([...one.marks]).toEqual([0, mark.stands]);
    expect([has(one, 1, mark.stands), has(one, 1, mark.measured), has(one, 0, mark.stands)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(has(one, 1, mark.measured | mark.stands)).toBe(true);
  });

  it('are different bits', () => {
    const bits = Object.values(mark);

    const all = bits.reduce<number>((some, bit) => some | bit, 0);
    expect(bits.reduce((sum, bit) => sum + bit, 0)).toBe(all);
    expect(all).toBeLessThan(256);
  });

  it('hold the level that was reached, and leave the others alone', () => {
    const one = entry('a', 0);
    put(one, 1, mark.measured | mark.stands, true);
    const levels = [0, 1, 2, 3, 4, 0].map((level) => {
      putLevel(one, 1, level);
      return levelOf(one, 1);
    });

    expect(levels).toEqual([0, 1, 2, 3, 4, 0]);
    expect([...one.marks]).toEqual([0, mark.measured | mark.stands]);
    expect(levelOf(one, 5)).toBe(0);
  });

  it('of a rule that the entry does not know are not set', () => {
    expect(has(entry('a', 0), 5, mark.stands)).toBe(false);
  });
});

describe('the log of a group', () => {
  it.each(['abcde', 'edcba', 'cabed', 'bdace'])('is in order when facts come as %s', (order) => {
    const entries: Entry[] = [];
    const places = [...order].map((id) => insert(entries, entry(id, id.charCodeAt(0))));

    expect(ids(entries)).toBe('abcde');
    // Each place is how many of the facts that were there stand before it.
    expect(places).toEqual([...order].map((id, n) => [...order.slice(0, n)].filter((other) => other < id).length));
  });

  it('orders facts of one time by name', () => {
    const entries: Entry[] = [];
    for (const id of ['c', 'a', 'b']) insert(entries, entry(id, 7));

    expect(ids(entries)).toBe('abc');
  });

  it('finds the first fact at a time or later', () => {
    const entries = [entry('a', 10), entry('b', 20), entry('c', 20), entry('d', 30)];

    expect([0, 10, 11, 20, 21, 30, 31].map((time) => firstAtOrAfter(entries, time))).toEqual([0, 0, 1, 1, 3, 3, 4]);
    expect(firstAtOrAfter([], 0)).toBe(0);
  });
});
