import type { ReferenceDocument } from '@weir/contracts';
import { kindOf, nameKeys, schemas, type DocumentKind } from './document-kind';
import type { Located, LocatedReference, LocatedRule } from './located-rule';
import type { Finding, RuleMistake } from './mistake';
import { formatPath } from './mistake';
import { fileMistake } from './list-rule-files';
import { lookupsIn, type Lookup } from './lookup-mistakes';
import { withMeasures } from './measure-findings';
import { nameFindings } from './name-findings';
import { referenceFindings } from './reference-findings';
import { ruleFindings } from './rule-findings';
import { isMapping } from './rule-parts';
import { schemaFindings, shown } from './schema-findings';
import type { SourceTree } from './source-tree';
import { readSourceText } from './source-tree';

/** What a text holds. A document with a mistake is neither among `rules` nor among `references`. */
export interface RuleText {
  readonly rules: readonly LocatedRule[];
  readonly references: readonly LocatedReference[];
  /** By line and column. */
  readonly mistakes: readonly RuleMistake[];
  /** Names of all lists and tables in it, also of those with mistakes: `list:watched`. */
  readonly declared: ReadonlySet<string>;
  /** What its rules look up by name, also those with mistakes. */
  readonly lookups: readonly Lookup[];
}

/**
 * Reads the text of a rule file: one document, a list of documents, or several YAML documents of either. A document with
 * the key `list`, `table` or `rates` is reference data, any other is a rule. `file` is only its name. What rules
 * look up may stand in other files and is not checked here.
 */
export function readRuleText(text: string, file: string): RuleText {
  const source = readSourceText(text, file.endsWith('.json') ? 'json' : 'yaml');
  const mistakes: RuleMistake[] = source.mistakes.map((mistake) => ({ file, path: '', ...mistake }));
  const rules: LocatedRule[] = [];
  const references: LocatedReference[] = [];
  const declared = new Set<string>();
  const lookups: Lookup[] = [];
  const trees = source.documents.flatMap(documentsOf);
  if (trees.length === 0 && mistakes.length === 0) mistakes.push(fileMistake(file, 'The file holds no rule.'));
  for (const tree of trees) {
    const kind = isMapping(tree.value) ? kindOf(tree.value) : 'rule';
    const name = isMapping(tree.value) ? tree.value[nameKeys[kind]] : undefined;
    if (kind !== 'rule' && typeof name === 'string') declared.add(`${kind}:${name}`);
    const findings = findingsOf(tree, kind);
    mistakes.push(...findings.map((finding) => mistakeOf(finding, tree, file)));
    const located: Located = { file, ...tree.locate([]), locate: (path) => tree.locate(path) };
    const right = findings.length === 0;
    if (kind === 'rule') {
      const rule = right ? { rule: schemas.rule.parse(tree.value), ...located } : undefined;
      if (rule !== undefined) rules.push(rule);
      lookups.push(...lookupsIn(tree, file, rule));
    } else if (right) {
      const reference: ReferenceDocument = schemas[kind].parse(tree.value);
      references.push({ reference, ...located });
    }
  }
  return { rules, references, mistakes: sortedMistakes(mistakes), declared, lookups };
}

/** Mistakes by file, line and column. */
export function sortedMistakes(mistakes: readonly RuleMistake[]): RuleMistake[] {
  return [...mistakes].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

function documentsOf(tree: SourceTree): SourceTree[] {
  if (!Array.isArray(tree.value)) return [tree];
  return tree.value.map((_, index) => tree.part(index)).filter((part) => part !== undefined);
}

function findingsOf(tree: SourceTree, kind: DocumentKind): Finding[] {
  const { value } = tree;
  if (!isMapping(value)) {
    return [{ path: [], message: `A rule is a mapping that begins with id, not ${shown(value)}.` }];
  }
  const found = schemaFindings(schemas[kind], value);
  const shape = kind === 'rule' ? withMeasures(found, value.measure) : found;
  const others =
    kind === 'rule'
      ? [...nameFindings(tree), ...(shape.length === 0 ? ruleFindings(schemas.rule.parse(value)) : [])]
      : referenceFindings(tree);
  // What is told of a place once is not told again in other words.
  const told = new Set<string>();
  return [...shape, ...others].filter(({ path, atKey }) => {
    const place = JSON.stringify([path, atKey === true]);
    return !told.has(place) && told.add(place);
  });
}

function mistakeOf(finding: Finding, tree: SourceTree, file: string): RuleMistake {
  const { path, atKey, message, suggestion } = finding;
  return {
    file,
    ...tree.locate(path, atKey),
    path: formatPath(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
