import { formatInstant, parseInstant } from '@weir/domain';
import { called, nameKeys, type DocumentKind } from './document-kind';
import type { Located } from './located-rule';
import type { RuleMistake } from './mistake';

/** One version of a rule, a list, a table or rates. */
export interface VersionedDocument {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly located: Located;
}

/**
 * What is wrong with documents beside each other: all versions of one live in one file, and each of them stands there
 * once and begins after the one before. At most one mistake for each document.
 */
export function versionMistakes(documents: readonly VersionedDocument[]): ReadonlyMap<Located, RuleMistake> {
  const mistakes = new Map<Located, RuleMistake>();
  for (const all of groupedByName(documents)) {
    for (const [index, document] of all.entries()) {
      const mistake = ofOne(document, all.slice(0, index), all);
      if (mistake !== undefined) mistakes.set(document.located, mistake);
    }
  }
  return mistakes;
}

function groupedByName(documents: readonly VersionedDocument[]): Iterable<readonly VersionedDocument[]> {
  const groups = new Map<string, VersionedDocument[]>();
  for (const document of documents) {
    const key = `${document.kind}:${document.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [document]);
    else group.push(document);
  }
  return groups.values();
}

function ofOne(
  document: VersionedDocument,
  before: readonly VersionedDocument[],
  all: readonly VersionedDocument[],
): RuleMistake | undefined {
  const { kind, name, version, located } = document;
  const elsewhere = before.find((one) => one.located.file !== located.file);
  if (elsewhere !== undefined) {
    const stand = kind === 'rates' ? 'stand' : 'stands';
    return {
      ...at(located, nameKeys[kind]),
      message: `${called(kind, name)} ${stand} in another file too: ${placeOf(elsewhere.located)}.`,
      suggestion:
        kind === 'rates'
          ? 'keep all versions of them in one file'
          : `keep all versions of a ${kind} in one file, or give this one another ${kind === 'rule' ? 'id' : 'name'}`,
    };
  }
  const twin = before.find((one) => one.version === version);
  if (twin !== undefined) {
    const what = kind === 'rule' ? `"${name}"` : called(kind, name).replace(/^T/, 't');
    return {
      ...at(located, 'version'),
      message: `Version ${version} of ${what} is given twice; it stands already at ${placeOf(twin.located)}.`,
      suggestion: 'give each version its own number',
    };
  }
  if (version > 1 && beginOf(document) <= 0) {
    return {
      ...at(located, 'effectiveFrom'),
      message: `Version ${version} does not say from when it governs: only the first version may leave "effectiveFrom" out.`,
      suggestion: 'give a time that is in the future when the version is published',
    };
  }
  const early = all.find((one) => one.version < version && beginOf(one) >= beginOf(document));
  if (early === undefined) return undefined;
  return {
    ...at(located, 'effectiveFrom'),
    message:
      `Version ${version} must begin after version ${early.version}, ` +
      `which begins ${formatInstant(beginOf(early))}.`,
  };
}

function beginOf({ effectiveFrom }: VersionedDocument): number {
  const parsed = parseInstant(effectiveFrom);
  return parsed.ok ? parsed.value : Number.NaN;
}

function at(located: Located, path: string): Pick<RuleMistake, 'file' | 'line' | 'column' | 'path'> {
  return { file: located.file, ...located.locate([path]), path };
}

const placeOf = ({ file, line, column }: Located): string => `${file}:${line}:${column}`;
