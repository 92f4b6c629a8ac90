import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ruleSchema } from '@weir/contracts';
import type { LocatedRule } from './located-rule';
import type { Finding, RuleMistake } from './mistake';
import { formatPath } from './mistake';
import { nameFindings } from './name-findings';
import { ruleFindings } from './rule-findings';
import { schemaFindings, shown } from './schema-findings';
import type { SourceTree } from './source-tree';
import { readSourceText } from './source-tree';
import { versionMistakes } from './version-mistakes';

/** What rule files hold. A rule with a mistake is not among `rules`. */
export interface RuleFiles {
  readonly rules: readonly LocatedRule[];
  /** By file, line and column. */
  readonly mistakes: readonly RuleMistake[];
  /** Every file that was read, in their order. */
  readonly files: readonly string[];
}

/** Largest rule file in bytes. */
export const maxRuleFileBytes = 1_048_576;
const extensions = ['.yaml', '.yml', '.json'];

/**
 * Reads a rule file (one rule, a list of rules, or several YAML documents of either) or all rule files of a folder and
 * the folders in it, by name. Every mistake is told with its place; nothing is thrown for what a file holds.
 */
export async function readRuleFiles(fileOrFolder: string): Promise<RuleFiles> {
  const found = await listFiles(fileOrFolder);
  if (!Array.isArray(found)) return { rules: [], mistakes: [found], files: [] };
  const rules: LocatedRule[] = [];
  const mistakes: RuleMistake[] = [];
  for (const file of found) {
    const text = await readText(file);
    if (typeof text !== 'string') {
      mistakes.push(text);
      continue;
    }
    const read = readRuleText(text, file);
    rules.push(...read.rules);
    mistakes.push(...read.mistakes);
  }
  const amiss = versionMistakes(rules);
  mistakes.push(...amiss.values());
  return { rules: rules.filter((rule) => !amiss.has(rule)), mistakes: sorted(mistakes), files: found };
}

/** The same for one text; `file` is only its name. */
export function readRuleText(text: string, file: string): Omit<RuleFiles, 'files'> {
  const source = readSourceText(text, file.endsWith('.json') ? 'json' : 'yaml');
  const mistakes: RuleMistake[] = source.mistakes.map((mistake) => ({ file, path: '', ...mistake }));
  const rules: LocatedRule[] = [];
  const trees = source.documents.flatMap(rulesOf);
  if (trees.length === 0 && mistakes.length === 0) {
    mistakes.push(fileMistake(file, 'The file holds no rule.'));
  }
  for (const tree of trees) {
    const findings = findingsOf(tree);
    mistakes.push(...findings.map((finding) => located(finding, tree, file)));
    if (findings.length > 0) continue;
    const rule = ruleSchema.parse(tree.value);
    rules.push({ rule, file, ...tree.locate([]), locate: (path) => tree.locate(path) });
  }
  return { rules, mistakes: sorted(mistakes) };
}

function rulesOf(tree: SourceTree): SourceTree[] {
  if (!Array.isArray(tree.value)) return [tree];
  return tree.value.map((_, index) => tree.part(index)).filter((part) => part !== undefined);
}

function findingsOf(tree: SourceTree): Finding[] {
  const { value } = tree;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [], message: `A rule is a mapping that begins with id, not ${shown(value)}.` }];
  }
  const shape = schemaFindings(ruleSchema, value);
  const names = nameFindings(tree);
  const meaning = shape.length === 0 ? ruleFindings(ruleSchema.parse(value)) : [];
  // What is told of a place once is not told again in other words.
  const told = new Set<string>();
  return [...shape, ...names, ...meaning].filter(({ path, atKey }) => {
    const place = JSON.stringify([path, atKey === true]);
    return !told.has(place) && told.add(place);
  });
}

function located(finding: Finding, tree: SourceTree, file: string): RuleMistake {
  const { path, atKey, message, suggestion } = finding;
  return {
    file,
    ...tree.locate(path, atKey),
    path: formatPath(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function sorted(mistakes: readonly RuleMistake[]): RuleMistake[] {
  return [...mistakes].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

function fileMistake(file: string, message: string, suggestion?: string): RuleMistake {
  return { file, line: 1, column: 1, path: '', message, ...(suggestion === undefined ? {} : { suggestion }) };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder.',
  EACCES: 'It may not be read by this user.',
  ELOOP: 'It is a link that leads back to itself.',
};

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function unreadable(file: string, error: unknown): RuleMistake {
  return fileMistake(
    file,
    reasons[codeOf(error)] ?? `It cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  );
}

async function listFiles(path: string): Promise<string[] | RuleMistake> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const files: string[] = [];
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const hidden = file
        .slice(path.length)
        .split(/[\\/]/)
        .some((part) => part.startsWith('.') || part === 'node_modules');
      if (hidden || !extensions.some((extension) => entry.name.toLowerCase().endsWith(extension))) continue;
      if ((await stat(file)).isFile()) files.push(file);
    }
    if (files.length === 0) {
      return fileMistake(path, 'The folder holds no rule file.', `rule files end in ${extensions.join(', ')}`);
    }
    return files.sort();
  } catch (error) {
    return unreadable(path, error);
  }
}

async function readText(file: string): Promise<string | RuleMistake> {
  try {
    const { size } = await stat(file);
    if (size > maxRuleFileBytes) {
      return fileMistake(file, `The file has ${size} bytes; a rule file may have ${maxRuleFileBytes}.`, 'split it');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return fileMistake(file, 'The file is not UTF-8 text.', 'save it as UTF-8');
    return unreadable(file, error);
  }
}
