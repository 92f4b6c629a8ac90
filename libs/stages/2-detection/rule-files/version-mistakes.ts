import { formatInstant, parseInstant } from '@weir/domain';
import type { LocatedRule } from './located-rule';
import type { RuleMistake } from './mistake';

/**
 * What is wrong with rules beside each other: a rule lives in one file, and each of its versions stands there once and
 * begins after the one before. At most one mistake for each rule.
 */
export function versionMistakes(rules: readonly LocatedRule[]): ReadonlyMap<LocatedRule, RuleMistake> {
  const mistakes = new Map<LocatedRule, RuleMistake>();
  for (const all of groupedById(rules)) {
    for (const [index, located] of all.entries()) {
      const mistake = ofOne(located, all.slice(0, index), all);
      if (mistake !== undefined) mistakes.set(located, mistake);
    }
  }
  return mistakes;
}

function groupedById(rules: readonly LocatedRule[]): Iterable<readonly LocatedRule[]> {
  const groups = new Map<string, LocatedRule[]>();
  for (const located of rules) {
    const group = groups.get(located.rule.id);
    if (group === undefined) groups.set(located.rule.id, [located]);
    else group.push(located);
  }
  return groups.values();
}

function ofOne(
  located: LocatedRule,
  before: readonly LocatedRule[],
  all: readonly LocatedRule[],
): RuleMistake | undefined {
  const { rule, file } = located;
  const elsewhere = before.find((one) => one.file !== file);
  if (elsewhere !== undefined) {
    return {
      ...at(located, 'id'),
      message: `The rule "${rule.id}" stands in another file too: ${placeOf(elsewhere)}.`,
      suggestion: 'keep all versions of a rule in one file, or give this one another id',
    };
  }
  const twin = before.find((one) => one.rule.version === rule.version);
  if (twin !== undefined) {
    return {
      ...at(located, 'version'),
      message: `Version ${rule.version} of "${rule.id}" is given twice; it stands already at ${placeOf(twin)}.`,
      suggestion: 'give each version its own number',
    };
  }
  const early = all.find((one) => one.rule.version < rule.version && beginOf(one) >= beginOf(located));
  if (early === undefined) return undefined;
  return {
    ...at(located, 'effectiveFrom'),
    message:
      `Version ${rule.version} must begin after version ${early.rule.version}, ` +
      `which begins ${formatInstant(beginOf(early))}.`,
  };
}

function beginOf({ rule }: LocatedRule): number {
  const parsed = parseInstant(rule.effectiveFrom);
  return parsed.ok ? parsed.value : Number.NaN;
}

function at(located: LocatedRule, path: string): Pick<RuleMistake, 'file' | 'line' | 'column' | 'path'> {
  return { file: located.file, ...located.locate([path]), path };
}

const placeOf = ({ file, line, column }: LocatedRule): string => `${file}:${line}:${column}`;
