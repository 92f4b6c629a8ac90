import type { HitState } from '@weir/domain';
import { arrivals } from './arrivals';
import { aFact, aRule } from './builders';
import { allHold, holds } from './condition';
import { compareDecimals, decimalOf, decimalOfNumber, decimalOfText, formatDecimal, unitsAt } from './decimal';
import { durationMs } from './duration';
import { foldStates, standingStates, type LastStates } from './fold-states';
import { localDate, periodOf, periodStart } from './local-calendar';
import { hitIdOf } from './model-hit';
import { standingHits } from './standing-hits';

const utc = (text: string): number => Date.parse(text);

describe('decimals of the model', () => {
  it('are exact', () => {
    expect(decimalOfText('-12.50')).toEqual({ units: -1250n, scale: 2 });
    expect(decimalOfNumber(0.1 + 0.2)).toEqual({ units: 30_000_000_000_000_004n, scale: 17 });
    expect(decimalOfNumber(1e-7)).toEqual({ units: 1n, scale: 7 });
    expect(decimalOfNumber(1e21)).toEqual({ units: 10n ** 21n, scale: 0 });
    expect([decimalOf('1e5'), decimalOf(true), decimalOf(null), decimalOf('.5'), decimalOfNumber(NaN)]).toEqual(
      Array.from({ length: 5 }),
    );
    expect(compareDecimals({ units: 50n, scale: 2 }, { units: 5n, scale: 1 })).toBe(0);
    expect(compareDecimals({ units: -51n, scale: 2 }, { units: -5n, scale: 1 })).toBe(-1);
    expect(unitsAt({ units: 1250n, scale: 3 }, 2)).toBe(125n);
    expect(unitsAt({ units: 1251n, scale: 3 }, 2)).toBeUndefined();
    expect(formatDecimal({ units: -5n, scale: 2 }, 2)).toBe('-0.05');
    expect(formatDecimal({ units: 1_500_000n, scale: 6 }, 0)).toBe('1.5');
    expect(formatDecimal({ units: 5n, scale: 0 }, 2)).toBe('5.00');
  });
});

describe('the calendar of the model', () => {
  it('knows local dates and where periods begin', () => {
    expect(localDate('Asia/Shanghai', utc('2026-01-31T15:59:59.999Z'))).toBe('2026-01-31');
    expect(localDate('Asia/Shanghai', utc('2026-01-31T16:00:00Z'))).toBe('2026-02-01');
    expect(periodOf('week', 'UTC', utc('2026-01-01T00:00:00Z'))).toBe('2025-12-29');
    expect(periodOf('week', 'UTC', utc('1969-12-31T00:00:00Z'))).toBe('1969-12-29');
    expect(periodOf('month', 'UTC', utc('2028-02-29T23:59:59Z'))).toBe('2028-02-01');
    expect(periodStart('day', 'America/Sao_Paulo', utc('2018-11-04T12:00:00Z'))).toBe(utc('2018-11-04T03:00:00Z'));
    expect(periodStart('week', 'Pacific/Apia', utc('2011-12-31T12:00:00Z'))).toBe(utc('2011-12-26T10:00:00Z'));
  });

  it('knows durations', () => {
    expect(['PT1S', 'PT90M', 'P1DT1H', 'P2W'].map(durationMs)).toEqual([1000, 5_400_000, 90_000_000, 1_209_600_000]);
  });
});

describe('conditions of the model', () => {
  const fact = aFact({
    id: 'a',
    at: '2026-01-05T10:00:00Z',
    amount: '50.00',
    attributes: { score: '0.30', gone: null },
  });

  it('hold as written', () => {
    const yes = [
      { field: 'amount', equals: '50' },
      { field: 'amount', atLeast: '50', atMost: 50 },
      { field: 'attributes.score', between: ['0.3', '0.30'] as [string, string] },
      { field: 'attributes.score', equals: '0.30' },
      { field: 'attributes.gone', exists: false },
      { field: 'channel', exists: false },
      { not: { field: 'channel', equals: 'ebank' } },
      {
        any: [
          { field: 'id', equals: 'b' },
          { field: 'id', matches: '^a$' },
        ],
      },
    ];
    const no = [
      { field: 'amount', above: '50' },
      { field: 'amount', notIn: ['50.000'] },
      { field: 'attributes.score', equals: '0.3' },
      { field: 'attributes.score', equals: 0.3 },
      { field: 'attributes.gone', notIn: ['x'] },
      { field: 'attributes.toString', exists: true },
      { field: 'channel', equals: 'ebank', exists: false },
      { field: 'id', above: '0' },
      {
        all: [
          { field: 'id', equals: 'a' },
          { field: 'id', equals: 'b' },
        ],
      },
    ];

    expect(yes.filter((condition) => !holds(condition, fact, []))).toEqual([]);
    expect(no.filter((condition) => holds(condition, fact, []))).toEqual([]);
    expect(allHold([], fact, [])).toBe(true);
  });
});

