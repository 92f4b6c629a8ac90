import type { Fact } from '../fact/fact';
import { compileRule } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import type { Window } from '../window/window';
import { mark, type Entry } from './group-log';
import { WindowCursor } from './window-cursor';

const minute = 60_000;
const hour = 60 * minute;
const day: Window = { kind: 'calendar', span: 'day', zone: 'UTC' };
const lastHour: Window = { kind: 'sliding', length: hour };

const total: RuleSpec = {
  id: 'total',
  title: { en: 'total', zh: '总额' },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'PT1H',
  on: 'any',
  when: [],
  trigger: [],
  measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
  threshold: { above: '0', currency: 'CNY' },
  raise: { on: 'every', severity: 'low' },
  review: { confirmWithCustomer: false, due: 'P1D' },
};
const { measure } = compileRule(total);
if (measure === null) throw new Error('The rule has a measure.');

const fact = (id: string, occurredAt: number, amount?: number): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt,
  accountId: 'A1',
  ...(amount === undefined ? {} : { amount, currency: 'CNY' }),
  attributes: {},
});
/** An entry that the rule of column 0 measures, unless other marks are given. */
const entry = (id: string, occurredAt: number, amount = 1, marks: number = mark.measured): Entry => ({
  fact: fact(id, occurredAt, amount),
  marks: Uint8Array.of(marks),
});
const cursorOver = (window: Window): WindowCursor => new WindowCursor(window, measure, 0);

function held(cursor: WindowCursor, entries: readonly Entry[], index: number): string {
  cursor.moveTo(entries, index);
  const { count, facts, measured } = cursor.shown(entries, index, 100);
  return `${count}: ${facts.map(({ id }) => id).join(' ')} = ${typeof measured === 'object' ? 'a fraction' : measured}`;
}

describe('a cursor that moves forward', () => {
  it('lets a fact leave a sliding window when it is as old as the window is long, not a millisecond sooner', () => {
    const entries = [entry('a', 0, 1), entry('b', hour - 1, 10), entry('c', hour, 100), entry('d', hour + 1, 1000)];
    const cursor = cursorOver(lastHour);

    expect(entries.map((_, index) => held(cursor, entries, index))).toEqual([
      '1: a = 1',
      '2: a b = 11',
      '2: b c = 110',
      '3: b c d = 1110',
    ]);
  });

  it('begins anew with every calendar span', () => {
    const entries = [entry('a', 0), entry('b', 24 * hour - 1), entry('c', 24 * hour), entry('d', 24 * hour + 1)];
    const cursor = cursorOver(day);

    expect(entries.map((_, index) => held(cursor, entries, index))).toEqual([
      '1: a = 1',
      '2: a b = 2',
      '1: c = 1',
      '2: c d = 2',
    ]);
  });

  it('counts only what its rule measures', () => {
    const entries = [entry('a', 0), entry('other', 1, 50, mark.triggers), entry('b', 2)];

    expect(held(cursorOver(lastHour), entries, 2)).toBe('2: a b = 2');
  });

  it('does not let leave what never entered', () => {
    const entries = [entry('other', 0, 50, 0), entry('a', minute), entry('b', hour), entry('c', hour + minute - 1)];
    const cursor = cursorOver(lastHour);

    expect(entries.map((_, index) => held(cursor, entries, index))).toEqual([
      '0:  = 0',
      '1: a = 1',
      '2: a b = 2',
      '3: a b c = 3',
    ]);
  });
});

describe('a cursor that is put back', () => {
  it('reads a sliding window anew without the fact at its older bound', () => {
    const entries = [entry('a', 0), entry('b', 1), entry('c', hour), entry('d', 2 * hour)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 3);

    expect(held(cursor, entries, 2)).toBe('2: b c = 2');
  });

  it('reads a calendar window anew with the fact at its very beginning', () => {
    const entries = [entry('z', -1), entry('a', 0), entry('b', hour), entry('c', 30 * hour)];
    const cursor = cursorOver(day);
    held(cursor, entries, 3);

    expect(held(cursor, entries, 2)).toBe('2: a b = 2');
  });

  it('stays where it is when it is moved to the same entry again', () => {
    const entries = [entry('a', 0), entry('b', 1)];
    const cursor = cursorOver(lastHour);

    expect([held(cursor, entries, 1), held(cursor, entries, 1)]).toEqual(['2: a b = 2', '2: a b = 2']);
  });
});

