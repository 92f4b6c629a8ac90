import fc from 'fast-check';
import type { Fact } from '../fact/fact';
import { compileRule } from '../rule/compile';
import { emptyWindow } from '../rule/measures/given.spec';
import type { Aggregate, AnyMeasure } from '../rule/measures/measure';
import type { MeasureSpec, RuleSpec, WindowSpec } from '../rule/rule-spec';
import { spanOf, type Window } from '../window/window';
import { FusedRules } from './fused-rules';
import { GroupLog, LogLayout } from './group-log';
import { FactStore } from './held/fact-store';
import { WindowCursor } from './window-cursor';

const minute = 60_000;
const hour = 60 * minute;
const lastHour: WindowSpec = { sliding: 'PT1H' };
const day: WindowSpec = { calendar: 'day', timezone: 'UTC' };

/** Facts of type `other` are in the log but not measured; facts of the direction `out` do not trigger. */
const ruleOver = (window: WindowSpec, measure: (common: object) => object, currency?: string): RuleSpec => ({
  id: 'rule',
  title: { en: 'rule', zh: '规则' },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'PT1H',
  on: 'any',
  when: [],
  trigger: [{ not: { field: 'direction', equals: 'out' } }],
  measure: measure({
    by: ['accountId'],
    window,
    where: [{ not: { field: 'type', equals: 'other' } }],
  }) as MeasureSpec,
  threshold: { atLeast: 0, ...(currency === undefined ? {} : { currency }) },
  raise: { on: 'every', severity: 'low' },
  review: { confirmWithCustomer: false, due: 'P1D' },
});
const total = (window: WindowSpec): RuleSpec => ruleOver(window, (common) => ({ sum: 'amount', ...common }), 'CNY');
const different = (window: WindowSpec): RuleSpec => ruleOver(window, (common) => ({ distinct: 'amount', ...common }));
const largest = (window: WindowSpec): RuleSpec => ruleOver(window, (common) => ({ max: 'amount', ...common }), 'CNY');

const fact = (id: string, occurredAt: number, amount = 1, given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt,
  accountId: 'A1',
  amount,
  currency: 'CNY',
  attributes: {},
  ...given,
});
const other = (id: string, at: number): Fact => fact(id, at, 50, { type: 'other', direction: 'out' });

/** A log, a cursor over it, and how often the cursor has read what facts contribute. */
class Setting {
  readonly log: GroupLog;
  readonly cursor: WindowCursor;
  reads = 0;
  private readonly fused: FusedRules;
  private readonly window: Window;
  private readonly store = new FactStore();

  constructor(document: RuleSpec, facts: readonly Fact[] = [], countsReads = false) {
    const rule = compileRule(document);
    if (rule.measure === null || rule.window === null) throw new Error('The rule has a window.');
    this.fused = new FusedRules([rule]);
    this.window = rule.window;
    this.log = new GroupLog(this.store, new LogLayout(this.fused.contributes, 1));
    const measure = countsReads ? this.counting(rule.measure) : rule.measure;
    this.cursor = new WindowCursor({ window: rule.window, measure, bit: 1, input: 0 });
    for (const one of facts) this.put(one);
  }

  /** Puts a fact into the log and tells the cursor. */
  put(one: Fact): void {
    this.fused.look(one);
    const { triggers, measures, contributions } = this.fused;
    const index = this.log.insert(one, this.store.add(one, false), triggers, measures, contributions);
    if (index < this.log.length - 1) this.cursor.insertedAt(this.log, index);
  }

  trim(howMany: number): void {
    this.cursor.trimmed(howMany);
    this.log.removeFirst(howMany);
  }

  /** What the window holds that ends with the entry at `index`: `count: ids = value`. */
  held(index: number): string {
    this.cursor.moveTo(this.log, index);
    const { count, measured } = this.cursor.shown(this.log, index, 100);
    const value = this.cursor.measuredAt(this.log, index);
    expect(value).toEqual(measured);
    return `${count}: ${this.shown(index, 100).join(' ')} = ${typeof value === 'object' ? 'a fraction' : value}`;
  }

  /** Ids of the newest facts that evidence shows. */
  shown(index: number, most: number): readonly string[] {
    return this.cursor.shown(this.log, index, most).refs.map((ref) => this.log.named(ref).id);
  }

