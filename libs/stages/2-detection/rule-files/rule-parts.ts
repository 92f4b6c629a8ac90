import { comparisons } from '@weir/domain';
import type { Step } from './mistake';

/** A part of a rule as it is written, right or wrong, and the way to it. */
export interface RulePart {
  readonly path: readonly Step[];
  readonly value: Readonly<Record<string, unknown>>;
}

/** More levels than any condition needs; the file as a whole is bounded too. */
const deepest = 30;

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Every condition on a field, wherever in the rule it stands. */
export function* conditionsIn(rule: Readonly<Record<string, unknown>>): Generator<RulePart> {
  yield* ofList(rule.when, ['when']);
  yield* ofList(rule.trigger, ['trigger']);
  if (!isMapping(rule.measure)) return;
  yield* ofList(rule.measure.where, ['measure', 'where']);
  yield* ofList(rule.measure.until, ['measure', 'until']);
}

function* ofList(value: unknown, path: readonly Step[]): Generator<RulePart> {
  for (const [index, one] of listOf(value).entries()) yield* ofOne(one, [...path, index]);
}

function* ofOne(value: unknown, path: readonly Step[]): Generator<RulePart> {
  if (!isMapping(value) || path.length > deepest) return;
  yield* ofList(value.all, [...path, 'all']);
  yield* ofList(value.any, [...path, 'any']);
  yield* ofOne(value.not, [...path, 'not']);
  if (typeof value.field === 'string') yield { path, value };
}

/** Every limit of the threshold and its tiers that is no plain number: `{field: …}` or `{table: …, key: …}`. */
export function* limitsIn(rule: Readonly<Record<string, unknown>>): Generator<RulePart> {
  if (!isMapping(rule.threshold)) return;
  yield* ofComparison(rule.threshold, ['threshold']);
  for (const [index, tier] of listOf(rule.threshold.tiers).entries()) {
    if (isMapping(tier)) yield* ofComparison(tier, ['threshold', 'tiers', index]);
  }
}

function* ofComparison(value: Readonly<Record<string, unknown>>, path: readonly Step[]): Generator<RulePart> {
  for (const comparison of comparisons) {
    const limit = value[comparison];
    if (isMapping(limit)) yield { path: [...path, comparison], value: limit };
    for (const [index, end] of listOf(limit).entries()) {
      if (isMapping(end)) yield { path: [...path, comparison, index], value: end };
    }
  }
}
