import { z } from 'zod';
import { bilingual, decimal, documentId, effectiveFrom, scalar, source, versionNumber } from '../rule/scalar.schema';

const versioned = { title: bilingual.optional(), source, version: versionNumber, effectiveFrom };

/** One version of a list that conditions name. */
export const listSchema = z
  .strictObject({ list: documentId, ...versioned, values: z.array(scalar).max(100_000) })
  .describe('A named list of values.');
/** A list as parsed. */
export type ListDocument = z.infer<typeof listSchema>;

/** One version of a table that thresholds look limits up in. */
export const tableSchema = z
  .strictObject({ table: documentId, ...versioned, values: z.record(z.string().max(256), decimal) })
  .describe('A named table of limits: text to decimal.');
/** A table as parsed. */
export type TableDocument = z.infer<typeof tableSchema>;

/** One version of the reference rates into one currency. */
export const ratesSchema = z
  .strictObject({
    rates: z.string().describe('ISO 4217: the currency that amounts are converted to.'),
    ...versioned,
    values: z
      .array(
        z.strictObject({
          currency: z.string().describe('ISO 4217: the currency of which one unit is worth `rate`.'),
          from: z.string().min(1).max(40).describe('From when on the rate is valid, ISO 8601 with an offset or Z.'),
          rate: z
            .string()
            .regex(/^\d{1,9}(\.\d{1,9})?$/)
            .describe('A decimal above 0 in quotes, e.g. "7.1234".'),
        }),
      )
      .max(100_000),
  })
  .describe('Dated reference rates into one currency.');
/** Rates as parsed. */
export type RatesDocument = z.infer<typeof ratesSchema>;

/** Data that rules look up: lists, tables and rates, versioned like rules. */
export const referenceSchema = z.union([listSchema, tableSchema, ratesSchema]);
/** A list, a table or rates, as parsed. */
export type ReferenceDocument = z.infer<typeof referenceSchema>;
