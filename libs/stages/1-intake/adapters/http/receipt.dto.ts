import { refusalReasons } from '@weir/contracts';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const index = z.int().nonnegative().describe('Which fact of the body, from 0; blank lines do not count.');

const acceptedSchema = z.strictObject({
  index,
  outcome: z.literal('accepted'),
  topic: z.string(),
  partition: z.int().nonnegative(),
  offset: z.int().nonnegative().describe('Where the log acknowledged it.'),
});

const refusedSchema = z.strictObject({
  index,
  outcome: z.literal('refused'),
  reason: z.enum(refusalReasons),
  message: z.string().describe('What is wrong, where, and how to mend it.'),
});

/** What became of each fact of a request. */
export const receiptSchema = z.strictObject({
  accepted: z.int().nonnegative().describe('Facts that the log acknowledged: they are not lost.'),
  refused: z.int().nonnegative().describe('Facts that were refused; their bytes are kept as dead letters.'),
  results: z
    .array(z.discriminatedUnion('outcome', [acceptedSchema, refusedSchema]))
    .describe('One per fact, in the order of the body.'),
});
/** What became of each fact of a request. */
export type Receipt = z.infer<typeof receiptSchema>;

/** The receipt as the API documentation knows it. */
export class ReceiptDto extends createZodDto(receiptSchema) {}

/** A request of which one fact was accepted and one refused. */
export const receiptExample: Receipt = {
  accepted: 1,
  refused: 1,
  results: [
    { index: 0, outcome: 'accepted', topic: 'weir.facts.v1', partition: 3, offset: 1842 },
    {
      index: 1,
      outcome: 'refused',
      reason: 'time-without-zone',
      message: '"occurredAt": "2026-11-22T08:15:30" has no zone; add an offset such as +08:00, or Z.',
    },
  ],
};
