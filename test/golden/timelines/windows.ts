import { aFact, aRule } from '@weir/testing';
import type { RuleDocument } from '@weir/contracts';
import type { Golden } from '../golden';

const pair = (id: string, calendar: 'day' | 'week' | 'month', timezone: string): RuleDocument =>
  aRule({
    id,
    measure: { count: 'facts', by: ['accountId'], window: { calendar, timezone } },
    threshold: { atLeast: '2' },
  });
const tx = (id: string, at: string): ReturnType<typeof aFact> => aFact({ id, at, amount: '1.00' });

/** Where windows begin and end. */
export const windows: readonly Golden[] = [
  {
    name: 'a sliding window is half-open: a fact exactly one hour older is outside, one millisecond younger inside',
    pins: [5],
    rules: [
      aRule({
        id: 'hour',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: '2' },
      }),
    ],
    timeline: [
      [tx('a', '2026-01-05T10:00:00.000Z')],
      [tx('b', '2026-01-05T11:00:00.000Z')],
      [tx('c', '2026-01-05T11:59:59.999Z'), 'raised hour c 2 [b c]'],
    ],
    standing: ['hour c 2 [b c]'],
    windowFrom: { c: '2026-01-05T10:59:59.999Z' },
  },
  {
    name: 'the day of Asia/Shanghai begins at 16:00 UTC; its first fact starts anew',
    pins: [6],
    rules: [pair('daily', 'day', 'Asia/Shanghai')],
    timeline: [
      [tx('a', '2026-01-05T15:59:59.998Z')],
      [tx('b', '2026-01-05T15:59:59.999Z'), 'raised daily b 2 [a b]'],
      [tx('c', '2026-01-05T16:00:00.000Z')],
      [tx('d', '2026-01-06T15:59:59.999Z'), 'raised daily d 2 [c d]'],
    ],
    standing: ['daily b 2 [a b]', 'daily d 2 [c d]'],
    windowFrom: { b: '2026-01-05T00:00:00+08:00', d: '2026-01-06T00:00:00+08:00' },
  },
  {
    name: 'month ends: January, a February of 28 days and one of 29',
    pins: [6],
    rules: [pair('monthly', 'month', 'Asia/Shanghai')],
    timeline: [
      [tx('a', '2026-01-31T23:59:59.999+08:00')],
      [tx('b', '2026-02-01T00:00:00.000+08:00')],
      [tx('c', '2026-02-28T23:59:59.999+08:00'), 'raised monthly c 2 [b c]'],
      [tx('d', '2026-03-01T00:00:00.000+08:00')],
      [tx('e', '2028-02-28T23:59:59.999+08:00')],
      [tx('f', '2028-02-29T23:59:59.999+08:00'), 'raised monthly f 2 [e f]'],
      [tx('g', '2028-03-01T00:00:00.000+08:00')],
    ],
    standing: ['monthly c 2 [b c]', 'monthly f 2 [e f]'],
    windowFrom: { c: '2026-02-01T00:00:00+08:00', f: '2028-02-01T00:00:00+08:00' },
  },
  {
    name: 'an ISO week runs from Monday to Sunday, over the new year too',
    pins: [6],
    rules: [pair('weekly', 'week', 'Asia/Shanghai')],
    timeline: [
      [tx('a', '2025-12-28T23:59:59.999+08:00')],
      [tx('b', '2025-12-29T00:00:00.000+08:00')],
      [tx('c', '2026-01-04T23:59:59.999+08:00'), 'raised weekly c 2 [b c]'],
      [tx('d', '2026-01-05T00:00:00.000+08:00')],
    ],
    standing: ['weekly c 2 [b c]'],
    windowFrom: { c: '2025-12-29T00:00:00+08:00' },
  },
  {
    name: 'the day on which summer time begins in Berlin has 23 hours',
    pins: [6],
    rules: [pair('daily', 'day', 'Europe/Berlin')],
    timeline: [
      [tx('a', '2026-03-28T22:59:59.999Z')],
      [tx('b', '2026-03-28T23:00:00.000Z')],
      [tx('c', '2026-03-29T21:59:59.999Z'), 'raised daily c 2 [b c]'],
      [tx('d', '2026-03-29T22:00:00.000Z')],
      [tx('e', '2026-03-29T22:30:00.000Z'), 'raised daily e 2 [d e]'],
    ],
    standing: ['daily c 2 [b c]', 'daily e 2 [d e]'],
    windowFrom: { c: '2026-03-28T23:00:00Z', e: '2026-03-29T22:00:00Z' },
  },
  {
    name: 'the day on which summer time ends in Berlin has 25 hours',
    pins: [6],
    rules: [pair('daily', 'day', 'Europe/Berlin')],
    timeline: [
      [tx('a', '2026-10-24T21:59:59.999Z')],
      [tx('b', '2026-10-24T22:00:00.000Z')],
      [tx('c', '2026-10-25T22:59:59.999Z'), 'raised daily c 2 [b c]'],
      [tx('d', '2026-10-25T23:00:00.000Z')],
    ],
    standing: ['daily c 2 [b c]'],
    windowFrom: { c: '2026-10-24T22:00:00Z' },
  },
  {
    name: 'PT24H slides over 24 hours, summer time or not',
    pins: [5],
    rules: [
      aRule({
        id: 'slide',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'P1D' } },
        threshold: { atLeast: '2' },
      }),
    ],
    timeline: [
      [tx('a', '2026-10-24T12:00:00+02:00')],
      [tx('b', '2026-10-25T10:59:59.999+01:00'), 'raised slide b 2 [a b]'],
      [tx('c', '2026-10-26T10:59:59.999+01:00')],
    ],
    standing: ['slide b 2 [a b]'],
    windowFrom: { b: '2026-10-24T09:59:59.999Z' },
  },
  {
    name: 'a day without a midnight: São Paulo, 4 November 2018, begins at 01:00',
    pins: [6],
    rules: [pair('daily', 'day', 'America/Sao_Paulo')],
    timeline: [
      [tx('a', '2018-11-03T23:59:59.999-03:00')],
      [tx('b', '2018-11-04T01:00:00.000-02:00')],
      [tx('c', '2018-11-04T23:59:59.999-02:00'), 'raised daily c 2 [b c]'],
      [tx('d', '2018-11-05T00:00:00.000-02:00')],
    ],
    standing: ['daily c 2 [b c]'],
    windowFrom: { c: '2018-11-04T03:00:00Z' },
  },
  {
    name: 'a shift of half an hour: Lord Howe, 5 April 2026, has 24.5 hours',
    pins: [6],
    rules: [pair('daily', 'day', 'Australia/Lord_Howe')],
    timeline: [
      [tx('a', '2026-04-04T12:59:59.999Z')],
      [tx('b', '2026-04-04T13:00:00.000Z')],
      [tx('c', '2026-04-05T13:29:59.999Z'), 'raised daily c 2 [b c]'],
      [tx('d', '2026-04-05T13:30:00.000Z')],
    ],
    standing: ['daily c 2 [b c]'],
    windowFrom: { c: '2026-04-04T13:00:00Z' },
  },
  {
    name: 'a day that never was: Samoa went from 29 to 31 December 2011; the week goes on over it',
    pins: [6],
    rules: [pair('daily', 'day', 'Pacific/Apia'), pair('weekly', 'week', 'Pacific/Apia')],
    timeline: [
      [tx('a', '2011-12-30T09:59:59.999Z')],
      [tx('b', '2011-12-30T10:00:00.000Z'), 'raised weekly b 2 [a b]'],
      [tx('c', '2011-12-31T09:59:59.999Z'), 'raised weekly c 3 [a b c]', 'raised daily c 2 [b c]'],
      [tx('d', '2011-12-31T10:00:00.000Z'), 'raised weekly d 4 [a b c d]'],
      // 2012-01-02T00:00+14:00, a Monday.
      [tx('e', '2012-01-01T10:00:00.000Z')],
    ],
    standing: ['weekly b 2 [a b]', 'weekly c 3 [a b c]', 'daily c 2 [b c]', 'weekly d 4 [a b c d]'],
  },
  {
    name: 'a day in two pieces: in St. John’s, 2010, the clocks went from 00:01 back to 23:01 of the day before',
    pins: [6],
    rules: [pair('daily', 'day', 'America/St_Johns')],
    timeline: [
      [tx('a', '2010-11-07T02:29:59.999Z')],
      // 00:00:30 on the 7th, for the first time.
      [tx('b', '2010-11-07T02:30:30.000Z')],
      // 23:30 on the 6th, for the second time.
      [tx('c', '2010-11-07T03:00:00.000Z'), 'raised daily c 2 [a c]'],
      // 00:00 on the 7th, for the second time.
      [tx('d', '2010-11-07T03:30:00.000Z'), 'raised daily d 2 [b d]'],
    ],
    standing: ['daily c 2 [a c]', 'daily d 2 [b d]'],
    windowFrom: { c: '2010-11-06T02:30:00Z', d: '2010-11-07T02:30:00Z' },
  },
  {
    name: 'crossing in a day of two pieces looks at the fact before it in that day, not at the one of another day between them',
    pins: [6, 11],
    rules: [
      aRule({
        id: 'first',
        lateness: 'P1D',
        measure: {
          count: 'facts',
          by: ['accountId'],
          window: { calendar: 'day', timezone: 'America/St_Johns' },
        },
        threshold: { atLeast: '1' },
        raise: { on: 'crossing', severity: 'low' },
      }),
    ],
    timeline: [
      // 23:59:59 on the 6th, 00:00:30 on the 7th, 23:30 on the 6th again, 00:00 on the 7th again.
      [tx('a', '2010-11-07T02:29:59Z'), 'raised first a 1 [a]'],
      [tx('b', '2010-11-07T02:30:30Z'), 'raised first b 1 [b]'],
      [tx('c', '2010-11-07T03:00:00Z')],
      [tx('d', '2010-11-07T03:30:00Z')],
    ],
    standing: ['first a 1 [a]', 'first b 1 [b]'],
  },
  {
    name: 'evidence names the newest hundred facts and counts them all',
    pins: [16],
    rules: [
      aRule({
        id: 'many',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '101' },
        raise: { on: 'crossing', severity: 'low' },
      }),
    ],
    timeline: Array.from({ length: 102 }, (_, n): Golden['timeline'][number] => {
      const fact = tx(`f${n}`, new Date(Date.UTC(2026, 0, 5, 10, 0, n)).toISOString());
      const newest = Array.from({ length: 100 }, (_unused, k) => `f${k + 2}`).join(' ');
      return n === 101 ? [fact, `raised many f101 102 [${newest}]`] : [fact];
    }),
    standing: [`many f101 102 [${Array.from({ length: 100 }, (_, k) => `f${k + 2}`).join(' ')}]`],
  },
];
