import { z } from 'zod';

/** Why input was refused. Closed: metrics carry it as a label. */
export const refusalReasons = [
  'too-large', // over the size limit; only hash, length and the first 64 KiB are kept
  'invalid-encoding', // not UTF-8
  'not-json', // not one JSON value
  'not-csv', // a row of a CSV file with broken quotes, or with more or fewer cells than the header
  'duplicate-key', // one JSON object names a field twice: readers would disagree on which counts
  'too-deep', // nested deeper than maxDepth
  'not-an-object', // JSON, but not an object
  'forbidden-field', // __proto__ as a field name
  'missing-field', // a required field is absent or null
  'wrong-type', // a field is of another type than the contract says
  'invalid-value', // right type, but empty, too long or not one of the listed values
  'invalid-text', // text with a null character or a lone surrogate
  'invalid-amount', // not a plain decimal: sign, exponent, NaN, thousands separators …
  'amount-precision', // more decimals than the currency has
  'amount-out-of-range', // beyond the exact integers in minor units
  'unknown-currency', // not an active ISO 4217 code
  'invalid-time', // not ISO 8601, or a date that does not exist
  'time-without-zone', // neither an offset nor Z
  'time-out-of-range', // before 1970
  'in-future', // occurred further after its arrival than allowed
  'conflicting-id', // (source, id) is known with other content
  'internal-error', // Weir failed on it: a defect of Weir; it can be sent again once that is mended
] as const;

/** Why input was refused. */
export type RefusalReason = (typeof refusalReasons)[number];

/** Deepest nesting of JSON that is read, the fact itself being level 1. */
export const maxDepth = 16;
/** How many of the first bytes of a too large input are kept. */
export const keptBytesOfTooLarge = 65_536;

/**
 * A dead letter as the command line writes it (JSONL). On the topic the original bytes are the record's value and the
 * rest stands in headers (`weir-origin`, `weir-reason`, `weir-message`, and where cut `weir-sha256`, `weir-length`).
 */
export const deadLetterSchema = z.strictObject({
  line: z.int().positive().optional().describe('1-based line of the file it came from.'),
  origin: z.string().describe('topic/partition/offset, http/<request>/<index> or file/<line>.'),
  reason: z.enum(refusalReasons),
  message: z.string().describe('What is wrong, where, and how to mend it.'),
  original: z.string().describe('The original bytes in base64, at most the first 64 KiB of them.'),
  sha256: z.string().optional().describe('Of all original bytes, hex, where not all of them are kept.'),
  length: z.int().optional().describe('Of the original in bytes, where not all of them are kept.'),
});

/** A dead letter as the command line writes it. */
export type DeadLetter = z.infer<typeof deadLetterSchema>;
