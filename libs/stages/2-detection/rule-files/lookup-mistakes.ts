import type { LocatedReference, LocatedRule } from './located-rule';
import { formatPath, type Position, type RuleMistake, type Step } from './mistake';
import { didYouMean } from './nearest';
import { conditionsIn, isMapping, limitsIn } from './rule-parts';
import { shown } from './schema-findings';
import type { SourceTree } from './source-tree';
import { textFields } from './word-findings';

/** What a rule looks up by name, and where it says so. */
export interface Lookup extends Position {
  readonly file: string;
  readonly path: readonly Step[];
  readonly kind: 'list' | 'table';
  readonly name: string;
  /** The field whose value is looked for. */
  readonly field: string;
  /** The rule; undefined where it has other mistakes. */
  readonly rule: LocatedRule | undefined;
}

/** Everything that a rule looks up by name, whatever else is wrong with it. */
export function lookupsIn(tree: SourceTree, file: string, rule: LocatedRule | undefined): Lookup[] {
  const document = tree.value;
  if (!isMapping(document)) return [];
  const lookups: Lookup[] = [];
  const add = (kind: Lookup['kind'], name: unknown, field: unknown, path: readonly Step[]): void => {
    if (typeof name !== 'string') return;
    lookups.push({ file, ...tree.locate(path), path, kind, name, field: String(field), rule });
  };
  for (const { path, value } of conditionsIn(document)) {
    add('list', value.inList, value.field, [...path, 'inList']);
    add('list', value.notInList, value.field, [...path, 'notInList']);
  }
  for (const { path, value } of limitsIn(document)) add('table', value.table, value.key, [...path, 'table']);
  return lookups;
}

/**
 * Lists and tables that rules name and no document gives, and lists whose values a field never has.
 * @param declared names of all lists and tables, also of those with mistakes: `list:watched`
 */
export function lookupMistakes(
  lookups: readonly Lookup[],
  references: readonly LocatedReference[],
  declared: ReadonlySet<string>,
): ReadonlyMap<Lookup, RuleMistake> {
  const mistakes = new Map<Lookup, RuleMistake>();
  for (const lookup of lookups) {
    const { file, line, column, path } = lookup;
    const found = unknownName(lookup, declared) ?? neverEqual(lookup, references);
    if (found !== undefined) mistakes.set(lookup, { file, line, column, path: formatPath(path), ...found });
  }
  return mistakes;
}

type Told = Pick<RuleMistake, 'message' | 'suggestion'>;

function unknownName({ kind, name }: Lookup, declared: ReadonlySet<string>): Told | undefined {
  if (declared.has(`${kind}:${name}`)) return undefined;
  const known = [...declared].flatMap((one) => (one.startsWith(`${kind}:`) ? one.slice(kind.length + 1) : []));
  return {
    message: `No document gives the ${kind} "${name}".`,
    suggestion: didYouMean(name, known) ?? `name the file that gives it too, or write one: ${kind}: ${name}`,
  };
}

function neverEqual({ kind, name, field }: Lookup, references: readonly LocatedReference[]): Told | undefined {
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
