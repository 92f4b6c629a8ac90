import type { LocatedReference, LocatedRule } from './located-rule';
import { listRuleFiles, readText } from './list-rule-files';
import { lookupMistakes, type Lookup } from './lookup-mistakes';
import type { RuleMistake } from './mistake';
import { readRuleText, sortedMistakes } from './read-rule-text';
import { versionMistakes, type VersionedDocument } from './version-mistakes';

/** What rule files hold. A document with a mistake is neither among `rules` nor among `references`. */
export interface RuleFiles {
  readonly rules: readonly LocatedRule[];
  readonly references: readonly LocatedReference[];
  /** By file, line and column. */
  readonly mistakes: readonly RuleMistake[];
  /** Every file that was read, in their order. */
  readonly files: readonly string[];
}

/**
 * Reads rule files, or all rule files of folders and the folders in them by name, with the lists, tables and rates among
 * them, and looks at all of them together. Every mistake is told with its place; nothing is thrown for what a file holds.
 */
export async function readRuleFiles(...filesOrFolders: readonly string[]): Promise<RuleFiles> {
  const files: string[] = [];
  const mistakes: RuleMistake[] = [];
  for (const path of filesOrFolders) {
    const found = await listRuleFiles(path);
    if (Array.isArray(found)) files.push(...found.filter((file) => !files.includes(file)));
    else mistakes.push(found);
  }

  const rules: LocatedRule[] = [];
  const references: LocatedReference[] = [];
  const declared = new Set<string>();
  const lookups: Lookup[] = [];
  let unread = mistakes.length > 0;
  for (const file of files) {
    const text = await readText(file);
    if (typeof text !== 'string') {
      mistakes.push(text);
      unread = true;
      continue;
    }
    const read = readRuleText(text, file);
    rules.push(...read.rules);
    references.push(...read.references);
    mistakes.push(...read.mistakes);
    lookups.push(...read.lookups);
    for (const name of read.declared) declared.add(name);
  }

  const amiss = versionMistakes([...rules.map(asVersioned), ...references.map(asVersioned)]);
  mistakes.push(...amiss.values());
  // What is missing may stand where nothing could be read: then only that is told.
  const missing = lookupMistakes(unread ? [] : lookups, references, declared);
  mistakes.push(...missing.values());
  const wrong = new Set([...missing.keys()].map(({ rule }) => rule));
  return {
    rules: rules.filter((rule) => !amiss.has(rule) && !wrong.has(rule)),
    references: references.filter((reference) => !amiss.has(reference)),
    mistakes: sortedMistakes(mistakes),
    files,
  };
}

function asVersioned(located: LocatedRule | LocatedReference): VersionedDocument {
  if ('rule' in located) {
    const { id, version, effectiveFrom } = located.rule;
    return { kind: 'rule', name: id, version, effectiveFrom, located };
  }
  const { reference } = located;
  const { version, effectiveFrom } = reference;
  if ('list' in reference) return { kind: 'list', name: reference.list, version, effectiveFrom, located };
  if ('table' in reference) return { kind: 'table', name: reference.table, version, effectiveFrom, located };
  return { kind: 'rates', name: reference.rates, version, effectiveFrom, located };
}
