import { aFact, aRule } from '@weir/testing';
import type { Golden } from '../golden';

const at = (time: string): string => `2026-01-05T${time}+08:00`;
const dailyTotal = {
  sum: 'amount',
  by: ['accountId'],
  window: { calendar: 'day', timezone: 'Asia/Shanghai' },
} as const;

/** Every, crossing, cooldown, and versions of rules. */
export const raising: readonly Golden[] = [
  {
    name: 'every: each fact above the limit is a hit',
    pins: [10],
    rules: [
      aRule({
        id: 'total',
        measure: { ...dailyTotal, by: ['accountId'] },
        threshold: { above: '10000.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '10000.00' })],
      [aFact({ id: 'b', at: at('11:00:00'), amount: '0.01' }), 'raised total b 10000.01 [a b]'],
      [aFact({ id: 'c', at: at('12:00:00'), amount: '1.00' }), 'raised total c 10001.01 [a b c]'],
    ],
    standing: ['total b 10000.01 [a b]', 'total c 10001.01 [a b c]'],
  },
  {
    name: 'crossing in a calendar window: once a day, and the first fact of a new day may cross again',
    pins: [6, 11],
    rules: [
      aRule({
        id: 'total',
        measure: { ...dailyTotal, by: ['accountId'] },
        threshold: { above: '10000.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'high' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: '2026-01-05T10:00:00+08:00', amount: '10000.01' }), 'raised total a 10000.01 [a]'],
      [aFact({ id: 'b', at: '2026-01-05T23:59:59.999+08:00', amount: '1.00' })],
      [aFact({ id: 'c', at: '2026-01-06T00:00:00.000+08:00', amount: '10000.02' }), 'raised total c 10000.02 [c]'],
    ],
    standing: ['total a 10000.01 [a]', 'total c 10000.02 [c]'],
    windowFrom: { a: '2026-01-05T00:00:00+08:00', c: '2026-01-06T00:00:00+08:00' },
  },
  {
    name: 'crossing in a sliding window looks at the fact before, however long ago; other groups do not count',
    pins: [11],
    rules: [
      aRule({
        id: 'burst',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1M' } },
        threshold: { atLeast: '1' },
        raise: { on: 'crossing', severity: 'low' },
      }),
      aRule({
        id: 'three',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1M' } },
        threshold: { atLeast: '3' },
        raise: { on: 'crossing', severity: 'low' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' }), 'raised burst a 1 [a]'],
      [aFact({ id: 'b', at: at('10:00:10'), amount: '1.00' })],
      [aFact({ id: 'x', at: at('10:00:15'), amount: '1.00', accountId: 'A2' }), 'raised burst x 1 [x]'],
      [aFact({ id: 'c', at: at('10:00:20'), amount: '1.00' }), 'raised three c 3 [a b c]'],
      [aFact({ id: 'd', at: at('10:00:30'), amount: '1.00' })],
      // Eight days later: the count is 1, the fact before had met 1 as well.
      [aFact({ id: 'e', at: '2026-01-13T10:00:00+08:00', amount: '1.00' })],
      [aFact({ id: 'f', at: '2026-01-13T10:00:01+08:00', amount: '1.00' })],
      [aFact({ id: 'g', at: '2026-01-13T10:00:02+08:00', amount: '1.00' }), 'raised three g 3 [e f g]'],
    ],
    standing: ['burst a 1 [a]', 'burst x 1 [x]', 'three c 3 [a b c]', 'three g 3 [e f g]'],
  },
  {
    name: 'crossing: a fact that triggers nothing is not the one before; an error before counts as not met',
    pins: [8, 11],
    rules: [
      aRule({
        id: 'big',
        trigger: [{ field: 'direction', equals: 'out' }],
        measure: { value: 'amount', by: ['accountId'] },
        threshold: { above: '5000.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'high' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '6000.00', direction: 'out' }), 'raised big a 6000.00 [a]'],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '1.00', direction: 'in' })],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '6000.00', direction: 'out' })],
      [aFact({ id: 'd', at: at('10:00:03'), amount: '9000.00', direction: 'out', currency: 'USD' })],
      [aFact({ id: 'e', at: at('10:00:04'), amount: '6000.00', direction: 'out' }), 'raised big e 6000.00 [e]'],
    ],
    standing: ['big a 6000.00 [a]', 'big e 6000.00 [e]'],
  },
  {
    name: 'cooldown counts from the last raised hit, not from the last fact above the limit',
    pins: [12],
    rules: [
      aRule({
        id: 'quiet',
        measure: { value: 'amount', by: ['accountId'] },
        threshold: { above: '5000.00', currency: 'CNY' },
        raise: { on: { cooldown: 'PT1H' }, severity: 'low' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00.000'), amount: '6000.00' }), 'raised quiet a 6000.00 [a]'],
      [aFact({ id: 'b', at: at('10:30:00.000'), amount: '6000.00' })],
      [aFact({ id: 'c', at: at('10:59:59.999'), amount: '6000.00' })],
      [aFact({ id: 'd', at: at('10:59:59.999'), amount: '6000.00', accountId: 'A2' }), 'raised quiet d 6000.00 [d]'],
      [aFact({ id: 'e', at: at('11:00:00.000'), amount: '6000.00' }), 'raised quiet e 6000.00 [e]'],
      [aFact({ id: 'f', at: at('12:00:00.000'), amount: '5000.00' })],
      [aFact({ id: 'g', at: at('12:00:00.001'), amount: '5000.01' }), 'raised quiet g 5000.01 [g]'],
    ],
    standing: ['quiet a 6000.00 [a]', 'quiet d 6000.00 [d]', 'quiet e 6000.00 [e]', 'quiet g 5000.01 [g]'],
  },
  {
    name: 'a version governs by event time, also a fact that arrives after the change',
    pins: [17],
    rules: [
      aRule({
        id: 'single',
        effectiveFrom: '2026-01-01T00:00:00+08:00',
        measure: { value: 'amount' },
        threshold: { above: '5000.00', currency: 'CNY' },
      }),
      aRule({
        id: 'single',
        version: 2,
        effectiveFrom: '2026-01-05T12:00:00+08:00',
        measure: { value: 'amount' },
        threshold: { above: '3000.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'z', at: '2025-12-31T23:59:59.999+08:00', amount: '9000.00' })],
      [aFact({ id: 'c', at: at('12:00:00.000'), amount: '4000.00' }), 'raised single@2 c 4000.00 [c]'],
      [aFact({ id: 'a', at: at('11:59:59.998'), amount: '4000.00' })],
      [aFact({ id: 'b', at: at('11:59:59.999'), amount: '6000.00' }), 'raised single b 6000.00 [b]'],
    ],
    standing: ['single@2 c 4000.00 [c]', 'single b 6000.00 [b]'],
  },
  {
    name: 'a new version looks back over older facts, but its crossing and cooldown begin with itself',
    pins: [11, 12, 17],
    rules: [
      aRule({
        id: 'total',
        measure: { ...dailyTotal, by: ['accountId'] },
        threshold: { above: '100.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'low' },
      }),
      aRule({
        id: 'total',
        version: 2,
        effectiveFrom: at('12:00:00'),
        measure: { ...dailyTotal, by: ['accountId'] },
        threshold: { above: '100.00', currency: 'CNY' },
        raise: { on: { cooldown: 'PT1H' }, severity: 'high' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('11:58:00'), amount: '101.00' }), 'raised total a 101.00 [a]'],
      [aFact({ id: 'b', at: at('11:59:00'), amount: '1.00' })],
      [aFact({ id: 'c', at: at('12:00:00'), amount: '1.00' }), 'raised total@2 c 103.00 [a b c]'],
      [aFact({ id: 'd', at: at('12:59:59'), amount: '1.00' })],
    ],
    standing: ['total a 101.00 [a]', 'total@2 c 103.00 [a b c]'],
  },
  {
    name: 'a later version governs from its beginning on, also where an earlier one would begin after it',
    pins: [17],
    rules: [
      aRule({ id: 'plain', version: 1, effectiveFrom: at('10:00:00') }),
      aRule({ id: 'plain', version: 2, effectiveFrom: at('14:00:00') }),
      aRule({ id: 'plain', version: 3, effectiveFrom: at('12:00:00') }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('09:59:59.999'), amount: '1.00' })],
      [aFact({ id: 'b', at: at('11:59:59.999'), amount: '1.00' }), 'raised plain b - [b]'],
      [aFact({ id: 'c', at: at('12:00:00.000'), amount: '1.00' }), 'raised plain@3 c - [c]'],
      [aFact({ id: 'd', at: at('15:00:00.000'), amount: '1.00' }), 'raised plain@3 d - [d]'],
    ],
    standing: ['plain b - [b]', 'plain@3 c - [c]', 'plain@3 d - [d]'],
  },
];
