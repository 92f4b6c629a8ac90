import { z } from 'zod';
import { decimal, documentId, fieldName, scalar } from './scalar.schema';

const fieldCondition = z.strictObject({
  field: fieldName,
  equals: scalar.optional(),
  in: z.array(scalar).min(1).max(1000).optional(),
  notIn: z.array(scalar).min(1).max(1000).optional(),
  inList: documentId.optional().describe('Name of a list that holds the value.'),
  notInList: documentId.optional().describe('Name of a list that does not hold the value.'),
  sameAs: fieldName.optional().describe('Another field that has the same value.'),
  differsFrom: fieldName.optional().describe('Another field that has another value.'),
  above: decimal.optional(),
  atLeast: decimal.optional(),
  below: decimal.optional(),
  atMost: decimal.optional(),
  between: z.tuple([decimal, decimal]).optional().describe('Both ends included.'),
  exists: z.boolean().optional(),
  matches: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('A regular expression without look-around and back-references.'),
});

/** A condition on one field; several operators on one field mean all of them. */
export type FieldConditionDocument = z.infer<typeof fieldCondition>;
/** A condition of the rule language. */
export type ConditionDocument =
  FieldConditionDocument | { all: ConditionDocument[] } | { any: ConditionDocument[] } | { not: ConditionDocument };

const condition: z.ZodType<ConditionDocument> = z.lazy(() =>
  z.union([
    fieldCondition,
    z.strictObject({ all: z.array(condition).min(1).max(100) }),
    z.strictObject({ any: z.array(condition).min(1).max(100) }),
    z.strictObject({ not: condition }),
  ]),
);

/** Conditions that must all hold. */
export const conditions = z.array(condition).max(100);
