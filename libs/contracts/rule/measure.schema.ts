import { z } from 'zod';
import { conditions } from './condition.schema';
import { duration, fieldName, zone } from './scalar.schema';

const window = z.union([
  z.strictObject({ sliding: duration }),
  z.strictObject({ calendar: z.enum(['day', 'week', 'month']), timezone: zone }),
]);
/** Over which facts a measure looks. */
export type WindowDocument = z.infer<typeof window>;

const by = z.array(fieldName).min(1).max(5).describe('Group: the facts that agree in these fields.');
const where = conditions.optional().describe('Restricts only what is measured.');

/** What is measured: one verb with its subject, the group and the window. */
export const measure = z.union([
  z.strictObject({ value: fieldName, by: by.optional() }),
  z.strictObject({ count: z.literal('facts'), by, window, where }),
  z.strictObject({ sum: fieldName, by, window, where }),
  z.strictObject({ average: fieldName, by, window, where }),
  z.strictObject({ max: fieldName, by, window, where }),
  z.strictObject({ min: fieldName, by, window, where }),
  z.strictObject({ distinct: fieldName, by, window, where }),
  z.strictObject({
    share: fieldName.describe('Whose value is looked at, e.g. attributes.product.'),
    of: fieldName.optional().describe('What is added up; left out: facts are counted.'),
    by,
    window,
    where,
  }),
  z.strictObject({
    run: z.literal('facts'),
    by,
    window,
    where: conditions.min(1).describe('Which facts make the run up.'),
    until: conditions.min(1).optional().describe('Which facts end it; left out: every other that `when` lets through.'),
  }),
  z.strictObject({ idle: z.enum(['days', 'hours', 'minutes']), by, window, where }),
  z.strictObject({ turn: fieldName.describe('What is bought and sold, e.g. attributes.bond.'), by, window, where }),
  z.strictObject({
    timesUsual: fieldName,
    history: z.int().min(1).max(1_000_000).optional().describe('How many earlier facts make a usual; left out: 1.'),
    by,
    window,
    where,
  }),
]);
/** What is measured. */
export type MeasureDocument = z.infer<typeof measure>;
