import type { ReferenceDocument } from '@weir/contracts';
import fc from 'fast-check';
import { aReference, type ReferenceInput } from '../builders';
import { epoch, iso } from './times';

/** Lists that rules name. */
export const lists = ['watched', 'passed'] as const;
/** Tables that rules name: of limits in money, and of plain ones. */
export const tables = { money: 'most-money', plain: 'most-of-all' } as const;

const values = fc.subarray<string | number | boolean>([
  'A1',
  'P1',
  'D1',
  'T1',
  'C2',
  1,
  '1',
  true,
  'gold',
  '',
  '50.00',
  5000,
]);

const keys = ['junior', 'junior', 'senior', '1', 'true', 'failed', '50.00 CNY', '["gold"]'];
const table = (limits: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...limits), { maxKeys: 5, noNullPrototype: true });

const rates = (times: readonly number[], ...currencies: string[]) =>
  fc.uniqueArray(
    fc.record({
      currency: fc.constantFrom(...currencies),
      from: fc.oneof(
        { weight: 2, arbitrary: fc.constant(epoch) },
        { weight: 1, arbitrary: fc.constantFrom(...times).map(iso) },
      ),
      rate: fc.constantFrom('7.125', '7', '0.5', '0.005', '1', '0.000000001', '999999999'),
    }),
    { minLength: 1, maxLength: 4, selector: ({ currency, from }) => `${currency} ${Date.parse(from)}` },
  );

/** One to three versions of a document, each from one of the times or from the beginning, in whatever order. */
function versions(times: readonly number[], content: fc.Arbitrary<ReferenceInput>): fc.Arbitrary<ReferenceDocument[]> {
  const begin = fc.oneof(
    { weight: 2, arbitrary: fc.constant(epoch) },
    { weight: 1, arbitrary: fc.constantFrom(...times).map(iso) },
  );
  const version = fc.tuple(begin, content);
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.tuple(version) },
      { weight: 2, arbitrary: fc.tuple(version, version) },
      { weight: 1, arbitrary: fc.tuple(version, version, version) },
    )
    .map((all) =>
      all.map(([effectiveFrom, document], at) => aReference({ ...document, version: at + 1, effectiveFrom })),
    );
}

/** Every list and table that rules name and rates into some currencies, in versions that begin at some of the times. */
export function referencesOver(times: readonly number[]): fc.Arbitrary<ReferenceDocument[]> {
  const [watched, passed] = lists;
  const into = (currency: string, ...others: string[]): fc.Arbitrary<ReferenceDocument[]> =>
    versions(
      times,
      rates(times, ...others).map((some) => ({ rates: currency, values: some })),
    );
  return fc
    .tuple(
      versions(
        times,
        values.map((some) => ({ list: watched, values: some })),
      ),
      versions(
        times,
        values.map((some) => ({ list: passed, values: some })),
      ),
      versions(
        times,
        table(['0', '1', '50.00', '4999.99', '5000', '1.001']).map((some) => ({ table: tables.money, values: some })),
      ),
      versions(
        times,
        table(['0', '0.5', '1', '2', '0.333333', '0.0000001']).map((some) => ({ table: tables.plain, values: some })),
      ),
      into('CNY', 'USD', 'USD', 'USD', 'JPY'),
      into('KWD', 'CNY', 'CNY', 'USD'),
      fc.oneof(fc.constant([]), into('JPY', 'CNY', 'USD')),
    )
    .map((all) => all.flat());
}
