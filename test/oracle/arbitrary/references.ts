import { referenceSchema } from '@weir/contracts';
import type { ReferenceDocument } from '@weir/contracts';
import fc from 'fast-check';
import { currencies, decimalOf, labels, near, texts, type Currency } from './vocabulary';

const scalars = [...labels.filter((one) => typeof one !== 'object'), ...Object.values(texts).flat(), '1.00'];
const keys = ['x', 'y', '1', 'true', '["x"]', 'B1', 'B2', '1.00 CNY', '0.5'];
const tableValue = fc.oneof(fc.integer({ min: -1, max: 6 }), decimalOf(9));
const rate = fc.constantFrom('1', '7', '0.5', '0.005', '6.789', '150.25');

/** Versions of one document: each begins after the one before, the first from the beginning or later. */
const versionsOf = (
  base: string,
  document: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<readonly ReferenceDocument[]> =>
  fc
    .tuple(
      fc.array(document, { minLength: 1, maxLength: 2 }),
      fc.nat(3).map((n) => n > 0),
      fc.uniqueArray(near(base), { minLength: 2, maxLength: 2 }),
    )
    .map(([documents, fromTheBeginning, times]) => {
      const starts = [...times].sort();
      return documents.map((one, place) =>
        referenceSchema.parse({
          source: 'random',
          version: place + 1,
          ...(place === 0 && fromTheBeginning ? {} : { effectiveFrom: starts[place] }),
          ...one,
        }),
      );
    });

const listOf = (list: string): fc.Arbitrary<Record<string, unknown>> =>
  fc.record({ list: fc.constant(list), values: fc.uniqueArray(fc.constantFrom(...scalars), { maxLength: 4 }) });

const tableOf = (table: string): fc.Arbitrary<Record<string, unknown>> =>
  fc.record({
    table: fc.constant(table),
    values: fc.dictionary(fc.constantFrom(...keys), tableValue, { maxKeys: 6 }),
  });

const ratesOf = (to: Currency, base: string): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .uniqueArray(
      fc.record({
        currency: fc.constantFrom(...Object.keys(currencies).filter((code) => code !== to)),
        from: fc.oneof(near(base), fc.constantFrom('2000-01-01T00:00:00Z', '2001-01-01T00:00:00Z')),
        rate,
      }),
      { maxLength: 8, size: 'max', selector: (one) => `${one.currency} ${one.from}` },
    )
    .map((values) => ({ rates: to, values }));

/** Lists, tables and rates for every name that random rules may write, in one or two versions. */
export const randomReferences = (base: string): fc.Arbitrary<readonly ReferenceDocument[]> =>
  fc
    .tuple(
      versionsOf(base, listOf('watched')),
      versionsOf(base, listOf('odd')),
      versionsOf(base, tableOf('grades')),
      versionsOf(base, tableOf('limits')),
      ...(Object.keys(currencies) as Currency[]).map((to) => versionsOf(base, ratesOf(to, base))),
    )
    .map((documents) => documents.flat());
