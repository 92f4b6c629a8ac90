import type { FactMessage, ReferenceDocument, RuleInput } from '@weir/contracts';
import { aReference, anOperation, aRule, aTransaction, score } from './given';
import { useOracle } from './use-oracle';

const { hitsOf } = useOracle();

describe('conditions', () => {
  const holding = async (
    when: RuleInput['when'],
    facts: readonly FactMessage[],
    references: readonly ReferenceDocument[] = [],
  ): Promise<string> => (await hitsOf([aRule({ when })], facts, references)).map(({ fact }) => fact.id).join(' ');
  const values: readonly unknown[] = ['0.30', 0.3, '0.3', 1, '1', true, 'true', null, {}, ' 1'];
  const facts = values.map((value, n) => score(`f${n}`, `10:00:00.00${n}`, value));
  const field = 'attributes.points';

  it.each<[string, Record<string, unknown>, string]>([
    ['text by its code points', { equals: '0.3' }, 'f2'],
    ['a number by its value', { equals: 0.3 }, 'f1'],
    ['a truth value', { in: [true, 1] }, 'f3 f5'],
    ['none of them, where it is there', { notIn: ['1', true, 0.3] }, 'f0 f2 f3 f6 f8 f9'],
    ['decimals, also in text', { between: ['0.3', '1'] }, 'f0 f1 f2 f3 f4'],
    ['above and below', { above: '0.3', below: '1.000001' }, 'f3 f4'],
    ['there', { exists: true }, 'f0 f1 f2 f3 f4 f5 f6 f8 f9'],
    ['not there', { exists: false }, 'f7'],
    ['text that a pattern finds', { matches: '^[0-9]\\.?' }, 'f0 f2 f4'],
  ])('%s: %j', async (_, operator, wanted) => {
    expect(await holding([{ field, ...operator }], facts)).toBe(wanted);
  });

  it('not turns round what is missing; any and all join', async () => {
    expect(await holding([{ not: { field, in: ['0.30', '0.3', '1', 'true', ' 1'] } }], facts)).toBe('f1 f3 f5 f7 f8');
    const either = [
      {
        any: [
          { field, equals: 1 },
          {
            all: [
              { field, equals: '1' },
              { field: 'accountId', equals: 'A1' },
            ],
          },
        ],
      },
    ];
    expect(await holding(either, facts)).toBe('f3 f4');
  });

  it('lists are those of the time of the fact; an absent version is empty', async () => {
    const lists = [
      aReference({ list: 'odd', effectiveFrom: '2026-01-05T10:00:00.001+08:00', values: [0.3, '1', true] }),
      aReference({ list: 'odd', version: 2, effectiveFrom: '2026-01-05T10:00:00.005+08:00', values: ['true'] }),
    ];
    expect(await holding([{ field, inList: 'odd' }], facts, lists)).toBe('f1 f4 f6');
    expect(await holding([{ field, notInList: 'odd' }], facts, lists)).toBe('f0 f2 f3 f5 f8 f9');
  });

  it('another field: the same or another value, where both are there', async () => {
    const people: readonly [string | null, unknown][] = [
      ['T1', 'T1'],
      ['T1', 'T2'],
      ['T1', null],
      [null, 'T1'],
      ['1', 1],
    ];
    const checked = people.map(([tellerId, checker], n) =>
      anOperation(`f${n}`, `10:00:0${n}`, { tellerId, attributes: { checker } }),
    );
    expect(await holding([{ field: 'tellerId', sameAs: 'attributes.checker' }], checked)).toBe('f0');
    expect(await holding([{ field: 'tellerId', differsFrom: 'attributes.checker' }], checked)).toBe('f1 f4');

    // An amount is the decimal with its currency, never the number alone.
    const amounts = [1, '1.00', '1.00 CNY'].map((checker, n) =>
      aTransaction(`t${n}`, `10:00:0${n}`, '1.00 CNY', { attributes: { checker } }),
    );
    expect(await holding([{ field: 'amount', sameAs: 'attributes.checker' }], amounts)).toBe('t2');
  });

  it('amounts by their number, whatever the currency; unknown fields at the top are attributes', async () => {
    const amounts = [
      aTransaction('a', '10:00:00', '5000.00 CNY'),
      aTransaction('b', '10:00:01', '5000 JPY'),
      aTransaction('c', '10:00:02', '4999.99 CNY', { risk: 3 }),
    ];
    expect(await holding([{ field: 'amount', equals: '5000' }], amounts)).toBe('a b');
    expect(
      await holding(
        [
          {
            any: [
              { field: 'attributes.risk', equals: 3 },
              { field: 'amount', in: ['1'] },
            ],
          },
        ],
        amounts,
      ),
    ).toBe('c');
  });
});
