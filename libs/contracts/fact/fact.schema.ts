import { z } from 'zod';

/** The two kinds of facts. */
export const factKinds = ['transaction', 'operation'] as const;

/** Largest fact in bytes (UTF-8 JSON) that is read; a larger one is refused as `too-large`. */
export const maxFactBytes = 1_048_576;
/** Longest identifier in UTF-16 units. */
export const maxIdLength = 256;

const id = z.string().min(1).max(maxIdLength);
const word = z.string().max(maxIdLength).nullish();

/**
 * A fact as upstream writes it: flat JSON. `amount` is a decimal string in major units, `occurredAt` ISO 8601 with an
 * offset or `Z`. Unknown top-level fields are allowed and kept under `attributes`. Whether currency, amount and time
 * mean something is checked by intake, which knows currencies and zones.
 */
export const factSchema = z
  .looseObject({
    source: id.optional().describe('The system that wrote the fact; (source, id) names it. Default: "default".'),
    id: id.describe('Unique within its source.'),
    kind: z.enum(factKinds),
    occurredAt: z
      .string()
      .min(1)
      .max(40)
      .describe('ISO 8601 with an offset or Z, e.g. 2026-11-22T08:15:30.123+08:00; finer than milliseconds is cut.'),
    accountId: id.nullish().describe('Required for a transaction.'),
    customerId: word,
    counterpartyId: word,
    direction: z.enum(['in', 'out']).nullish(),
    type: word.describe('What was done: transfer, payment, cash-deposit, login-failure …'),
    channel: word.describe('Where it was done: ebank, mobile, counter, atm …'),
    amount: z
      .string()
      .min(1)
      .max(64)
      .nullish()
      .describe('Decimal string in major units, not negative, at most as many decimals as the currency has.'),
    currency: z.string().nullish().describe('ISO 4217 code in capitals; required with an amount.'),
    branchId: word,
    tellerId: word,
    deviceId: word,
    attributes: z.record(z.string(), z.unknown()).nullish().describe('Anything else upstream wants rules to see.'),
  })
  .describe('One immutable transaction or operation event from upstream.');

/** A fact as upstream writes it. */
export type FactMessage = z.infer<typeof factSchema>;

/** The named top-level fields of a fact; any other goes under `attributes`. */
export const factFields: readonly string[] = Object.keys(factSchema.shape);
