import { factFields } from '@weir/contracts';
import { isZone } from '@weir/domain';
import { z } from 'zod';
import { TimePattern } from './time-pattern';

const zone = z.string().refine(isZone, { error: 'is no IANA time zone; write e.g. Asia/Shanghai' });
const sign = z.string().regex(/^[\x20-\x7e\t]$/, { error: 'must be one ASCII character' });
const column = z.string().min(1).describe('Name of a column.');

const pattern = z.string().superRefine((text, ctx) => {
  try {
    TimePattern.of(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    ctx.addIssue({ code: 'custom', message: error.message });
  }
});

/** How a time is written. */
const timeSchema = z.union(
  [
    z.enum(['iso', 'epoch-seconds', 'epoch-milliseconds']),
    z.strictObject({ pattern: pattern.describe('E.g. yyyyMMdd HHmmss.'), zone }),
    z.strictObject({
      dayNumber: z.strictObject({
        since: z.iso.date().describe('The day that has the number `first`.'),
        first: z.int().default(0),
      }),
      zone: zone.describe('The fact occurs as this zone begins the day.'),
    }),
  ],
  { error: 'is none of iso, epoch-seconds, epoch-milliseconds, {pattern, zone}, {dayNumber: {since, first}, zone}' },
);
export type CsvTime = z.infer<typeof timeSchema>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Where the value of a field comes from, and how it is written there. */
const valueSchema = z
  .strictObject({
    column: column.optional(),
    template: z
      .string()
      .min(1)
      .optional()
      .describe('Text with {column} for a cell and {row} for the number of the row, the first being 1.'),
    hash: z.array(column).min(1).optional().describe('SHA-256 over these cells: an id for a row that has none.'),
    words: z.record(z.string(), scalar).optional().describe('What each text in the file stands for.'),
    time: timeSchema.optional(),
    number: z.literal(true).optional().describe('A number instead of text; for attributes.'),
    decimal: z.enum(['.', ',']).optional().describe('What stands before the decimals.'),
    grouping: z.enum([',', '.', ' ', "'", '_']).optional().describe('What stands between thousands.'),
  })
  .superRefine((value, ctx) => {
    const sources = [value.column, value.template, value.hash].filter((source) => source !== undefined);
    if (sources.length !== 1) {
      ctx.addIssue({ code: 'custom', message: 'needs exactly one of column, template, hash' });
    }
    const ways = [value.words, value.time, value.number ?? value.decimal ?? value.grouping];
    if (ways.filter((way) => way !== undefined).length > 1) {
      ctx.addIssue({
        code: 'custom',
        message: 'has more than one of words, time and numbers (number, decimal, grouping)',
      });
    }
    if (value.grouping !== undefined && value.grouping === (value.decimal ?? '.')) {
      ctx.addIssue({ code: 'custom', path: ['grouping'], message: 'is the decimal sign too' });
    }
  });
export type CsvValue = z.infer<typeof valueSchema>;

const topFields = factFields.filter((name) => name !== 'attributes');
const fieldName = z
  .string()
  .refine((name) => topFields.includes(name) || /^attributes\.[^.]+$/.test(name), {
    error: `is no field of a fact; known are ${topFields.join(', ')} and attributes.<name>`,
  })
  .refine((name) => name !== 'attributes.__proto__', { error: 'is a forbidden name' });

/** A mapping file: how the rows of a CSV file become facts. */
export const csvMapSchema = z
  .strictObject({
    delimiter: sign.default(','),
    quote: sign.nullable().default('"').describe('Null: the file knows no quotes.'),
    encoding: z.enum(['utf-8', 'gb18030', 'windows-1252']).default('utf-8'),
    header: z.boolean().default(true).describe('True: the first row names the columns.'),
    columns: z.array(column).min(1).optional().describe('Names of the columns, where the file has no header.'),
    skipLines: z.int().nonnegative().default(0).describe('Lines before the header, or before the first row.'),
    lineBreaksInQuotes: z
      .boolean()
      .default(false)
      .describe('True: cells in quotes may hold line breaks. A quote that is never closed then takes rows with it.'),
    constants: z.record(fieldName, scalar).default({}),
    fields: z.record(
      fieldName,
      z.union([column.transform((name): CsvValue => ({ column: name })), valueSchema], {
        error: 'is neither the name of a column nor an object with column, template or hash',
      }),
    ),
  })
  .superRefine((map, ctx) => {
    if (map.header === (map.columns !== undefined)) {
      const message = map.header ? 'is only for files without a header' : 'must name the columns where header is false';
      ctx.addIssue({ code: 'custom', path: ['columns'], message });
    }
    if (map.delimiter === map.quote) ctx.addIssue({ code: 'custom', path: ['quote'], message: 'is the delimiter too' });
    for (const name of Object.keys(map.constants)) {
      if (name in map.fields)
        ctx.addIssue({ code: 'custom', path: ['constants', name], message: 'is mapped under fields too' });
    }
    const needed = ['id', 'kind', 'occurredAt', ...(map.constants['kind'] === 'transaction' ? ofTransactions : [])];
    const given = new Set([...Object.keys(map.constants), ...Object.keys(map.fields)]);
    const missing = needed.filter((name) => !given.has(name));
    if (missing.length > 0) {
      ctx.addIssue({
        code: 'custom',
        path: ['fields'],
        message: `lacks ${missing.join(', ')}, which every such fact needs`,
      });
    }
  });
const ofTransactions = ['accountId', 'amount', 'currency'];

/** How the rows of a CSV file become facts. */
export type CsvMap = z.infer<typeof csvMapSchema>;
