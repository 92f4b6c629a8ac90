import type { LocatedReference, LocatedRule } from './located-rule';
import { formatPath, type RuleMistake, type Step } from './mistake';
import { didYouMean } from './nearest';
import { conditionsIn, limitsIn } from './rule-parts';
import { shown } from './schema-findings';
import { textFields } from './word-findings';

/** A mistake with the rule that it is about. */
export interface LookupMistake {
  readonly located: LocatedRule;
  readonly mistake: RuleMistake;
}

/** What a rule looks up by name. */
interface Lookup {
  readonly path: readonly Step[];
  readonly kind: 'list' | 'table';
  readonly name: string;
  /** The field whose value is looked for. */
  readonly field: string;
}

/**
 * Lists and tables that rules name and no document gives, and lists whose values a field never has.
 * @param declared names of all lists and tables, also of those with mistakes: `list:watched`
 */
export function lookupMistakes(
  rules: readonly LocatedRule[],
  references: readonly LocatedReference[],
  declared: ReadonlySet<string>,
): LookupMistake[] {
  return rules.flatMap((located) =>
    [...lookupsOf(located)].flatMap((lookup) => {
      const found = mistakeOf(lookup, references, declared);
      if (found === undefined) return [];
      const { file, locate } = located;
      return { located, mistake: { file, ...locate(lookup.path), path: formatPath(lookup.path), ...found } };
    }),
  );
}

function* lookupsOf({ rule }: LocatedRule): Generator<Lookup> {
  for (const { path, value } of conditionsIn(rule)) {
    for (const operator of ['inList', 'notInList']) {
      const name = value[operator];
      if (typeof name !== 'string') continue;
      yield { path: [...path, operator], kind: 'list', name, field: String(value.field) };
    }
  }
  for (const { path, value } of limitsIn(rule)) {
    if (typeof value.table !== 'string') continue;
    yield { path: [...path, 'table'], kind: 'table', name: value.table, field: String(value.key) };
  }
}

function mistakeOf(
  { kind, name, field }: Lookup,
  references: readonly LocatedReference[],
  declared: ReadonlySet<string>,
): Pick<RuleMistake, 'message' | 'suggestion'> | undefined {
  if (!declared.has(`${kind}:${name}`)) {
    const known = [...declared].flatMap((one) => (one.startsWith(`${kind}:`) ? one.slice(kind.length + 1) : []));
    return {
      message: `No document gives the ${kind} "${name}".`,
      suggestion:
        didYouMean(name, known) ??
        `name the file that gives it too, or write one: ${kind === 'list' ? 'list' : 'table'}: ${name}`,
    };
  }
  if (kind === 'table' || !textFields.has(field)) return undefined;
  for (const { reference, file, line } of references) {
    if (!('list' in reference) || reference.list !== name) continue;
    const other = reference.values.find((value) => typeof value !== 'string');
    if (other === undefined) continue;
    return {
      message: `"${field}" is text in every fact and never equals ${shown(other)}, which stands in the list "${name}".`,
      suggestion: `put it in quotes in ${file}:${line}`,
    };
  }
  return undefined;
}
