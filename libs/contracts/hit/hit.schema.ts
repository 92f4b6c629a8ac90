import { z } from 'zod';
import { severities } from '../rule/severity';

/** States that a hit goes through under one id. */
export const hitStatuses = ['raised', 'revised', 'withdrawn', 'reinstated'] as const;
/** State of a hit. */
export type HitStatus = (typeof hitStatuses)[number];

/** How many facts evidence names at most, the newest. */
export const maxEvidenceFacts = 100;

const factName = z.strictObject({ source: z.string(), id: z.string() });
const instant = z.int().describe('Milliseconds since 1970-01-01T00:00:00Z.');

/** Where in the log a state was made; a receiver ignores what is not newer than the newest seen for that hit. */
export const asOfSchema = z.strictObject({
  topic: z.string(),
  partition: z.int().nonnegative(),
  offset: z.int().nonnegative(),
  step: z.int().nonnegative().describe('0 for a fact; counts changes of the rules after the fact at this offset.'),
});
/** Where in the log a state was made. */
export type AsOf = z.infer<typeof asOfSchema>;

const evidenceFact = z.strictObject({
  source: z.string(),
  id: z.string(),
  occurredAt: instant,
  amount: z.string().nullable(),
  currency: z.string().nullable(),
});
const evidenceWindow = z.strictObject({ from: instant, to: instant, fromIncluded: z.boolean() });

/** What a hit rests on. */
export const evidenceSchema = z.strictObject({
  measured: z.string().nullable().describe('Decimal, money in major units; null where the rule has no measure.'),
  limit: z.string().nullable().describe('Decimal, or two joined by ".." for between.'),
  comparison: z.enum(['above', 'atLeast', 'below', 'atMost', 'between']).nullable(),
  currency: z.string().nullable(),
  window: evidenceWindow
    .nullable()
    .describe('`to` is included and is the time of the fact; null where there is no window.'),
  count: z.int().nonnegative().describe('How many facts were measured.'),
  facts: z.array(evidenceFact).max(maxEvidenceFacts).describe('The newest of them, in their order.'),
  incomplete: z.boolean().describe('True where the state did not reach back as far as the window.'),
});
/** What a hit rests on. */
export type Evidence = z.infer<typeof evidenceSchema>;

const shownInstant = z.iso.datetime().describe('ISO 8601 in UTC.');

/** What a hit rests on as people read it: the same, its times in ISO 8601. */
export const shownEvidenceSchema = evidenceSchema.extend({
  window: evidenceWindow
    .extend({ from: shownInstant, to: shownInstant })
    .nullable()
    .describe(evidenceSchema.shape.window.description ?? ''),
  facts: z
    .array(evidenceFact.extend({ occurredAt: shownInstant }))
    .max(maxEvidenceFacts)
    .describe(evidenceSchema.shape.facts.description ?? ''),
});
/** What a hit rests on as people read it. */
export type ShownEvidence = z.infer<typeof shownEvidenceSchema>;

/** One state of a hit. */
export const hitSchema = z
  .strictObject({
    hitId: z.string().regex(/^[0-9a-f]{64}$/),
    status: z.enum(hitStatuses),
    rule: z.string(),
    version: z.int().positive(),
    title: z.strictObject({ en: z.string(), zh: z.string() }),
    severity: z.enum(severities),
    review: z.strictObject({ confirmWithCustomer: z.boolean(), due: z.string() }),
    recommend: z
      .strictObject({ freeze: z.strictObject({ until: instant }) })
      .nullable()
      .describe('What upstream is recommended to do: suspend the channel until a point in time.'),
    group: z.array(z.strictObject({ field: z.string(), value: z.string() })),
    fact: z
      .strictObject({
        source: z.string(),
        id: z.string(),
        occurredAt: instant,
        accountId: z.string().nullable(),
        customerId: z.string().nullable(),
        branchId: z.string().nullable(),
      })
      .describe('The fact that is the hit.'),
    cause: factName.nullable().describe('The fact whose arrival made this state; null where a change of rules did.'),
    asOf: asOfSchema,
    evidence: evidenceSchema,
  })
  .describe("A state of a hit: a rule's threshold met by one fact, with the evidence.");
/** One state of a hit. */
export type HitState = z.infer<typeof hitSchema>;
