import { aFact, aRule } from '@weir/testing';
import type { Golden } from '../golden';

const at = (time: string): string => `2026-01-05T${time}+08:00`;

/** What triggers, what is measured, and what is missing. */
export const conditions: readonly Golden[] = [
  {
    name: '`when` for both, `trigger` only to trigger, `where` only to be measured',
    pins: [7],
    rules: [
      aRule({
        id: 'out',
        on: 'any',
        when: [{ field: 'channel', in: ['ebank'] }],
        trigger: [{ field: 'kind', equals: 'operation' }],
        measure: {
          sum: 'amount',
          by: ['accountId'],
          window: { sliding: 'PT1H' },
          where: [{ field: 'direction', equals: 'out' }],
        },
        threshold: { above: '100.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '101.00', direction: 'out', channel: 'ebank' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '500.00', direction: 'in', channel: 'ebank' })],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '500.00', direction: 'out', channel: 'counter' })],
      [aFact({ id: 'd', at: at('10:00:03'), channel: 'counter' })],
      [aFact({ id: 'e', at: at('10:00:04'), channel: 'ebank' }), 'raised out e 101.00 [a]'],
    ],
    standing: ['out e 101.00 [a]'],
  },
  {
    name: 'nothing measured is nothing: a count and a sum of 0',
    pins: [7],
    rules: [
      aRule({
        id: 'none',
        measure: {
          count: 'facts',
          by: ['accountId'],
          window: { sliding: 'PT1H' },
          where: [{ field: 'type', equals: 'authorisation' }],
        },
        threshold: { below: '1' },
      }),
      aRule({
        id: 'zero',
        measure: {
          sum: 'amount',
          by: ['accountId'],
          window: { sliding: 'PT1H' },
          where: [{ field: 'type', equals: 'authorisation' }],
        },
        threshold: { atMost: '0.00', currency: 'CNY' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' }), 'raised none a 0 []', 'raised zero a 0.00 []'],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '1.00', type: 'authorisation' })],
    ],
    standing: ['none a 0 []', 'zero a 0.00 []'],
  },
  {
    name: 'a missing or null group field: the rule does not apply, and the fact is in nobody’s window',
    pins: [8],
    rules: [
      aRule({
        id: 'device',
        measure: { count: 'facts', by: ['accountId', 'attributes.device'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: '2' },
      }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '1.00', attributes: { device: null } })],
      [aFact({ id: 'c', at: at('10:00:02'), amount: '1.00' })],
      [aFact({ id: 'd', at: at('10:00:03'), amount: '1.00', attributes: { device: 'D1' } })],
      [aFact({ id: 'e', at: at('10:00:04'), amount: '1.00', attributes: { device: 'D1' } }), 'raised device e 2 [d e]'],
    ],
    standing: ['device e 2 [d e]'],
  },
  {
    name: 'a missing measured field does not count, and triggers nothing where its own value would be measured',
    pins: [8],
    rules: [
      aRule({
        id: 'points',
        on: 'any',
        measure: { sum: 'attributes.points', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: '10' },
      }),
      aRule({
        id: 'own',
        on: 'any',
        measure: { value: 'attributes.points', by: ['accountId'] },
        threshold: { atLeast: '10' },
        raise: { on: 'crossing', severity: 'low' },
      }),
    ],
    timeline: [
      [
        aFact({ id: 'a', at: at('10:00:00'), attributes: { points: '10' } }),
        'raised points a 10 [a]',
        'raised own a 10 [a]',
      ],
      // It triggers the sum, to which it adds nothing; for its own value it is not there at all.
      [aFact({ id: 'b', at: at('10:00:01'), attributes: { points: null } }), 'raised points b 10 [a]'],
      [aFact({ id: 'c', at: at('10:00:02') }), 'raised points c 10 [a]'],
      [aFact({ id: 'd', at: at('10:00:03'), attributes: { points: 11 } }), 'raised points d 21 [a d]'],
    ],
    standing: ['points a 10 [a]', 'own a 10 [a]', 'points b 10 [a]', 'points c 10 [a]', 'points d 21 [a d]'],
  },
  {
    name: 'on a missing or null field nothing holds but `exists: false`; `not` turns that round',
    pins: [7, 8],
    rules: [
      aRule({ id: 'not-in', when: [{ field: 'channel', notIn: ['atm'] }] }),
      aRule({ id: 'negated', when: [{ not: { field: 'channel', in: ['atm'] } }] }),
      aRule({ id: 'absent', when: [{ field: 'attributes.certificate', exists: false }] }),
      aRule({ id: 'uncertified', when: [{ field: 'attributes.certificate', equals: false }] }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' }), 'raised negated a - [a]', 'raised absent a - [a]'],
      [
        aFact({ id: 'b', at: at('10:00:01'), amount: '1.00', channel: 'ebank', attributes: { certificate: null } }),
        'raised not-in b - [b]',
        'raised negated b - [b]',
        'raised absent b - [b]',
      ],
      [
        aFact({ id: 'c', at: at('10:00:02'), amount: '1.00', channel: 'atm', attributes: { certificate: false } }),
        'raised uncertified c - [c]',
      ],
      [aFact({ id: 'd', at: at('10:00:03'), amount: '1.00', channel: 'atm', attributes: { certificate: 'false' } })],
    ],
    standing: [
      'negated a - [a]',
      'absent a - [a]',
      'not-in b - [b]',
      'negated b - [b]',
      'absent b - [b]',
      'uncertified c - [c]',
    ],
  },
  {
    name: 'conditions compare amounts in major units of their own currency, attributes as exact decimals, words strictly',
    pins: [7, 8],
    rules: [
      aRule({ id: 'large', when: [{ field: 'amount', atLeast: '5000' }] }),
      aRule({ id: 'exactly', when: [{ field: 'amount', equals: '5000' }] }),
      aRule({ id: 'rated', when: [{ field: 'attributes.rate', between: ['0.10', '0.30'] }] }),
      aRule({ id: 'word', when: [{ field: 'attributes.rate', equals: '0.30' }] }),
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '4999.99' })],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '5000.00' }), 'raised large b - [b]', 'raised exactly b - [b]'],
      [
        aFact({ id: 'c', at: at('10:00:02'), amount: '5000', currency: 'JPY' }),
        'raised large c - [c]',
        'raised exactly c - [c]',
      ],
      [aFact({ id: 'd', at: at('10:00:03'), amount: '1', attributes: { rate: 0.3 } }), 'raised rated d - [d]'],
      [
        aFact({ id: 'e', at: at('10:00:04'), amount: '1', attributes: { rate: '0.30' } }),
        'raised rated e - [e]',
        'raised word e - [e]',
      ],
      [aFact({ id: 'f', at: at('10:00:05'), amount: '1', attributes: { rate: '0.3000000000000000001' } })],
      [aFact({ id: 'g', at: at('10:00:06'), amount: '1', attributes: { rate: 'high' } })],
      [aFact({ id: 'h', at: at('10:00:07'), amount: '1', attributes: { rate: true } })],
    ],
    standing: [
      'large b - [b]',
      'exactly b - [b]',
      'large c - [c]',
      'exactly c - [c]',
      'rated d - [d]',
      'rated e - [e]',
      'word e - [e]',
    ],
  },
];
