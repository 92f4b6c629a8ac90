import { aFact, aRule } from '@weir/testing';
import type { Golden } from '../golden';

const at = (time: string): string => `2026-01-05T${time}+08:00`;
const secondOfHour = aRule({
  id: 'second',
  measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
  threshold: { between: ['2', '2'] },
});

/** Names, repetitions and the order of facts. */
export const order: readonly Golden[] = [
  {
    name: 'at one millisecond the source decides first, then the id',
    pins: [2],
    rules: [secondOfHour],
    timeline: [
      [aFact({ source: 'ebank', id: 'a', at: at('10:00:00.000'), amount: '1.00' })],
      [aFact({ source: 'core', id: 'z', at: at('10:00:00.000'), amount: '1.00' }), 'raised second a 2 [z a]'],
      [
        aFact({ source: 'core', id: 'b', at: at('10:00:00.000'), amount: '1.00' }),
        'withdrawn second a',
        'raised second z 2 [b z]',
      ],
    ],
    standing: ['second z 2 [b z]'],
  },
  {
    name: 'ids are ordered by their bytes: 10 before 9, B before a, U+FF5E before U+1F600',
    pins: [2],
    rules: [secondOfHour],
    timeline: [
      [aFact({ id: '9', accountId: 'digits', at: at('10:00:00'), amount: '1.00' })],
      [aFact({ id: '10', accountId: 'digits', at: at('10:00:00'), amount: '1.00' }), 'raised second 9 2 [10 9]'],
      [aFact({ id: 'a', accountId: 'cases', at: at('10:00:00'), amount: '1.00' })],
      [aFact({ id: 'B', accountId: 'cases', at: at('10:00:00'), amount: '1.00' }), 'raised second a 2 [B a]'],
      [aFact({ id: '\u{1F600}', accountId: 'planes', at: at('10:00:00'), amount: '1.00' })],
      [
        aFact({ id: '\uFF5E', accountId: 'planes', at: at('10:00:00'), amount: '1.00' }),
        'raised second \u{1F600} 2 [\uFF5E \u{1F600}]',
      ],
    ],
    standing: ['second 9 2 [10 9]', 'second a 2 [B a]', 'second \u{1F600} 2 [\uFF5E \u{1F600}]'],
  },
  {
    name: 'the same fact again changes nothing, whatever the order of its attributes',
    pins: [1],
    rules: [secondOfHour],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00', attributes: { x: 1, y: { p: 1, q: [2] } } })],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00', attributes: { y: { q: [2], p: 1 }, x: 1 } }), 'duplicate'],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '1.00' }), 'raised second b 2 [a b]'],
      [aFact({ id: 'b', at: at('10:00:01'), amount: '1.00' }), 'duplicate'],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00', attributes: { x: 1, y: { p: 1, q: [2] } } }), 'duplicate'],
    ],
    standing: ['second b 2 [a b]'],
  },
  {
    name: 'the same name with other content is a conflict, and the first one stays; another source is another fact',
    pins: [1],
    rules: [
      aRule({ id: 'single', measure: { value: 'amount' }, threshold: { above: '10.00', currency: 'CNY' } }),
      secondOfHour,
    ],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' })],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '99.00' }), 'conflict'],
      [aFact({ id: 'a', at: at('10:00:00.001'), amount: '1.00' }), 'conflict'],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00', attributes: { x: 1 } }), 'conflict'],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00', attributes: { x: null } }), 'conflict'],
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' }), 'duplicate'],
      [aFact({ source: 'other', id: 'a', at: at('10:00:00'), amount: '1.00' }), 'raised second a 2 [a a]'],
    ],
    standing: ['second a 2 [a a]'],
  },
  {
    name: 'a conflicting fact of a later time makes nothing late',
    pins: [1, 4],
    rules: [secondOfHour],
    timeline: [
      [aFact({ id: 'a', at: at('10:00:00'), amount: '1.00' })],
      [aFact({ id: 'a', at: at('18:00:00'), amount: '1.00' }), 'conflict'],
      [aFact({ id: 'b', at: at('09:30:00'), amount: '1.00' }), 'raised second a 2 [b a]'],
    ],
    standing: ['second a 2 [b a]'],
  },
  {
    name: 'groups do not mix, and their text is compared by code points, not by what it looks like',
    pins: [5, 8],
    rules: [secondOfHour],
    timeline: [
      [aFact({ id: 'a', accountId: '\u00e9', at: at('10:00:00'), amount: '1.00' })],
      [aFact({ id: 'b', accountId: 'e\u0301', at: at('10:00:01'), amount: '1.00' })],
      [aFact({ id: 'c', accountId: '\u00c9', at: at('10:00:02'), amount: '1.00' })],
      [aFact({ id: 'd', accountId: '\u00e9', at: at('10:00:03'), amount: '1.00' }), 'raised second d 2 [a d]'],
    ],
    standing: ['second d 2 [a d]'],
  },
];