  /** The same by looking at every fact. */
  wanted(index: number, value: (amounts: readonly number[]) => number | string): string {
    const end = this.log.timeAt(index);
    const inside = Array.from({ length: index + 1 }, (_, at) => this.log.factAt(at)).filter(
      ({ occurredAt: t, type }) => {
        if (type === 'other') return false;
        const { window } = this;
        return window.kind === 'sliding' ? t > end - window.length : spanOf(window, t) === spanOf(window, end);
      },
    );
    const names = inside.map(({ id }) => id).join(' ');
    return `${inside.length}: ${names} = ${value(inside.map(({ amount = 0 }) => amount))}`;
  }

  /** The measure as it is, but what it looks at counts how often it is read. */
  private counting(measure: AnyMeasure): AnyMeasure {
    const aggregateOf = (): Aggregate<unknown, unknown> => {
      const aggregate = emptyWindow(measure);
      const count = (step: 'enter' | 'leave') => (contribution: unknown) => {
        this.reads++;
        aggregate[step](contribution);
      };
      return {
        enter: count('enter'),
        leave: count('leave'),
        measured: (own, entered) => aggregate.measured(own, entered),
        shown: (own, entered) => aggregate.shown(own, entered),
      };
    };
    return { ...measure, looking: { kind: 'aggregate', begin: aggregateOf } };
  }
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0);
const maxOf = (amounts: readonly number[]): number | string =>
  amounts.length === 0 ? 'nothing-measured' : Math.max(...amounts);

describe('a cursor that moves forward', () => {
  it('lets a fact leave a sliding window when it is as old as the window is long, not a millisecond sooner', () => {
    const facts = [fact('a', 0, 1), fact('b', hour - 1, 10), fact('c', hour, 100), fact('d', hour + 1, 1000)];
    const setting = new Setting(total(lastHour), facts);

    expect(facts.map((_, index) => setting.held(index))).toEqual([
      '1: a = 1',
      '2: a b = 11',
      '2: b c = 110',
      '3: b c d = 1110',
    ]);
  });

  it('begins anew with every calendar span', () => {
    const facts = [fact('a', 0), fact('b', 24 * hour - 1), fact('c', 24 * hour), fact('d', 24 * hour + 1)];
    const setting = new Setting(total(day), facts);

    expect(facts.map((_, index) => setting.held(index))).toEqual(['1: a = 1', '2: a b = 2', '1: c = 1', '2: c d = 2']);
  });

  it('counts only what its rule measures, and lets nothing leave that never entered', () => {
    const facts = [
      other('x', 0),
      fact('a', minute),
      fact('b', hour),
      other('y', hour + 1),
      fact('c', hour + minute - 1),
    ];
    const setting = new Setting(total(lastHour), facts);

    expect(facts.map((_, index) => setting.held(index))).toEqual([
      '0:  = 0',
      '1: a = 1',
      '2: a b = 2',
      '2: a b = 2',
      '3: a b c = 3',
    ]);
  });
});

