import {
  referenceSchema,
  ruleSchema,
  type ReferenceDocument,
  type RuleDocument,
  type RuleInput,
} from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { decimalsOf } from './currency';
import { decimalOfText, unitsAt } from './decimal';

/** A fact as tests write it: time as ISO 8601 text, amount in major units of CNY unless said otherwise. */
export type FactInput = Partial<Omit<Fact, 'id' | 'occurredAt' | 'amount'>> & {
  readonly id: string;
  readonly at: string;
  readonly amount?: string;
};

/**
 * A fact for tests: of account A1 and source `default`, a transaction where it has an amount and an operation where not.
 * Throws on a time or an amount that it cannot hold exactly.
 */
export function aFact({ id, at, amount, ...rest }: FactInput): Fact {
  const occurredAt = Date.parse(at);
  if (Number.isNaN(occurredAt)) throw new Error(`Not a time: ${at}`);
  const fact = { source: 'default', id, occurredAt, accountId: 'A1', attributes: {} };
  if (amount === undefined) return { ...fact, kind: 'operation', ...rest };
  const currency = rest.currency ?? 'CNY';
  const decimal = decimalOfText(amount);
  const minor = decimal === undefined ? undefined : unitsAt(decimal, decimalsOf(currency));
  if (minor === undefined) throw new Error(`Not an amount of ${currency}: ${amount}`);
  return { ...fact, kind: 'transaction', amount: Number(minor), ...rest, currency };
}

/** A rule for tests, parsed by the contract's schema; every triggering transaction is a hit unless said otherwise. */
export function aRule(rule: Partial<RuleInput> & Pick<RuleInput, 'id'>): RuleDocument {
  return ruleSchema.parse({
    title: { en: rule.id, zh: rule.id },
    source: 'a test',
    on: 'transaction',
    raise: { on: 'every', severity: 'medium' },
    ...rule,
  });
}

/** A reference document as tests write it. */
export type ReferenceInput = {
  readonly version?: number;
  readonly effectiveFrom?: string;
} & (
  | { readonly list: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly table: string; readonly values: { readonly [key: string]: string | number } }
  | {
      readonly rates: string;
      readonly values: readonly { readonly currency: string; readonly from: string; readonly rate: string }[];
    }
);

/** A list, a table or rates for tests, parsed by the contract's schema; of a test's source unless said otherwise. */
export function aReference(document: ReferenceInput): ReferenceDocument {
  return referenceSchema.parse({ source: 'a test', ...document });
}
