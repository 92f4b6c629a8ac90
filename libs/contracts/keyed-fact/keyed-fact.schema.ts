import { z } from 'zod';
import { factKinds } from '../fact/fact.schema';

const text = z.string().optional();
const instant = z.int().describe('Milliseconds since 1970-01-01T00:00:00Z.');

/**
 * A fact in a re-keyed topic, where Weir writes for itself: what intake made of it, with the amount in minor units and the time in
 * milliseconds. The record's key is the value that it is keyed by; whence it came and whether it was late there
 * stands in the headers `weir-source` and `weir-late`.
 */
export const keyedFactSchema = z
  .strictObject({
    source: z.string(),
    id: z.string(),
    kind: z.enum(factKinds),
    occurredAt: instant,
    accountId: text,
    customerId: text,
    counterpartyId: text,
    direction: z.enum(['in', 'out']).optional(),
    type: text,
    channel: text,
    amount: z.int().nonnegative().optional().describe('In minor units of the currency.'),
    currency: text,
    branchId: text,
    tellerId: text,
    deviceId: text,
    attributes: z.record(z.string(), z.unknown()),
  })
  .describe('A fact under another key, as Weir passes it on to itself.');

/** A fact in a re-keyed topic. */
export type KeyedFact = z.infer<typeof keyedFactSchema>;

/**
 * What a partition of the facts topic promises to those of a re-keyed topic: a record without a key among the facts, written to each
 * of its partitions. Everything that the source accepted before it stands before it.
 */
export const sourceReportSchema = z
  .strictObject({
    source: z.int().nonnegative().describe('Partition of the facts topic.'),
    upTo: z.int().nonnegative().describe('Offset there that will be read next.'),
    settledBefore: instant
      .nullable()
      .describe('No fact that occurred before it will come from there in time; null: nothing is promised yet.'),
    heldSince: instant
      .nullable()
      .describe('Facts that occurred before it may be missing, since they were not held any more; null: none is.'),
  })
  .describe('How far a partition of the facts topic has come, as it tells the re-keyed topics.');

/** What a source partition says of itself in a re-keyed topic. */
export type SourceReport = z.infer<typeof sourceReportSchema>;