describe.each([
  ['of a measure that minds no order', total, sumOf],
  ['of a measure that keeps what has entered', different, (amounts: readonly number[]) => new Set(amounts).size],
  ['of a measure that minds the order', largest, maxOf],
] as const)('a window %s', (_what, document, value) => {
  it.each([
    ['sliding', lastHour],
    ['calendar', day],
  ])('is right wherever a %s one is moved, whatever is put in or taken off', (_kind, window) => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ put: fc.integer({ min: 0, max: 30 * 12 }), amount: fc.nat(9), kept: fc.boolean() }),
      },
      { weight: 4, arbitrary: fc.record({ move: fc.nat(100) }) },
      { weight: 1, arbitrary: fc.record({ trim: fc.nat(4) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const setting = new Setting(document(window));
        let trimmedAt = -Infinity;
        steps.forEach((one, n) => {
          const { log } = setting;
          if ('put' in one) {
            // As in a group: nothing is put in before what was taken off, and what later windows need is kept.
            const at = one.put * 5 * minute;
            if (at <= trimmedAt) return;
            setting.put(one.kept ? fact(`f${n}`, at, one.amount) : other(`f${n}`, at));
          } else if ('move' in one) {
            if (log.length === 0) return;
            const index = one.move % log.length;
            expect(setting.held(index)).toBe(setting.wanted(index, value));
          } else {
            const howMany = Math.min(one.trim, log.length);
            if (howMany > 0) trimmedAt = log.timeAt(howMany - 1);
            setting.trim(howMany);
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('the newest facts of a window', () => {
  it('are the newest of those measured, in their order, at most as many as asked for', () => {
    const setting = new Setting(total(lastHour), [fact('a', 0), fact('b', 1), other('x', 2), fact('c', 3)]);
    setting.cursor.moveTo(setting.log, 3);

    expect(setting.shown(3, 2)).toEqual(['b', 'c']);
    expect(setting.shown(3, 0)).toEqual([]);
  });
});

describe('what a window would show without one of its facts', () => {
  it('is all the others, measured anew', () => {
    const setting = new Setting(total(lastHour), [fact('a', 0, 1), fact('b', 1, 10), fact('c', 2, 100)]);
    setting.cursor.moveTo(setting.log, 2);
    const without = (index: number): unknown[] => {
      const { measured, count, refs } = setting.cursor.shownWithout(index, setting.log, 2, 100);
      return [measured, count, refs.map((ref) => setting.log.named(ref).id).join('')];
    };

    expect([without(0), without(1)]).toEqual([
      [110, 2, 'bc'],
      [101, 2, 'ac'],
    ]);
    expect(setting.held(2)).toBe('3: a b c = 111');
  });
});

describe('a window with facts that cannot be read', () => {
  const dollars = (id: string, at: number): Fact => fact(id, at, 5, { currency: 'USD' });

  it('is spoilt for as long as one is in it, and shows the others', () => {
    const facts = [dollars('a', 0), dollars('b', 1), fact('c', hour, 7), fact('d', hour + 1, 8)];
    const setting = new Setting(total(lastHour), facts);

    expect(facts.map((_, index) => setting.held(index))).toEqual([
      '0:  = no-rate',
      '0:  = no-rate',
      '1: c = no-rate',
      '2: c d = 15',
    ]);
  });
});

describe('what cannot be', () => {
  it('is reported: an entry that does not exist', () => {
    const setting = new Setting(total(lastHour));

    expect(() => {
      setting.cursor.moveTo(setting.log, 0);
    }).toThrow(RangeError);
  });
});

describe('the work of a cursor', () => {
  const thousand = Array.from({ length: 1000 }, (_, n) => fact(`f${n}`, n * minute));

  it('is each fact once when it enters and once when it leaves, however long the window', () => {
    const setting = new Setting(total({ sliding: 'PT500M' }), thousand, true);
    for (let index = 0; index < 1000; index++) setting.cursor.moveTo(setting.log, index);

    expect(setting.reads).toBe(1500);
  });

  it('is none where it stays, or where a fact is put in or taken off that it does not look at', () => {
    const setting = new Setting(total(lastHour), thousand, true);
    setting.cursor.moveTo(setting.log, 999);
    const before = setting.reads;

    setting.cursor.moveTo(setting.log, 999);
    setting.put(other('x', minute - 1));
    setting.cursor.moveTo(setting.log, 1000);
    setting.trim(900);
    setting.cursor.moveTo(setting.log, 100);

    expect([before, setting.reads]).toEqual([60, 60]);
  });

  it('is only what has moved where it goes back, if the measure minds no order', () => {
    const setting = new Setting(total(lastHour), thousand, true);
    setting.cursor.moveTo(setting.log, 999);
    const before = setting.reads;

    setting.put(fact('late', 995 * minute + 1));
    setting.cursor.moveTo(setting.log, 996);
    const back = setting.reads - before;
    setting.cursor.moveTo(setting.log, 1000);

    // One put in; four newer leave and four older enter, and the other way round again.
    expect([back, setting.reads - before]).toEqual([9, 17]);
  });

  it('is the whole window again where it goes back behind the window, whatever the measure', () => {
    const setting = new Setting(different(lastHour), thousand, true);
    setting.cursor.moveTo(setting.log, 999);
    setting.cursor.moveTo(setting.log, 500);

    expect(setting.reads).toBe(120);
    expect(setting.held(500)).toMatch(/ = 1$/);
  });

  it('is the whole window again where it goes back, if the measure minds the order', () => {
    const setting = new Setting(largest(lastHour), thousand, true);
    setting.cursor.moveTo(setting.log, 999);
    setting.cursor.moveTo(setting.log, 998);

    expect(setting.reads).toBe(120);
  });

  it('is none where exactly what has left its window is taken off', () => {
    const setting = new Setting(total(lastHour), thousand, true);
    setting.cursor.moveTo(setting.log, 999);
    setting.trim(940);
    setting.cursor.moveTo(setting.log, 59);

    expect(setting.reads).toBe(60);
  });
});
