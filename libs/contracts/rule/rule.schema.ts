import { z } from 'zod';

/** Severities, the lowest first. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
/** How grave a hit is. */
export type Severity = (typeof severities)[number];

const text = z.strictObject({ en: z.string().min(1).max(500), zh: z.string().min(1).max(500) });
const decimal = z
  .union([z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/), z.number()])
  .describe('A plain decimal, as a string ("10000.00") wherever it has a fraction.');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const duration = z
  .string()
  .max(40)
  .regex(/^P(?!$)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)$/)
  .describe('ISO 8601 duration in weeks, days, hours, minutes and seconds, e.g. PT1H, P30D.');
const fieldName = z
  .string()
  .min(1)
  .max(200)
  .describe('A field of the fact: accountId, amount, channel … or attributes.<name>.');

const fieldCondition = z.strictObject({
  field: fieldName,
  equals: scalar.optional(),
  in: z.array(scalar).min(1).max(1000).optional(),
  notIn: z.array(scalar).min(1).max(1000).optional(),
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
const conditions = z.array(condition).max(100);

const window = z.union([
  z.strictObject({ sliding: duration }),
  z.strictObject({
    calendar: z.enum(['day', 'week', 'month']),
    timezone: z.string().min(1).max(64).describe('IANA zone, e.g. Asia/Shanghai.'),
  }),
]);
/** Over which facts a measure looks. */
export type WindowDocument = z.infer<typeof window>;

const by = z.array(fieldName).min(1).max(5).describe('Group: the facts that agree in these fields.');
const where = conditions.optional().describe('Restricts only what is measured.');

const measure = z.union([
  z.strictObject({ value: fieldName, by: by.optional() }),
  z.strictObject({ count: z.literal('facts'), by, window, where }),
  z.strictObject({ sum: fieldName, by, window, where }),
]);
/** What is measured. */
export type MeasureDocument = z.infer<typeof measure>;

const threshold = z.strictObject({
  above: decimal.optional(),
  atLeast: decimal.optional(),
  below: decimal.optional(),
  atMost: decimal.optional(),
  between: z.tuple([decimal, decimal]).optional().describe('Both ends included.'),
  currency: z.string().optional().describe('ISO 4217; required where money is measured, refused elsewhere.'),
});
/** When a measured value is a hit: exactly one comparison. */
export type ThresholdDocument = z.infer<typeof threshold>;

/** One version of one rule. */
export const ruleSchema = z
  .strictObject({
    id: z
      .string()
      .max(100)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .describe('Lower-case words joined by hyphens.'),
    title: text,
    description: text.optional(),
    source: z.string().min(1).max(1000).describe('Where the rule comes from: regulation, clause, decision.'),
    version: z.int().positive().default(1).describe('Given by the rulebook; files may leave it out.'),
    effectiveFrom: z.string().min(1).max(40).default('1970-01-01T00:00:00Z').describe('ISO 8601 with an offset or Z.'),
    lateness: duration
      .default('PT1H')
      .describe('How far behind the newest fact another may arrive and still be measured.'),
    on: z.enum(['transaction', 'operation', 'any']),
    when: conditions.default([]).describe('Must hold for a fact to trigger and to be measured.'),
    trigger: conditions.default([]).describe('Must hold for a fact to trigger.'),
    measure: measure.optional().describe('Left out: every fact for which `when` and `trigger` hold is a hit.'),
    threshold: threshold.optional().describe('Required with a measure.'),
    raise: z.strictObject({
      on: z.union([z.enum(['every', 'crossing']), z.strictObject({ cooldown: duration })]),
      severity: z.enum(severities),
    }),
    review: z
      .strictObject({
        confirmWithCustomer: z.boolean().default(false),
        due: duration.default('P1D').describe('How long after it was raised the alert must be decided.'),
      })
      .default({ confirmWithCustomer: false, due: 'P1D' }),
    examples: z
      .array(
        z.strictObject({
          title: z.string().min(1),
          facts: z.array(z.record(z.string(), z.unknown())).min(1),
          hits: z.array(z.string()).describe('Ids of the facts that are hits in the end.'),
        }),
      )
      .optional()
      .describe('Run as tests by `weir rules check` and the test suite.'),
  })
  .describe('A rule: which facts it looks at, an optional measure over a window, a threshold, what review it demands.');

/** A rule as parsed, defaults filled in. */
export type RuleDocument = z.infer<typeof ruleSchema>;
/** A rule as written. */
export type RuleInput = z.input<typeof ruleSchema>;
