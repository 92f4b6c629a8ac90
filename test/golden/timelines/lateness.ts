import { aFact, aRule } from '@weir/testing';
import type { Golden } from '../golden';

const at = (time: string): string => `2026-01-05T${time}+08:00`;
const count = aRule({
  id: 'pair',
  measure: { count: 'facts', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
  threshold: { atLeast: '2' },
});

/** Facts that arrive out of their order, within the lateness and beyond it. */
export const lateness: readonly Golden[] = [
  {
    name: 'exactly one hour behind the newest is measured; one millisecond more is late and no window sees it',
    pins: [4],
    rules: [count],
    timeline: [
      [aFact({ id: 'c', at: at('12:00:00.000'), amount: '1.00' })],
      [aFact({ id: 'a', at: at('10:59:59.999'), amount: '1.00' }), 'late'],
      [aFact({ id: 'b', at: at('11:00:00.000'), amount: '1.00' }), 'raised pair c 2 [b c]'],
    ],
    standing: ['pair c 2 [b c]'],
  },
  {
    name: 'a late fact is seen by single-fact rules: its own value at every fact, or no measure; by no other rule',
    pins: [4],
    rules: [
      aRule({ id: 'value', measure: { value: 'amount' }, threshold: { above: '5000.00', currency: 'CNY' } }),
      aRule({ id: 'plain', when: [{ field: 'amount', above: '5000.00' }] }),
      aRule({
        id: 'crossing',
        measure: { value: 'amount', by: ['accountId'] },
        threshold: { above: '5000.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'low' },
      }),
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '5000.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'b', at: at('12:00:00'), amount: '1.00' })],
      [
        aFact({ id: 'a', at: at('10:59:59'), amount: '6000.00' }),
        'late',
        'raised value a 6000.00 [a]',
        'raised plain a - [a]',
      ],
      [aFact({ id: 'a', at: at('10:59:59'), amount: '6000.00' }), 'duplicate'],
    ],
    standing: ['value a 6000.00 [a]', 'plain a - [a]'],
  },
  {
    name: 'the largest lateness of all rules counts for all of them',
    pins: [4],
    rules: [
      aRule({ id: 'quick', lateness: 'PT10M', measure: count.measure, threshold: count.threshold }),
      aRule({ id: 'patient', lateness: 'PT2H', measure: count.measure, threshold: { atLeast: '3' } }),
    ],
    timeline: [
      [aFact({ id: 'c', at: at('12:00:00'), amount: '1.00' })],
      [aFact({ id: 'b', at: at('10:00:00'), amount: '1.00' }), 'raised quick c 2 [b c]'],
      [aFact({ id: 'a', at: at('09:59:59.999'), amount: '1.00' }), 'late'],
    ],
    standing: ['quick c 2 [b c]'],
  },
  {
    name: 'a lateness shorter than an hour is kept to',
    pins: [4],
    rules: [aRule({ id: 'quick', lateness: 'PT10M', measure: count.measure, threshold: count.threshold })],
    timeline: [
      [aFact({ id: 'c', at: at('12:00:00'), amount: '1.00' })],
      [aFact({ id: 'a', at: at('11:49:59.999'), amount: '1.00' }), 'late'],
      [aFact({ id: 'b', at: at('11:50:00.000'), amount: '1.00' }), 'raised quick c 2 [b c]'],
    ],
    standing: ['quick c 2 [b c]'],
  },
  {
    name: 'the watermark is the newest time seen, not the last: going back does not lower it',
    pins: [4],
    rules: [count],
    timeline: [
      [aFact({ id: 'c', at: at('12:00:00'), amount: '1.00' })],
      [aFact({ id: 'b', at: at('11:00:00'), amount: '1.00' }), 'raised pair c 2 [b c]'],
      [aFact({ id: 'a', at: at('10:30:00'), amount: '1.00' }), 'late'],
    ],
    standing: ['pair c 2 [b c]'],
  },
  {
    name: 'one late arrival withdraws a hit, another reinstates it',
    pins: [11, 14],
    rules: [
      aRule({
        id: 'big',
        measure: { value: 'amount', by: ['accountId'] },
        threshold: { above: '5000.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'high' },
      }),
    ],
    timeline: [
      [aFact({ id: 'c', at: at('10:10:00'), amount: '6000.00' }), 'raised big c 6000.00 [c]'],
      [aFact({ id: 'a', at: at('10:05:00'), amount: '7000.00' }), 'raised big a 7000.00 [a]', 'withdrawn big c'],
      [aFact({ id: 'b', at: at('10:07:00'), amount: '5000.00' }), 'reinstated big c 6000.00 [c]'],
    ],
    standing: ['big a 7000.00 [a]', 'big c 6000.00 [c]'],
  },
  {
    name: 'a fact in between revises the totals after it, and raises what now exceeds the limit',
    pins: [14, 15],
    rules: [
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '100.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '60.00' })],
      [aFact({ id: 'c', at: at('10:20:00'), amount: '30.00' })],
      [aFact({ id: 'd', at: at('10:30:00'), amount: '30.00' }), 'raised total d 120.00 [a c d]'],
      [
        aFact({ id: 'b', at: at('10:10:00'), amount: '15.00' }),
        'raised total c 105.00 [a b c]',
        'revised total d 135.00 [a b c d]',
      ],
    ],
    standing: ['total c 105.00 [a b c]', 'total d 135.00 [a b c d]'],
  },
  {
    name: 'a fact of 0.00 in between changes no total but the evidence: revised as well',
    pins: [14, 16],
    rules: [
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '100.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'low' },
      }),
    ],
    timeline: [
      [aFact({ id: 'b', at: at('10:20:00'), amount: '120.00' }), 'raised total b 120.00 [b]'],
      [aFact({ id: 'a', at: at('10:10:00'), amount: '0.00' }), 'revised total b 120.00 [a b]'],
    ],
    standing: ['total b 120.00 [a b]'],
  },
  {
    name: 'crossing with an arrival in between: the crossing moves to the earlier fact',
    pins: [11, 14, 15],
    rules: [
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
        threshold: { above: '10000.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'high' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '4800.00' })],
      [aFact({ id: 'c', at: at('10:20:00'), amount: '4800.00' })],
      [aFact({ id: 'd', at: at('10:30:00'), amount: '4800.00' }), 'raised total d 14400.00 [a c d]'],
      [
        aFact({ id: 'b', at: at('10:10:00'), amount: '400.01' }),
        'raised total c 10000.01 [a b c]',
        'withdrawn total d',
      ],
    ],
    standing: ['total c 10000.01 [a b c]'],
  },
  {
    name: 'an arrival before the first raised hit shifts the whole chain of a cooldown',
    pins: [12, 14, 15],
    rules: [
      aRule({
        id: 'quiet',
        lateness: 'PT3H',
        measure: { value: 'amount', by: ['accountId'] },
        threshold: { atLeast: '1.00', currency: 'CNY' },
        raise: { on: { cooldown: 'PT1H' }, severity: 'low' },
      }),
    ],
    timeline: [
      [aFact({ id: 'b', at: at('10:00:00'), amount: '1.00' }), 'raised quiet b 1.00 [b]'],
      [aFact({ id: 'c', at: at('10:45:00'), amount: '1.00' })],
      // Exactly one hour after the last raised hit: at least one hour.
      [aFact({ id: 'd', at: at('11:00:00'), amount: '1.00' }), 'raised quiet d 1.00 [d]'],
      [aFact({ id: 'e', at: at('11:50:00'), amount: '1.00' })],
      [aFact({ id: 'f', at: at('12:00:00'), amount: '1.00' }), 'raised quiet f 1.00 [f]'],
      [
        aFact({ id: 'a', at: at('09:45:00'), amount: '1.00' }),
        'raised quiet a 1.00 [a]',
        'withdrawn quiet b',
        'raised quiet c 1.00 [c]',
        'withdrawn quiet d',
        'raised quiet e 1.00 [e]',
        'withdrawn quiet f',
      ],
    ],
    standing: ['quiet a 1.00 [a]', 'quiet c 1.00 [c]', 'quiet e 1.00 [e]'],
  },
  {
    name: 'what one rule does not look at arrives in between and is not counted by it, though another rule counts it',
    pins: [7, 15],
    rules: [
      aRule({
        id: 'payments',
        on: 'transaction',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: '2' },
      }),
      aRule({
        id: 'all',
        on: 'any',
        measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: '4' },
      }),
    ],
    timeline: [
      [aFact({ id: 'd', at: at('10:30:00'), amount: '1.00' })],
      [aFact({ id: 'a', at: at('10:00:00') })],
      [aFact({ id: 'c', at: at('10:20:00'), amount: '1.00' }), 'raised payments d 2 [c d]'],
      [
        aFact({ id: 'b', at: at('10:10:00'), amount: '1.00' }),
        'raised payments c 2 [b c]',
        'revised payments d 3 [b c d]',
        'raised all d 4 [a b c d]',
      ],
      [aFact({ id: 'e', at: at('11:15:00'), amount: '1.00' }), 'raised payments e 3 [c d e]'],
    ],
    standing: ['payments c 2 [b c]', 'payments d 3 [b c d]', 'all d 4 [a b c d]', 'payments e 3 [c d e]'],
  },
];
