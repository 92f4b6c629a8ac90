import { factFields, factKinds, factSchema, maxIdLength, type FactMessage, type RefusalReason } from '@weir/contracts';
import type { z } from 'zod';
import { Flaw, placeOf, quoted } from './flaw';
import type { JsonRecord } from './json';
import type { Step } from './path';

/** A message of the contract's shape. */
export interface ReadMessage {
  readonly message: FactMessage;
  /** The top-level fields that the contract does not name; undefined where there are none. */
  readonly others: Readonly<Record<string, unknown>> | undefined;
}

/** The same, whose text may have to be looked at. */
export interface ShapedRecord extends ReadMessage {
  readonly escaped: boolean;
}

const mostNamed = 3;
const named: ReadonlySet<string> = new Set(factFields);
const required: ReadonlySet<string> = new Set(['id', 'kind', 'occurredAt']);
const ofTransactions = ['accountId', 'amount', 'currency'] as const;

const hints: Readonly<Record<string, string>> = {
  amount: 'write a decimal string in major units, e.g. "4800.00", so that no digit is lost',
  occurredAt: 'write ISO 8601 text with an offset or Z, e.g. "2026-11-22T08:15:30.123+08:00"',
  kind: `write one of ${factKinds.join(', ')}`,
  direction: 'write "in" or "out", or leave it out',
  attributes: 'write an object, or leave it out',
  source: 'write text, or leave it out, which means "default"',
};

/** Holds the message to the contract's schema, and a transaction to the fields that it must have. */
export const asMessage: Step<JsonRecord, ShapedRecord> = ({ value, escaped }) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Flaw('not-an-object', `The record is ${kindOf(value)}; send one JSON object per record.`);
  }
  const parsed = factSchema.safeParse(value);
  if (!parsed.success) return flawOf(parsed.error.issues, value as Record<string, unknown>);
  const message = parsed.data;
  return isComplete(message) ? { message, others: othersOf(message), escaped } : incomplete(message);
};

/** Whether the message has what its kind must have: the schema cannot say it of one kind only. */
const isComplete = ({ kind, accountId, amount, currency }: FactMessage): boolean =>
  kind !== 'transaction' || !(isAbsent(accountId) || isAbsent(amount) || isAbsent(currency));

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function incomplete(message: FactMessage): Flaw {
  const names = ofTransactions.filter((name) => isAbsent(message[name])).map((name) => `"${name}"`);
  return new Flaw('missing-field', `A transaction needs ${names.join(', ')}, which is missing or null.`);
}

function othersOf(message: FactMessage): ReadMessage['others'] {
  const others = Object.entries(message).filter(([name]) => !named.has(name));
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

/** The first issue gives the reason; the message names up to three. */
function flawOf(issues: readonly z.core.$ZodIssue[], input: Record<string, unknown>): Flaw {
  const all = issues.map((issue) => describe(issue, input));
  const first = all[0];
  const more = all.length > mostNamed ? ` And ${all.length - mostNamed} more.` : '';
  const text = all
    .slice(0, mostNamed)
    .map(({ message }) => message)
    .join(' ');
  return new Flaw(first?.reason ?? 'invalid-value', text + more);
}

function describe(
  issue: z.core.$ZodIssue,
  input: Record<string, unknown>,
): { readonly reason: RefusalReason; readonly message: string } {
  const place = placeOf(issue.path);
  const field = String(issue.path[0]);
  const value = Object.hasOwn(input, field) ? input[field] : undefined;
  const hint = hints[field] ?? 'write text';
  if ((value === undefined || value === null) && required.has(field)) {
    const state = value === null ? 'null' : 'missing';
    return { reason: 'missing-field', message: `${place} is ${state}; every fact needs it: ${hint}.` };
  }
  switch (issue.code) {
    case 'invalid_type':
      return { reason: 'wrong-type', message: `${place} is ${kindOf(value)}; ${hint}.` };
    case 'too_big':
      return {
        reason: 'invalid-value',
        message: `${place} is longer than ${issue.maximum} characters; ${lengthHint(issue.maximum)}.`,
      };
    case 'too_small':
      return { reason: 'invalid-value', message: `${place} is empty; ${hint}, or leave the field out.` };
    case 'invalid_value':
      return typeof value === 'string'
        ? { reason: 'invalid-value', message: `${place} is ${quoted(value)}; ${hint}.` }
        : { reason: 'wrong-type', message: `${place} is ${kindOf(value)}; ${hint}.` };
    default:
      return { reason: 'invalid-value', message: `${place} is ${quoted(value)}: ${issue.message}.` };
  }
}

const lengthHint = (maximum: number | bigint): string =>
  Number(maximum) === maxIdLength ? 'identifiers and words are short' : 'write it shorter';

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value} (${quoted(value)})`;
}