describe('a fact put in', () => {
  it.each<[string, number]>([
    ['that is measured', mark.measured],
    ['that only triggers', mark.triggers],
  ])('%s makes the cursor read its window anew', (_what, marks) => {
    const entries = [entry('a', 0), entry('c', 2 * minute)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 1);

    const between = entry('b', minute, 1, marks);
    entries.splice(1, 0, between);
    cursor.insertedAt(1, between);

    expect(held(cursor, entries, 1)).toBe(marks === mark.measured ? '2: a b = 2' : '1: a = 1');
    expect(held(cursor, entries, 2)).toBe(marks === mark.measured ? '3: a b c = 3' : '2: a c = 2');
  });

  it.each<[string, number]>([
    ['before the window', 0],
    ['at the beginning of the window', 1],
    ['within the window', 2],
  ])('%s that another rule looks at only moves the places of the others', (_where, index) => {
    const entries = [entry('a', 0), entry('b', hour), entry('c', hour + 2)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 2); // a has left

    const other = entry('other', [-1, 1, hour + 1][index] ?? 0, 50, 0);
    entries.splice(index, 0, other);
    cursor.insertedAt(index, other);
    entries.push(entry('d', 2 * hour));

    expect(held(cursor, entries, 4)).toBe('2: c d = 2');
  });

  it('behind what was read is read when the window gets there', () => {
    const entries = [entry('a', 0), entry('c', 2)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 0);

    const between = entry('b', 1);
    entries.splice(1, 0, between);
    cursor.insertedAt(1, between);

    expect(held(cursor, entries, 2)).toBe('3: a b c = 3');
  });
});

describe('entries taken off the front', () => {
  it('that had left the window change nothing but places', () => {
    const entries = [entry('a', 0), entry('b', 1), entry('c', hour + 1)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 2); // a and b have left

    entries.splice(0, 1);
    cursor.trimmed(1);
    entries.push(entry('d', hour + 2));

    expect(held(cursor, entries, 2)).toBe('2: c d = 2');
  });

  it('up to the first fact of the window leave the window as it is', () => {
    const entries = [entry('a', 0), entry('b', hour), entry('c', hour + 1)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 2);

    entries.splice(0, 1);
    cursor.trimmed(1);

    expect(held(cursor, entries, 1)).toBe('2: b c = 2');
  });

  it('that were still in the window make the cursor read anew', () => {
    const entries = [entry('a', 0), entry('b', 1), entry('c', 2)];
    const cursor = cursorOver(lastHour);
    held(cursor, entries, 2);

    entries.splice(0, 2);
    cursor.trimmed(2);

    expect(held(cursor, entries, 0)).toBe('1: c = 1');
  });
});

describe('what the window of a later fact covers', () => {
  it('of a sliding window is all that is younger than its length', () => {
    const cursor = cursorOver(lastHour);

    expect([cursor.covers(1, hour), cursor.covers(0, hour)]).toEqual([true, false]);
  });

  it('of a calendar window is all of its span', () => {
    const cursor = cursorOver(day);

    expect([cursor.covers(0, 24 * hour - 1), cursor.covers(0, 24 * hour)]).toEqual([true, false]);
  });
});

