import { z } from 'zod';
import { hitSchema } from '../hit/hit.schema';

/**
 * Bodies of an alert's events as they rest in the event store, where alerting writes and review reads them. Times are in
 * milliseconds since 1970. What is stored stays for years: fields may be added as optional, never renamed or removed.
 */

const instant = z.int().describe('Milliseconds since 1970-01-01T00:00:00Z.');
const alertId = z.string().regex(/^[0-9a-f]{32}$/);

/** One state of a hit as its alert records it. */
export const recordedHitSchema = hitSchema
  .pick({
    hitId: true,
    status: true,
    version: true,
    severity: true,
    fact: true,
    cause: true,
    asOf: true,
    evidence: true,
  })
  .extend({ recommend: hitSchema.shape.recommend.optional() });

const hitRecord = z.strictObject({ alertId, at: instant, hit: recordedHitSchema });

/** An event of an alert: type and body as stored. */
export const alertRecordSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('alert-raised'),
    body: z.strictObject({
      alertId,
      rule: z.string(),
      title: z.strictObject({ en: z.string(), zh: z.string() }),
      group: z.array(z.strictObject({ field: z.string(), value: z.string() })),
      confirmWithCustomer: z.boolean(),
      raisedAt: instant,
      dueAt: instant,
      linkedTo: alertId.nullable(),
      hit: recordedHitSchema,
    }),
  }),
  z.strictObject({ type: z.literal('hit-joined'), body: hitRecord }),
  z.strictObject({ type: z.literal('hit-revised'), body: hitRecord }),
  z.strictObject({ type: z.literal('hit-withdrawn'), body: hitRecord }),
  z.strictObject({ type: z.literal('hit-reinstated'), body: hitRecord }),
]);
/** An event of an alert: type and body as stored. */
export type AlertRecord = z.infer<typeof alertRecordSchema>;
