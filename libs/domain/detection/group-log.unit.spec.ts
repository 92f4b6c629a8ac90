import fc from 'fast-check';
import type { Fact } from '../fact/fact';
import { Spoilt } from '../rule/measures/measure';
import { GroupLog, LogLayout, mark } from './group-log';
import { FactStore } from './held/fact-store';

const fact = (id: string, occurredAt: number): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt,
  attributes: {},
});
/** A log with its store. */
class Setting {
  private readonly store = new FactStore();
  readonly log: GroupLog;

  constructor(layout: LogLayout) {
    this.log = new GroupLog(this.store, layout);
  }

  insert(one: Fact, triggers: number, measures: number, contributions: readonly unknown[]): number {
    return this.log.insert(one, this.store.add(one, false), triggers, measures, contributions);
  }
}
const settingOf = (...facts: readonly Fact[]): Setting => {
  const setting = new Setting(new LogLayout(['objects'], 3));
  for (const one of facts) setting.insert(one, 0b001, 0b010, [`of ${one.id}`]);
  return setting;
};
const logOf = (...facts: readonly Fact[]): GroupLog => settingOf(...facts).log;
const factsOf = (log: GroupLog): readonly Fact[] => Array.from({ length: log.length }, (_, index) => log.factAt(index));
const ids = (log: GroupLog): string =>
  factsOf(log)
    .map(({ id }) => id)
    .join('');

describe('the marks of an entry', () => {
  it('are kept per rule; where there are none nothing is kept', () => {
    const log = logOf(fact('a', 0));
    expect([log.marksAt(0), log.markAt(0, 1)]).toEqual([null, 0]);

    log.setMark(0, 1, 0);
    expect(log.marksAt(0)).toBeNull();
    log.setMark(0, 1, mark.stands | mark.everRaised);

    expect([...(log.marksAt(0) ?? [])]).toEqual([0, mark.stands | mark.everRaised, 0]);
    expect([log.markAt(0, 0), log.markAt(0, 1)]).toEqual([0, 3]);
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
    const setting = settingOf(fact('b', 1));
    const { log } = setting;
    log.setMark(0, 0, mark.stands);
    setting.insert(fact('a', 0), 0, 0, [1]);

    expect([log.markAt(0, 0), log.markAt(1, 0)]).toEqual([0, mark.stands]);
    log.removeFirst(1);
    expect(log.markAt(0, 0)).toBe(mark.stands);
    log.removeFirst(1);
    expect(log.length).toBe(0);
  });
});

describe('the log of a group', () => {
  it.each(['abcde', 'edcba', 'cabed', 'bdace'])('is in order when facts come as %s', (order) => {
    const setting = new Setting(new LogLayout([], 1));
    const { log } = setting;
    const places = [...order].map((id) => setting.insert(fact(id, id.charCodeAt(0)), 0, 0, []));

    expect(ids(log)).toBe('abcde');
    // Each place is how many of the facts that were there stand before it.
    expect(places).toEqual([...order].map((id, n) => [...order.slice(0, n)].filter((other) => other < id).length));
  });

  it('orders facts of one time by name', () => {
    expect(ids(logOf(fact('c', 7), fact('a', 7), fact('b', 7)))).toBe('abc');
  });

  it('keeps all of a row together, at any place', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
    const layout = new LogLayout(['numbers', 'objects', 'ones', 'numbers', 'objects'], 1);
    const bits = 2 ** 26 - 1;
    fc.assert(
      fc.property(times, fc.nat(10), (all, removed) => {
        const setting = new Setting(layout);
        const { log } = setting;
        all.forEach((t, n) => setting.insert(fact(`f${n}`, t), bits - n, bits - 2 * n, [n, `a${n}`, 1, 0 - n, [n]]));
        log.removeFirst(removed);

        expect(log.length).toBe(Math.max(0, all.length - removed));
        factsOf(log).forEach(({ id, occurredAt }, index) => {
          const n = Number(id.slice(1));
          const row = [log.timeAt(index), log.triggersOf(index), log.measuresOf(index)];
          expect(row).toEqual([occurredAt, bits - n, bits - 2 * n]);
          const contributions = [0, 1, 2, 3, 4].map((input) => log.contributionAt(index, input));
          expect(contributions).toEqual([n, `a${n}`, 1, 0 - n, [n]]);
        });
      }),
    );
  });

  it('keeps what cannot be read among the numbers', () => {
    const setting = new Setting(new LogLayout(['numbers'], 1));
    const largest = Number.MAX_SAFE_INTEGER;
    const contributions = [Spoilt.notExact, largest, Spoilt.noRate, -largest, Spoilt.outOfRange];
    contributions.forEach((one, n) => setting.insert(fact(`f${n}`, n), 1, 1, [one]));

    expect(contributions.map((_, index) => setting.log.contributionAt(index, 0))).toEqual(contributions);
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