describe('the model', () => {
  it('gives whole evidence', () => {
    const rule = aRule({
      id: 'total',
      measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
      threshold: { between: ['1', '10.5'], currency: 'CNY' },
    });
    const fact = aFact({ id: 'a', at: '2026-01-05T10:00:00Z', amount: '1.00', customerId: 'C1' });

    expect(standingHits([rule], [fact])).toEqual([
      {
        hitId: hitIdOf('total', 1, ['A1'], fact),
        rule: 'total',
        version: 1,
        title: { en: 'total', zh: 'total' },
        severity: 'medium',
        review: { confirmWithCustomer: false, due: 'P1D' },
        recommend: null,
        group: [{ field: 'accountId', value: 'A1' }],
        fact: {
          source: 'default',
          id: 'a',
          occurredAt: utc('2026-01-05T10:00:00Z'),
          accountId: 'A1',
          customerId: 'C1',
          branchId: null,
        },
        evidence: {
          measured: '1.00',
          limit: '1.00..10.50',
          comparison: 'between',
          currency: 'CNY',
          window: {
            from: utc('2026-01-05T09:00:00Z'),
            to: utc('2026-01-05T10:00:00Z'),
            fromIncluded: false,
          },
          count: 1,
          facts: [
            { source: 'default', id: 'a', occurredAt: utc('2026-01-05T10:00:00Z'), amount: '1.00', currency: 'CNY' },
          ],
          incomplete: false,
        },
      },
    ]);
  });

  it('computes hit ids as sha256sum does', () => {
    // printf '%s' '["limit",2,["A1"],"core","T1"]' | sha256sum
    expect(hitIdOf('limit', 2, ['A1'], { source: 'core', id: 'T1' })).toBe(
      '2abd5d09d6e5d3ac73d4ade2de1de954f4869c1439af5bc1f0cb1b31abb1cbdf',
    );
  });

  it('tells what becomes of arriving facts', () => {
    const [a, late, other] = [
      aFact({ id: 'a', at: '2026-01-05T10:00:00Z' }),
      aFact({ id: 'late', at: '2026-01-05T08:59:59.999Z' }),
      aFact({ id: 'a', at: '2026-01-05T20:00:00Z' }),
    ];
    const edge = aFact({ id: 'edge', at: '2026-01-05T09:00:00Z' });

    expect(arrivals([a, late, { ...a }, other, edge], 3_600_000)).toEqual([
      { fact: a, outcome: 'accepted', late: false },
      { fact: late, outcome: 'accepted', late: true },
      { fact: a, outcome: 'duplicate' },
      { fact: other, outcome: 'conflict', known: a },
      { fact: edge, outcome: 'accepted', late: false },
    ]);
  });
});

describe('foldStates', () => {
  const state = (status: HitState['status'], offset: number, measured = '1'): HitState => ({
    hitId: 'h',
    status,
    rule: 'r',
    version: 1,
    title: { en: 'r', zh: 'r' },
    severity: 'low',
    review: { confirmWithCustomer: false, due: 'P1D' },
    recommend: null,
    group: [],
    fact: { source: 's', id: 'f', occurredAt: 0, accountId: null, customerId: null, branchId: null },
    cause: null,
    asOf: { topic: 't', partition: 0, offset, step: 0 },
    evidence: {
      measured,
      limit: null,
      comparison: null,
      currency: null,
      window: null,
      count: 1,
      facts: [],
      incomplete: false,
    },
  });
  const folded = (...states: HitState[]): LastStates => {
    const last: LastStates = new Map();
    for (const one of states) foldStates(last, [one]);
    return last;
  };

  it('keeps the last state, and those that stand', () => {
    const all = [state('raised', 1), state('revised', 2, '2'), state('withdrawn', 3), state('reinstated', 4)];

    expect(standingStates(folded(...all))).toEqual([all[3]]);
    expect(standingStates(folded(...all.slice(0, 3)))).toEqual([]);
  });

  it.each<[string, HitState[]]>([
    ['raised twice', [state('raised', 1), state('raised', 2)]],
    ['raised after it was withdrawn', [state('raised', 1), state('withdrawn', 2), state('raised', 3)]],
    ['revised before it was raised', [state('revised', 1)]],
    ['revised to the same', [state('raised', 1), state('revised', 2)]],
    ['revised while withdrawn', [state('raised', 1), state('withdrawn', 2), state('revised', 3, '2')]],
    ['withdrawn before it was raised', [state('withdrawn', 1)]],
    ['withdrawn twice', [state('raised', 1), state('withdrawn', 2), state('withdrawn', 3)]],
    ['reinstated while it stands', [state('raised', 1), state('reinstated', 2)]],
    ['not newer', [state('raised', 2), state('withdrawn', 2)]],
  ])('refuses a hit that is %s', (_what, states) => {
    expect(() => folded(...states)).toThrow(/Illegal state/);
  });

  it('refuses two states of one hit from one cause', () => {
    expect(() => foldStates(new Map(), [state('raised', 1), state('withdrawn', 2)])).toThrow(/second state/);
  });
});
