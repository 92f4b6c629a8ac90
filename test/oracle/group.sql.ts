import type { MeasureDocument } from '@weir/contracts';
import { factField } from './fact-field.sql';

/** The fields that a rule groups by; none where it has no measure or groups by nothing. */
export const groupFields = (measure: MeasureDocument | undefined): readonly string[] => measure?.by ?? [];

/** Group values of fact `f` as a list of texts. */
export function groupValues(fields: readonly string[]): string {
  return fields.length === 0 ? `'{}'::text[]` : `array[${fields.map((name) => factField(name).text).join(', ')}]`;
}

/** One text for the group values of fact `f`: different for different values, null where one is missing. */
export function groupKey(fields: readonly string[]): string {
  const [only, ...more] = fields.map((name) => `(${factField(name).text})`);
  if (only === undefined) return `''`;
  // Lengths in front keep ('ab', 'c') and ('a', 'bc') apart.
  return more.length === 0 ? only : [only, ...more].map((text) => `length(${text}) || ':' || ${text}`).join(' || ');
}
