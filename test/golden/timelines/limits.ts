import { aFact, aRule } from '@weir/testing';
import type { Golden } from '../golden';

const at = (time: string): string => `2026-01-05T${time}+08:00`;

/** At limits and between them, in several currencies. */
export const limits: readonly Golden[] = [
  {
    name: 'above 5,000.00 does not include 5,000.00 and includes 5,000.01',
    pins: [10],
    rules: [aRule({ id: 'single', measure: { value: 'amount' }, threshold: { above: '5000.00', currency: 'CNY' } })],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '5000.00' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '5000.01' }), 'raised single b 5000.01 [b]'],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '4999.99' })],
    ],
    standing: ['single b 5000.01 [b]'],
  },
  {
    name: '"and above" of the large-value report includes the limit',
    pins: [6, 10],
    rules: [
      aRule({
        id: 'cash',
        measure: { sum: 'amount', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
        threshold: { atLeast: '50000.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '49999.99' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '0.01' }), 'raised cash b 50000.00 [a b]'],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '0.00' }), 'raised cash c 50000.00 [a b c]'],
    ],
    standing: ['cash b 50000.00 [a b]', 'cash c 50000.00 [a b c]'],
    windowFrom: { b: at('00:00:00'), c: at('00:00:00') },
  },
  {
    name: 'just under a limit: between includes both its ends; below excludes, atMost includes',
    pins: [10],
    rules: [
      aRule({
        id: 'near',
        measure: { value: 'amount' },
        threshold: { between: ['4900.00', '4999.99'], currency: 'CNY' },
      }),
      aRule({ id: 'under', measure: { value: 'amount' }, threshold: { below: '4900.00', currency: 'CNY' } }),
      aRule({ id: 'up-to', measure: { value: 'amount' }, threshold: { atMost: '4900.00', currency: 'CNY' } }),
    ],
    timeline: [
      [
        aFact({ id: 'a', at: at('10:00:00'), amount: '4899.99' }),
        'raised under a 4899.99 [a]',
        'raised up-to a 4899.99 [a]',
      ],
      [
        aFact({ id: 'b', at: at('10:00:01'), amount: '4900.00' }),
        'raised near b 4900.00 [b]',
        'raised up-to b 4900.00 [b]',
      ],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '4999.99' }), 'raised near c 4999.99 [c]'],
      [aFact({ id: 'd', at: at('10:00:03'), amount: '5000.00' })],
    ],
    standing: [
      'under a 4899.99 [a]',
      'up-to a 4899.99 [a]',
      'near b 4900.00 [b]',
      'up-to b 4900.00 [b]',
      'near c 4999.99 [c]',
    ],
  },
  {
    name: 'yen have no decimals, Kuwaiti dinars three',
    pins: [8, 10],
    rules: [
      aRule({ id: 'yen', measure: { value: 'amount' }, threshold: { above: '100000', currency: 'JPY' } }),
      aRule({
        id: 'dinar',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        when: [{ field: 'currency', equals: 'KWD' }],
        threshold: { above: '10.000', currency: 'KWD' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '100000', currency: 'JPY' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '100001', currency: 'JPY' }), 'raised yen b 100001 [b]'],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '9.999', currency: 'KWD' })],
      [aFact({ id: 'd', at: at('10:00:03'), amount: '0.001', currency: 'KWD' })],
      [aFact({ id: 'e', at: at('10:00:04'), amount: '0.001', currency: 'KWD' }), 'raised dinar e 10.001 [c d e]'],
    ],
    standing: ['yen b 100001 [b]', 'dinar e 10.001 [c d e]'],
  },
  {
    name: 'money of another currency ends in an error, which is no hit; alone it does not spoil a later window',
    pins: [8],
    rules: [
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '100.00', currency: 'CNY' },
      }),
      aRule({ id: 'single', measure: { value: 'amount' }, threshold: { above: '100.00', currency: 'CNY' } }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '150.00', currency: 'USD' })],
      [aFact({ id: 'b', at: at('10:30:00'), amount: '150.00' }), 'raised single b 150.00 [b]'],
      [
        aFact({ id: 'c', at: at('11:00:00'), amount: '150.00' }),
        'raised single c 150.00 [c]',
        'raised total c 300.00 [b c]',
      ],
    ],
    standing: ['single b 150.00 [b]', 'single c 150.00 [c]', 'total c 300.00 [b c]'],
  },
  {
    name: 'a fact of another currency that arrives in between withdraws what can no longer be measured',
    pins: [8, 14],
    rules: [
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '100.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'b', at: at('10:30:00'), amount: '150.00' }), 'raised total b 150.00 [b]'],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00', currency: 'EUR' }), 'withdrawn total b'],
    ],
    standing: [],
  },
  {
    name: 'a sum of exactly 2^53 − 1 fen is measured; one fen more is an error and no rounded value',
    pins: [9],
    rules: [
      aRule({
        id: 'total',
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { above: '1.00', currency: 'CNY' },
        raise: { on: 'crossing', severity: 'low' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '0.91' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '90071992547409.00' }), 'raised total b 90071992547409.91 [a b]'],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '0.01' })],
      // a left the window, so that the sum can be told again; the error before it counts as "did not meet".
      [aFact({ id: 'd', at: at('11:00:00'), amount: '0.00' }), 'raised total d 90071992547409.01 [b c d]'],
    ],
    standing: ['total b 90071992547409.91 [a b]', 'total d 90071992547409.01 [b c d]'],
  },
  {
    name: 'plain numbers are added as decimals, up to six of them: 0.1 + 0.2 is 0.3',
    pins: [9, 10],
    rules: [
      aRule({
        id: 'score',
        on: 'operation',
        measure: { sum: 'attributes.score', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { between: ['0.3', '0.3'] },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), attributes: { score: 0.1 } })],
      [aFact({ id: 'b', at: at('10:00:01'), attributes: { score: 0.2 } }), 'raised score b 0.3 [a b]'],
      [aFact({ id: 'c', at: at('10:00:02'), attributes: { score: 0.000001 } })],
      [aFact({ id: 'd', at: at('10:00:03'), attributes: { score: -0.000001 } }), 'raised score d 0.3 [a b c d]'],
      // Finer than six decimals: an error, as long as it is in the window.
      [aFact({ id: 'e', at: at('10:00:04'), attributes: { score: 0.0000001 } })],
      [aFact({ id: 'f', at: at('10:00:05'), attributes: { score: 0 } })],
    ],
    standing: ['score b 0.3 [a b]', 'score d 0.3 [a b c d]'],
  },
];
