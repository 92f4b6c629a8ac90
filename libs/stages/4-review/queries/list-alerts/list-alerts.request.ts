import { alertStates, maxAlertsPerPage, maxIdLength, severities } from '@weir/contracts';
import { parseInstant } from '@weir/domain';
import { z } from 'zod';
import { maxCursorLength } from '../cursor';

/** What a queue can be sorted by. */
export const queueSorts = ['raisedAt', 'dueAt', 'severity'] as const;
/** What a queue can be sorted by. */
export type QueueSort = (typeof queueSorts)[number];

const name = z
  .string()
  .min(1)
  .max(maxIdLength)
  .refine((text) => !text.includes('\0'), { error: 'has a null character' });
const instant = z
  .string()
  .max(40)
  .check((ctx) => {
    const parsed = parseInstant(ctx.value);
    if (!parsed.ok) ctx.issues.push({ code: 'custom', message: parsed.message, input: ctx.value });
  });
const list = (value: unknown): unknown => (typeof value === 'string' ? value.split(',') : value);

/** Filters, order and page of the alert queue, as they stand behind the `?`. */
export const listAlertsRequest = z.strictObject({
  severity: z
    .preprocess(list, z.array(z.enum(severities)).min(1).max(severities.length).optional())
    .describe('One or several, joined by commas: high,critical.'),
  rule: name.optional().describe('Id of a rule.'),
  state: z.enum(alertStates).optional(),
  account: name.optional().describe('Alerts with a hit of this account.'),
  customer: name.optional().describe('Alerts with a hit of this customer.'),
  branch: name.optional().describe('Alerts with a hit of this branch.'),
  raisedFrom: instant.optional().describe('Raised at this time or later; ISO 8601 with an offset or Z.'),
  raisedTo: instant.optional().describe('Raised before this time; ISO 8601 with an offset or Z.'),
  standing: z
    .enum(['true', 'false'])
    .optional()
    .describe('false: only alerts whose hits were all withdrawn; true: only the others.'),
  sort: z
    .enum(queueSorts)
    .default('raisedAt')
    .describe('severity: within one severity by the time of raising, in the same order.'),
  order: z
    .enum(['asc', 'desc'])
    .optional()
    .describe('Left out: raisedAt newest first, dueAt soonest first, severity gravest first.'),
  limit: z.coerce.number().int().min(1).max(maxAlertsPerPage).default(50),
  cursor: z.string().min(1).max(maxCursorLength).optional().describe('"next" of the page before.'),
});
/** A checked request. */
export type ListAlertsRequest = z.infer<typeof listAlertsRequest>;

/** Order of a sort where the request names none. */
export const naturalOrder: Readonly<Record<QueueSort, 'asc' | 'desc'>> = {
  raisedAt: 'desc',
  dueAt: 'asc',
  severity: 'desc',
};
