import { z } from 'zod';
import { severities } from '../rule/severity';

const instant = z.iso.datetime().describe('ISO 8601 in UTC.');

/**
 * What others learn of an alert on `weir.alerts.v1`, keyed by alert id; at least once, so `alertId` and `type` are to be
 * used for telling repetitions. It names no account, no customer and no amount: who needs them asks the desk.
 */
export const alertEventSchema = z
  .strictObject({
    type: z.literal('alert-raised'),
    alertId: z.string().regex(/^[0-9a-f]{32}$/),
    rule: z.string(),
    title: z.strictObject({ en: z.string(), zh: z.string() }),
    severity: z.enum(severities),
    branchId: z.string().nullable().describe('Branch of the fact that raised it.'),
    occurredAt: instant.describe('Event time of the fact that raised it.'),
    raisedAt: instant.describe('When Weir raised it.'),
    dueAt: instant.describe('By when it must be decided.'),
    linkedTo: z.string().nullable().describe('The alert before it, where that one was full.'),
  })
  .describe('What others may want to know of an alert.');
/** What others learn of an alert. */
export type AlertEventMessage = z.infer<typeof alertEventSchema>;
