import { z } from 'zod';
import { hitStatuses, shownEvidenceSchema } from '../hit/hit.schema';
import { severities } from '../rule/severity';

/** Where an alert stands in its life. */
export const alertStates = ['raised'] as const;

const instant = z.iso.datetime().describe('ISO 8601 in UTC.');

/** One line of the alert queue. */
export const alertSummarySchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  rule: z.string(),
  title: z.strictObject({ en: z.string(), zh: z.string() }),
  severity: z.enum(severities).describe('The gravest that any of its hits has had.'),
  state: z.enum(alertStates),
  group: z
    .array(z.strictObject({ field: z.string(), value: z.string() }))
    .describe('What its hits have in common; for a rule without groups the account, customer or branch of the fact.'),
  accountId: z.string().nullable().describe('Of the fact that raised it; the facts of its other hits may have others.'),
  customerId: z.string().nullable().describe('Of the fact that raised it.'),
  branches: z.array(z.string()).describe('Branches of the facts of its hits.'),
  hits: z.int().nonnegative().describe('Hits that joined it, the withdrawn included.'),
  standingHits: z.int().nonnegative().describe('Hits that stand; 0: all of them were withdrawn.'),
  firstOccurredAt: instant,
  lastOccurredAt: instant,
  raisedAt: instant.describe('When Weir raised it.'),
  dueAt: instant.describe('By when it must be decided.'),
  linkedTo: z.string().nullable().describe('The alert before it, where that one was full.'),
});
/** One line of the alert queue. */
export type AlertSummary = z.infer<typeof alertSummarySchema>;

/** A hit as its alert shows it: the newest state. */
export const alertHitSchema = z.strictObject({
  hitId: z.string(),
  status: z.enum(hitStatuses),
  ruleVersion: z.int().positive().describe('The version of the rule that the hit is of.'),
  fact: z.strictObject({ source: z.string(), id: z.string(), occurredAt: instant }),
  evidence: shownEvidenceSchema,
});

/** Most alerts on one page of the queue. */
export const maxAlertsPerPage = 200;
/** How many hits, and how many lines of history, an alert shows on one page. */
export const alertDetailPage = 100;

const next = z.string().nullable().describe('Cursor of the next page; null at the end.');

/** A page of the queue. */
export const alertPageSchema = z
  .strictObject({ alerts: z.array(alertSummarySchema).max(maxAlertsPerPage), next })
  .describe('A page of the alert queue.');
/** A page of the queue. */
export type AlertPage = z.infer<typeof alertPageSchema>;

/** What happened to an alert: who did it follows with people. */
export const alertHistorySchema = z.strictObject({
  at: instant,
  type: z.string().describe('alert-raised, hit-joined, hit-revised, hit-withdrawn or hit-reinstated.'),
  hitId: z.string().nullable().describe('The hit it was about.'),
});

/** A page of the hits of an alert. */
export const alertHitPageSchema = z
  .strictObject({ hits: z.array(alertHitSchema).max(alertDetailPage), next })
  .describe('A page of the hits of an alert, newest fact first.');
/** A page of the hits of an alert. */
export type AlertHitPage = z.infer<typeof alertHitPageSchema>;

/** A page of the history of an alert. */
export const alertHistoryPageSchema = z
  .strictObject({ history: z.array(alertHistorySchema).max(alertDetailPage), next })
  .describe('A page of the history of an alert, newest first.');
/** A page of the history of an alert. */
export type AlertHistoryPage = z.infer<typeof alertHistoryPageSchema>;

/** An alert with its hits and their evidence. */
export const alertSchema = alertSummarySchema
  .extend({
    hitList: z.array(alertHitSchema).max(alertDetailPage).describe('Newest fact first; the first page of them.'),
    nextHits: z.string().nullable().describe('Cursor of the hits that follow; null where these are all.'),
    history: z.array(alertHistorySchema).max(alertDetailPage).describe('Newest first; the first page of it.'),
    nextHistory: z.string().nullable().describe('Cursor of the history that follows; null where this is all.'),
  })
  .describe('An alert: one or more hits of one rule for one group, to be worked by a person.');
/** An alert with its hits and their evidence. */
export type Alert = z.infer<typeof alertSchema>;
