import type { FactMessage, RuleDocument } from '@weir/contracts';
import { anOperation, aRule } from './given';
import { useOracle, words } from './use-oracle';

const { hitsOf, wordsOf } = useOracle();
const by = ['accountId'];

describe('calendar windows', () => {
  const counting = (calendar: 'day' | 'week' | 'month', timezone: string): RuleDocument[] => [
    aRule({ measure: { count: 'facts', by, window: { calendar, timezone } }, threshold: { atLeast: '2' } }),
  ];
  const from = async (rules: RuleDocument[], facts: FactMessage[]): Promise<readonly string[]> =>
    (await hitsOf(rules, facts)).map(
      (hit) => `${words(hit)} from ${new Date(hit.evidence.window?.from ?? 0).toISOString()}`,
    );

  it('days of 23 and of 25 hours in Berlin', async () => {
    const facts = [
      anOperation('a', '2026-03-28T22:59:59.999Z'),
      anOperation('b', '2026-03-28T23:00:00.000Z'),
      anOperation('c', '2026-03-29T21:59:59.999Z'),
      anOperation('d', '2026-03-29T22:00:00.000Z'),
      anOperation('e', '2026-10-24T22:00:00.000Z'),
      anOperation('f', '2026-10-25T22:59:59.999Z'),
    ];
    expect(await from(counting('day', 'Europe/Berlin'), facts)).toEqual([
      'c 2 of 2 [b c] from 2026-03-28T23:00:00.000Z',
      'f 2 of 2 [e f] from 2026-10-24T22:00:00.000Z',
    ]);
  });

  it('a day without a midnight, one in two pieces, and one that never was', async () => {
    const saoPaulo = [anOperation('a', '2018-11-04T03:00:00Z'), anOperation('b', '2018-11-05T01:59:59.999Z')];
    expect(await from(counting('day', 'America/Sao_Paulo'), saoPaulo)).toEqual([
      'b 2 of 2 [a b] from 2018-11-04T03:00:00.000Z',
    ]);
    const stJohns = ['02:29:59.999', '02:30:30.000', '03:00:00.000', '03:30:00.000'].map((time, n) =>
      anOperation(`f${n}`, `2010-11-07T${time}Z`),
    );
    expect(await from(counting('day', 'America/St_Johns'), stJohns)).toEqual([
      'f2 2 of 2 [f0 f2] from 2010-11-06T02:30:00.000Z',
      'f3 2 of 2 [f1 f3] from 2010-11-07T02:30:00.000Z',
    ]);
    const apia = [anOperation('a', '2011-12-30T09:59:59.999Z'), anOperation('b', '2011-12-30T10:00:00.000Z')];
    expect(await from(counting('day', 'Pacific/Apia'), apia)).toEqual([]);
    expect(await from(counting('week', 'Pacific/Apia'), apia)).toEqual([
      'b 2 of 2 [a b] from 2011-12-26T10:00:00.000Z',
    ]);
  });

  it('a month begins with its first day; crossing begins anew with it', async () => {
    const rule = aRule({
      measure: { count: 'facts', by, window: { calendar: 'month', timezone: 'Asia/Shanghai' } },
      threshold: { atLeast: '1' },
      raise: { on: 'crossing', severity: 'low' },
    });
    const facts = [
      anOperation('a', '2026-01-31T23:59:59.998+08:00'),
      anOperation('b', '2026-01-31T23:59:59.999+08:00'),
      anOperation('c', '2026-02-01T00:00:00.000+08:00'),
    ];
    expect(await wordsOf([rule], facts)).toEqual(['a 1 of 1 [a]', 'c 1 of 1 [c]']);
  });

  it('the next day begins after the fact, also where the clocks go back over midnight', async () => {
    const rule = aRule({ recommend: { freeze: { until: 'nextDay', timezone: 'America/St_Johns' } } });
    const times = ['2010-11-07T02:29:59.999Z', '2010-11-07T02:30:30Z', '2010-11-07T03:00:00Z', '2010-11-07T03:30:00Z'];
    const hits = await hitsOf(
      [rule],
      times.map((time, n) => anOperation(`f${n}`, time)),
    );
    // The 7th begins at 02:30, the 6th is back from 02:31 to 03:30, the 8th begins at 03:30.
    expect(hits.map(({ recommend }) => new Date(recommend?.freeze.until ?? 0).toISOString())).toEqual([
      '2010-11-07T02:30:00.000Z',
      '2010-11-08T03:30:00.000Z',
      '2010-11-07T03:30:00.000Z',
      '2010-11-08T03:30:00.000Z',
    ]);
  });
});
