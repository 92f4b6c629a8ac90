import { measureKinds } from '@weir/domain';
import type { Finding, Step } from './mistake';
import { nearest } from './nearest';
import { isMapping } from './rule-parts';
import { shown } from './schema-findings';

const names: readonly string[] = [...measureKinds.keys()];
const known = `the measures are ${names.join(', ')}`;
/** What may stand beside the name of a measure. */
const besides: ReadonlySet<string> = new Set(['by', 'window', 'where', 'of', 'until', 'history']);

/**
 * Says of a `measure` that is none, or several, what a rule may measure, in place of what a comparison with each
 * measure's form would say.
 * @param findings what the comparison with the schema has found in the whole rule
 */
export function withMeasures(findings: readonly Finding[], measure: unknown): Finding[] {
  if (measure === undefined) return [...findings];
  const [finding, replaced] = ofMeasure(measure) ?? [];
  if (finding === undefined || replaced === undefined) return [...findings];
  return [finding, ...findings.filter(({ path }) => path[0] !== 'measure' || !replaced(path))];
}

/** What is wrong, and which findings of the schema it stands for. */
function ofMeasure(measure: unknown): [Finding, (path: readonly Step[]) => boolean] | undefined {
  const path: readonly Step[] = ['measure'];
  if (Array.isArray(measure)) {
    return [
      {
        path,
        message: 'A rule has one measure, not a list of them.',
        suggestion: measure.length === 2 ? 'make two rules' : 'make a rule of each',
      },
      () => true,
    ];
  }
  if (!isMapping(measure)) {
    return [
      {
        path,
        message: `It must be a mapping that names a measure, not ${shown(measure)}.`,
        suggestion: known,
      },
      () => true,
    ];
  }
  const keys = Object.keys(measure);
  const named = keys.filter((key) => names.includes(key));
  const [first, second] = named;
  if (first !== undefined && second !== undefined) {
    return [
      {
        path: [...path, second],
        atKey: true,
        message: `A rule has one measure, and here are ${named.map((name) => `"${name}"`).join(', ')}.`,
        suggestion: named.length === 2 ? 'make two rules' : 'make a rule of each',
      },
      ([, key]) => names.includes(String(key)),
    ];
  }
  if (first !== undefined) return undefined;
  const stranger = keys.find((key) => !besides.has(key));
  // A name that is only misspelt is told as such.
  if (stranger !== undefined && nearest(stranger, [...names, ...besides]) !== undefined) return undefined;
  return [
    stranger === undefined
      ? { path, message: 'No measure is named here.', suggestion: known }
      : { path: [...path, stranger], atKey: true, message: `No measure is called "${stranger}".`, suggestion: known },
    ([, key]) => key === undefined || key === stranger || names.includes(String(key)),
  ];
}
