import fc from 'fast-check';
import type { Fact } from '../fact/fact';
import { GroupLog, mark } from './group-log';

const fact = (id: string, occurredAt: number): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt,
  attributes: {},
});
const logOf = (...facts: readonly Fact[]): GroupLog => {
  const log = new GroupLog(1, 3);
  for (const one of facts) log.insert(one, 0b001, 0b010, [`of ${one.id}`]);
  return log;
};
const ids = (log: GroupLog): string => log.facts.map(({ id }) => id).join('');

describe('the marks of an entry', () => {
  it('are kept per rule; where there are none nothing is kept', () => {
    const log = logOf(fact('a', 0));
    expect([log.marksAt(0), log.markAt(0, 1)]).toEqual([null, 0]);

    log.setMark(0, 1, 0);
    expect(log.marksAt(0)).toBeNull();
    log.setMark(0, 1, mark.stands | mark.everRaised);

    expect([...(log.marksAt(0) ?? [])]).toEqual([0, mark.stands | mark.everRaised, 0]);
    expect([log.markAt(0, 0), log.markAt(0, 1), log.markAt(5, 1)]).toEqual([0, 3, 0]);
    log.setMark(0, 1, 0);
    expect(log.markAt(0, 1)).toBe(0);
  });

  it('are different bits', () => {
    const bits = Object.values(mark);
    const all = bits.reduce<number>((some, bit) => some | bit, 0);

    expect(bits.reduce<number>((sum, bit) => sum + bit, 0)).toBe(all);
    expect(all).toBeLessThan(256);
  });

  it('hold the level that was reached, and leave the others alone', () => {
    const log = logOf(fact('a', 0));
    log.setMark(0, 1, mark.everRaised);
    const levels = [0, 1, 2, 3, 4, 0].map((level) => {
      log.setLevel(0, 1, level);
      return log.levelAt(0, 1);
    });

    expect(levels).toEqual([0, 1, 2, 3, 4, 0]);
    expect([...(log.marksAt(0) ?? [])]).toEqual([0, mark.everRaised, 0]);
  });

  it('move with their entries', () => {
    const log = logOf(fact('b', 1));
    log.setMark(0, 0, mark.stands);
    log.insert(fact('a', 0), 0, 0, [1]);

    expect([log.markAt(0, 0), log.markAt(1, 0)]).toEqual([0, mark.stands]);
    log.removeFirst(1);
    expect(log.markAt(0, 0)).toBe(mark.stands);
  });
});

describe('the log of a group', () => {
  it.each(['abcde', 'edcba', 'cabed', 'bdace'])('is in order when facts come as %s', (order) => {
    const log = new GroupLog(0, 1);
    const places = [...order].map((id) => log.insert(fact(id, id.charCodeAt(0)), 0, 0, []));

    expect(ids(log)).toBe('abcde');
    // Each place is how many of the facts that were there stand before it.
    expect(places).toEqual([...order].map((id, n) => [...order.slice(0, n)].filter((other) => other < id).length));
  });

  it('orders facts of one time by name', () => {
    expect(ids(logOf(fact('c', 7), fact('a', 7), fact('b', 7)))).toBe('abc');
  });

  it('keeps every column in step', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(times, fc.nat(10), (all, removed) => {
        const log = new GroupLog(2, 1);
        all.forEach((t, n) => log.insert(fact(`f${n}`, t), n, n + 1, [n + 2, `c${n}`]));
        log.removeFirst(removed);

        expect(log.length).toBe(Math.max(0, all.length - removed));
        log.facts.forEach(({ id, occurredAt }, index) => {
          const n = Number(id.slice(1));
          expect([log.timeAt(index), log.triggers[index], log.measures[index]]).toEqual([occurredAt, n, n + 1]);
          expect(log.contributions.map((column) => column[index])).toEqual([n + 2, `c${n}`]);
        });
      }),
    );
  });

  it('tells which rules a fact triggers and counts for', () => {
    const log = logOf(fact('a', 0));

    expect([1, 2, 4].map((bit) => [log.triggersAt(0, bit), log.measuresAt(0, bit)])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect([log.triggersAt(9, 1), log.measuresAt(9, 2)]).toEqual([false, false]);
  });

  it('finds the first fact at a time or later', () => {
    const log = logOf(fact('a', 10), fact('b', 20), fact('c', 20), fact('d', 30));

    expect([0, 10, 11, 20, 21, 30, 31].map((time) => log.firstAtOrAfter(time))).toEqual([0, 0, 1, 1, 3, 3, 4]);
    expect(logOf().firstAtOrAfter(0)).toBe(0);
  });

  it('says so where an entry is not there', () => {
    expect(logOf(fact('a', 1)).factAt(0).id).toBe('a');
    expect(() => logOf().factAt(0)).toThrow('no entry 0');
    expect(logOf().timeAt(0)).toBe(Infinity);
  });
});