describe('the newest facts of a window', () => {
  it('are the newest of those measured, in their order, at most as many as asked for', () => {
    const entries = [entry('a', 0), entry('b', 1), entry('other', 2, 1, 0), entry('c', 3)];
    const cursor = cursorOver(lastHour);
    cursor.moveTo(entries, 3);

    expect(cursor.shown(entries, 3, 2).facts.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(cursor.shown(entries, 3, 0).facts).toEqual([]);
  });
});

describe('what a window would show without one of its facts', () => {
  it('is all the others, measured anew', () => {
    const entries = [entry('a', 0, 1), entry('b', 1, 10), entry('c', 2, 100)];
    const cursor = cursorOver(lastHour);
    cursor.moveTo(entries, 2);
    const without = (index: number): unknown[] => {
      const missing = entries[index];
      if (missing === undefined) throw new Error('There are three.');
      const { measured, count, facts } = cursor.shownWithout(missing, entries, 2, 100);
      return [measured, count, facts.map(({ id }) => id).join('')];
    };

    expect([without(0), without(1)]).toEqual([
      [110, 2, 'bc'],
      [101, 2, 'ac'],
    ]);
    expect(held(cursor, entries, 2)).toBe('3: a b c = 111');
  });
});

describe('a window with facts that cannot be read', () => {
  const dollars = (id: string, at: number): Entry => ({
    fact: { ...fact(id, at, 5), currency: 'USD' },
    marks: Uint8Array.of(mark.measured),
  });

  it('is spoilt for as long as one is in it, and shows the others', () => {
    const entries = [dollars('a', 0), dollars('b', 1), entry('c', hour, 7), entry('d', hour + 1, 8)];
    const cursor = cursorOver(lastHour);

    expect(entries.map((_, index) => held(cursor, entries, index))).toEqual([
      '0:  = no-rate',
      '0:  = no-rate',
      '1: c = no-rate',
      '2: c d = 15',
    ]);
  });
});

describe('what cannot be', () => {
  it('is reported: an entry that does not exist, and a measured fact without a value', () => {
    expect(() => cursorOver(lastHour).moveTo([], 0)).toThrow(RangeError);

    const valueless: Entry = { fact: fact('a', 0), marks: Uint8Array.of(mark.measured) };
    expect(() => cursorOver(lastHour).moveTo([valueless], 0)).toThrow('a is marked as measured');
  });
});

describe('the work of a cursor', () => {
  const counting = (window: Window): { cursor: WindowCursor; read: () => number } => {
    let read = 0;
    const counted = {
      ...measure,
      contribution: (one: Fact) => {
        read++;
        return measure.contribution(one);
      },
    };
    return { cursor: new WindowCursor(window, counted, 0), read: () => read };
  };
  const thousand = (): Entry[] => Array.from({ length: 1000 }, (_, n) => entry(`f${n}`, n * minute));

  it('reads each fact once when it enters and once when it leaves, however long the window', () => {
    const entries = thousand();
    const { cursor, read } = counting({ kind: 'sliding', length: 500 * minute });
    for (let index = 0; index < entries.length; index++) cursor.moveTo(entries, index);

    expect([read(), cursor.shown(entries, 999, 0).count]).toEqual([1500, 500]);
  });

  it('reads nothing again where it stays, or where a fact is put in or taken off that it does not look at', () => {
    const entries = thousand();
    const { cursor, read } = counting(lastHour);
    cursor.moveTo(entries, 999);
    const before = read();

    cursor.moveTo(entries, 999);
    const other = entry('other', minute - 1, 1, 0);
    entries.splice(1, 0, other);
    cursor.insertedAt(1, other);
    cursor.moveTo(entries, 1000);
    entries.splice(0, 900);
    cursor.trimmed(900);
    cursor.moveTo(entries, 100);

    expect([before, read(), cursor.shown(entries, 100, 0).count]).toEqual([60, 60, 60]);
  });

  it('keeps its window where exactly what has left it is taken off', () => {
    const entries = thousand();
    const { cursor, read } = counting(lastHour);
    cursor.moveTo(entries, 999);

    entries.splice(0, 940);
    cursor.trimmed(940);
    cursor.moveTo(entries, 59);

    expect([read(), cursor.shown(entries, 59, 0).count]).toEqual([60, 60]);
  });
});
