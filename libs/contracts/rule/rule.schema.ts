import { z } from 'zod';
import { conditions } from './condition.schema';
import { measure } from './measure.schema';
import { bilingual, documentId, duration, effectiveFrom, source, versionNumber, zone } from './scalar.schema';
import { severities } from './severity';
import { threshold } from './threshold.schema';

/** What upstream is recommended to do with a hit. */
export const recommend = z.strictObject({
  freeze: z.strictObject({
    until: z
      .union([z.literal('nextDay'), duration])
      .describe('nextDay: until the next day begins in the zone; a duration: for so long after the fact.'),
    timezone: zone.optional().describe("Of nextDay; left out: the calendar window's."),
  }),
});
/** What upstream is recommended to do with a hit. */
export type RecommendDocument = z.infer<typeof recommend>;

/** One version of one rule. */
export const ruleSchema = z
  .strictObject({
    id: documentId,
    title: bilingual,
    description: bilingual.optional(),
    source,
    version: versionNumber,
    effectiveFrom,
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
      severity: z.enum(severities).optional().describe('Required unless the threshold has tiers, refused with them.'),
    }),
    review: z
      .strictObject({
        confirmWithCustomer: z.boolean().default(false),
        due: duration.default('P1D').describe('How long after it was raised the alert must be decided.'),
      })
      .default({ confirmWithCustomer: false, due: 'P1D' }),
    recommend: recommend.optional().describe('What upstream is recommended to do.'),
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
