import { z } from 'zod';
import { decimal, documentId, fieldName } from './scalar.schema';
import { severities } from './severity';

const limit = z
  .union([
    decimal,
    z.strictObject({ field: fieldName }),
    z.strictObject({
      table: documentId,
      key: fieldName.describe('The field whose value is looked up.'),
      else: decimal.optional().describe('Where the table does not list it.'),
    }),
  ])
  .describe('A decimal, {field: …} of the triggering fact, or {table: …, key: …}.');
/** What a measured value is compared with. */
export type LimitDocument = z.infer<typeof limit>;

const comparison = {
  above: limit.optional(),
  atLeast: limit.optional(),
  below: limit.optional(),
  atMost: limit.optional(),
  between: z.tuple([limit, limit]).optional().describe('Both ends included.'),
};

const tier = z.strictObject({ ...comparison, severity: z.enum(severities) });
/** One level of a threshold with the severity of hits that reach it. */
export type TierDocument = z.infer<typeof tier>;

/** When a measured value is a hit: exactly one comparison, or tiers of one comparison each. */
export const threshold = z.strictObject({
  ...comparison,
  tiers: z
    .array(tier)
    .min(1)
    .max(severities.length)
    .optional()
    .describe('Levels with rising severities; the gravest that is met gives the severity.'),
  currency: z.string().optional().describe('ISO 4217; required where money is measured, refused elsewhere.'),
});
/** When a measured value is a hit. */
export type ThresholdDocument = z.infer<typeof threshold>;
