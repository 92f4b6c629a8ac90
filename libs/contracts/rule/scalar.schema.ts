import { z } from 'zod';

/** A plain decimal; text keeps every digit. */
export const decimal = z
  .union([z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/), z.number()])
  .describe(
    'A plain decimal of at most 15 digits before the point and 9 behind it, as a string ("10000.00") wherever it has a fraction.',
  );

/** What a field of a fact is compared with. */
export const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const duration = z
  .string()
  .max(40)
  .regex(/^P(?!$)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)$/)
  .describe('ISO 8601 duration in weeks, days, hours, minutes and seconds, e.g. PT1H, P30D.');

export const fieldName = z
  .string()
  .min(1)
  .max(200)
  .describe('A field of the fact: accountId, amount, channel … or attributes.<name>.');

/** Id of a document: a rule, a list, a table. */
export const documentId = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .describe('Lower-case words joined by hyphens.');

export const bilingual = z.strictObject({ en: z.string().min(1).max(500), zh: z.string().min(1).max(500) });

export const zone = z.string().min(1).max(64).describe('IANA zone, e.g. Asia/Shanghai.');

export const versionNumber = z.int().positive().default(1).describe('Given by the rulebook; files may leave it out.');

export const effectiveFrom = z
  .string()
  .min(1)
  .max(40)
  .default('1970-01-01T00:00:00Z')
  .describe('ISO 8601 with an offset or Z.');

export const source = z.string().min(1).max(1000).describe('Where it comes from: regulation, clause, decision.');
