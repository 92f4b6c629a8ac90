import type { RuleInput } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { aFact, aReference, aRule } from './builders';
import { standingHits } from './standing-hits';

const paid = (minute: number, amount: string, currency = 'CNY'): Fact =>
  aFact({ id: `m${minute}`, at: new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString(), amount, currency });

/** The hits that stand, as "id severity". */
function hits(rule: Partial<RuleInput>, facts: readonly Fact[]): string[] {
  return standingHits([aRule({ id: 'rule', ...rule })], facts).map(({ fact, severity }) => `${fact.id} ${severity}`);
}

const tiers = [
  { above: '10', severity: 'low' as const },
  { above: '20', severity: 'high' as const },
];
const tiered: Partial<RuleInput> = {
  measure: { value: 'amount', by: ['accountId'] },
  threshold: { tiers, currency: 'CNY' },
};

describe('crossing of the model', () => {
  it('over tiers asks for a graver one than the fact before met', () => {
    const amounts = ['11.00', '12.00', '21.00', '22.00', '12.00', '25.00', '1.00', '30.00', '11.00'];
    const facts = amounts.map((amount, minute) => paid(minute, amount));

    expect(hits({ ...tiered, raise: { on: 'crossing' } }, facts)).toEqual(['m0 low', 'm2 high', 'm5 high', 'm7 high']);
    expect(hits({ ...tiered, raise: { on: 'every' } }, facts)).toHaveLength(8);
    expect(hits({ ...tiered, raise: { on: { cooldown: 'PT3M' } } }, facts)).toEqual(['m0 low', 'm3 high', 'm7 high']);
  });

  it('takes a fact without a value, and one in error, for one that did not meet it', () => {
    const average: Partial<RuleInput> = {
      on: 'any',
      measure: { average: 'amount', by: ['accountId'], window: { sliding: 'PT1M' } },
      threshold: { above: '10', currency: 'CNY' },
      raise: { on: 'crossing', severity: 'low' },
    };
    const between = (rule: Partial<RuleInput>, fact: Fact): string[] =>
      hits(rule, [paid(0, '11.00'), fact, paid(2, '11.00')]);
    const login = aFact({ id: 'login', at: '2026-01-05T10:01:00Z' });

    expect(between(average, paid(1, '11.00'))).toEqual(['m0 low']);
    expect(between(average, paid(1, '11.00', 'USD'))).toEqual(['m0 low', 'm2 low']);
    expect(between(average, login)).toEqual(['m0 low', 'm2 low']);
    // Where its own value is looked at, a fact without it is not there at all.
    expect(between({ ...average, measure: { value: 'amount', by: ['accountId'] } }, login)).toEqual(['m0 low']);
  });
});

describe('groups of the model', () => {
  it('may be of any field, an amount with its currency', () => {
    const rule = aRule({
      id: 'same',
      measure: { count: 'facts', by: ['amount', 'attributes.n'], window: { sliding: 'PT1H' } },
      threshold: { atLeast: 2 },
    });
    const facts = [1, '1', 1].map((n, minute) => ({
      ...paid(minute, '5.00', minute === 2 ? 'USD' : 'CNY'),
      attributes: { n },
    }));

    expect(standingHits([rule], facts).map(({ fact, group }) => [fact.id, group])).toEqual([
      [
        'm1',
        [
          { field: 'amount', value: '5.00 CNY' },
          { field: 'attributes.n', value: '1' },
        ],
      ],
    ]);
  });

  it('need no account', () => {
    const rule = aRule({
      id: 'teller',
      on: 'any',
      measure: { count: 'facts', by: ['tellerId'], window: { sliding: 'PT1H' } },
      threshold: { atLeast: 2 },
    });
    const { accountId: _accountId, ...without } = paid(1, '1.00');
    const facts = [paid(0, '1.00'), { ...without, tellerId: 'T1' }, { ...paid(2, '1.00'), tellerId: 'T1' }];

    expect(standingHits([rule], facts).map(({ fact, evidence }) => [fact.id, evidence.count])).toEqual([['m2', 2]]);
  });
});

describe('recommendations of the model', () => {
  const until = (recommend: RuleInput['recommend'], at: string, rest: Partial<RuleInput> = {}): string | undefined => {
    const [hit] = standingHits([aRule({ id: 'r', on: 'any', recommend, ...rest })], [aFact({ id: 'a', at })]);
    return hit?.recommend === null || hit === undefined
      ? undefined
      : new Date(hit.recommend.freeze.until).toISOString();
  };
  const nextDay = (timezone: string) => ({ freeze: { until: 'nextDay' as const, timezone } });

  it('say until when', () => {
    const at = '2026-01-05T15:59:59.999Z';
    expect(until(undefined, at)).toBeUndefined();
    expect(until({ freeze: { until: 'PT36H' } }, at)).toBe('2026-01-07T03:59:59.999Z');
    expect(until(nextDay('Asia/Shanghai'), at)).toBe('2026-01-05T16:00:00.000Z');
    expect(until(nextDay('Asia/Shanghai'), '2026-01-05T16:00:00Z')).toBe('2026-01-06T16:00:00.000Z');
    const byDay: Partial<RuleInput> = {
      measure: {
        count: 'facts',
        by: ['accountId'],
        window: { calendar: 'month', timezone: 'America/New_York' },
      },
      threshold: { atLeast: 1 },
    };
    expect(until({ freeze: { until: 'nextDay' } }, at, byDay)).toBe('2026-01-06T05:00:00.000Z');
    expect(until(nextDay('UTC'), at, byDay)).toBe('2026-01-06T00:00:00.000Z');
  });

  it('know days that begin at one, are skipped, or begin twice', () => {
    expect(until(nextDay('America/Sao_Paulo'), '2018-11-03T12:00:00Z')).toBe('2018-11-04T03:00:00.000Z');
    // 30 December did not exist in Apia.
    expect(until(nextDay('Pacific/Apia'), '2011-12-30T09:00:00Z')).toBe('2011-12-30T10:00:00.000Z');
    // In St. John's the clock went from 00:01 on 7 November 2010 back to 23:01 on the 6th.
    expect(until(nextDay('America/St_Johns'), '2010-11-07T02:00:00Z')).toBe('2010-11-07T02:30:00.000Z');
    expect(until(nextDay('America/St_Johns'), '2010-11-07T02:31:00Z')).toBe('2010-11-07T03:30:00.000Z');
    expect(until(nextDay('America/St_Johns'), '2010-11-07T02:30:30Z')).toBe('2010-11-08T03:30:00.000Z');
  });
});

describe('versions of the model', () => {
  it('govern by the time of the fact, with the reference data of that time', () => {
    const later = '2026-01-05T10:02:00Z';
    const rule = (version: number, effectiveFrom: string) =>
      aRule({
        id: 'listed',
        version,
        effectiveFrom,
        when: [{ field: 'id', inList: 'ids' }],
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: version },
      });
    const references = [
      aReference({ list: 'ids', values: ['m0', 'm1', 'm3'] }),
      aReference({ list: 'ids', version: 2, effectiveFrom: later, values: ['m2', 'm3', 'm0'] }),
    ];
    const facts = [0, 1, 2, 3].map((minute) => paid(minute, '1.00'));
    const rules = [rule(1, '2026-01-05T10:01:00Z'), rule(3, later)];

    // m0, m1 and m2, m3 are each looked up in the list of their own time.
    expect(
      standingHits(rules, facts, references).map(
        ({ fact, version, evidence }) => `${fact.id} v${version} ${evidence.count}`,
      ),
    ).toEqual(['m1 v1 2', 'm2 v3 3', 'm3 v3 4']);
  });
});
