import { parseDuration } from '../time/duration';
import { parseInstant } from '../time/instant';
import { isZone } from '../time/zone';
import type { Window } from '../window/window';
import { allOf } from './condition';
import { fieldOf, type Field } from './field';
import { measureKinds } from './measures/registry';
import type { MeasureKind } from './measures/measure';
import { below, mistake, type Place } from './rule-error';
import type { Raising, Rule, RuleSet } from './rule';
import type { ConditionSpec, MeasureSpec, RuleSpec, WindowSpec } from './rule-spec';
import { thresholdOf } from './threshold';

const defaultLateness = 3_600_000;
/** The field that groups must begin with: facts of one account always live in one partition. */
const groupableBy = 'accountId';

/**
 * Compiles rule documents; each version governs up to the next version's `effectiveFrom`.
 * @throws RuleError at the first mistake
 */
export function compileRules(documents: readonly RuleSpec[]): RuleSet {
  const rules = documents.map((document) => compileRule(document));
  const names = new Set<string>();
  for (const { id, version } of rules) {
    const name = `${id}@${version}`;
    if (names.has(name)) {
      throw mistake(
        { rule: id, path: ['version'] },
        'duplicate-version',
        `Version ${version} of "${id}" is given twice.`,
      );
    }
    names.add(name);
  }
  return {
    rules: rules.map((rule) => ({ ...rule, effectiveUntil: nextEffectiveFrom(rule, rules) })),
    lateness: rules.length === 0 ? defaultLateness : Math.max(...rules.map((rule) => rule.lateness)),
  };
}

function nextEffectiveFrom(rule: Rule, rules: readonly Rule[]): number {
  const later = rules.filter((other) => other.id === rule.id && other.version > rule.version);
  return Math.min(Infinity, ...later.map((other) => other.effectiveFrom));
}

/** Compiles one document by itself; its version governs without end. @throws RuleError */
export function compileRule(document: RuleSpec): Rule {
  const place: Place = { rule: document.id, path: [] };
  const { id, version, title, review, measure } = document;
  const kind = measure === undefined ? null : kindOf(measure, place);
  const by = groupOf(measure?.by ?? [], below(place, 'measure', 'by'));
  const raising = raisingOf(document, place);
  if (raising.on !== 'every' && by.length === 0) {
    throw mistake(
      below(place, 'raise', 'on'),
      'group-missing',
      `${raising.on} looks at earlier facts: give measure.by.`,
    );
  }
  if ((document.threshold === undefined) !== (measure === undefined)) {
    throw measure === undefined
      ? mistake(
          below(place, 'threshold'),
          'threshold-without-measure',
          'A threshold needs a measure, e.g. {value: amount}.',
        )
      : mistake(place, 'threshold-missing', 'A measure needs a threshold, e.g. {above: "10000.00", currency: CNY}.');
  }
  const compiled = kind === null ? null : kind.kind.compile(kind.subject, document.threshold?.currency, place);
  checkedDuration(review.due, below(place, 'review', 'due'));
  return {
    id,
    version,
    title,
    review,
    severity: document.raise.severity,
    effectiveFrom: checkedInstant(document.effectiveFrom, below(place, 'effectiveFrom')),
    effectiveUntil: Infinity,
    lateness: checkedDuration(document.lateness, below(place, 'lateness')),
    by,
    appliesTo: appliesTo(document, place),
    mayTrigger: allOf(document.trigger, below(place, 'trigger')),
    mayMeasure: allOf(whereOf(measure), below(place, 'measure', 'where')),
    measure: compiled,
    window:
      measure !== undefined && 'window' in measure ? windowOf(measure.window, below(place, 'measure', 'window')) : null,
    threshold:
      compiled === null || document.threshold === undefined
        ? null
        : thresholdOf(document.threshold, compiled.unit, place),
    raising,
    ofSingleFacts: (kind === null || kind.kind.ofOneFact) && raising.on === 'every',
    document,
  };
}

function appliesTo({ on, when }: RuleSpec, place: Place): Rule['appliesTo'] {
  const holds = allOf(when, below(place, 'when'));
  return on === 'any' ? holds : (fact) => fact.kind === on && holds(fact);
}

function kindOf(measure: MeasureSpec, place: Place): { kind: MeasureKind; subject: string } {
  for (const [verb, subject] of Object.entries(measure) as [string, unknown][]) {
    const kind = measureKinds.get(verb);
    if (kind !== undefined && typeof subject === 'string') return { kind, subject };
  }
  throw mistake(
    below(place, 'measure'),
    'unknown-field',
    `A measure is one of ${[...measureKinds.keys()].join(', ')}.`,
  );
}

const whereOf = (measure: MeasureSpec | undefined): readonly ConditionSpec[] =>
  measure !== undefined && 'where' in measure ? (measure.where ?? []) : [];

function groupOf(names: readonly string[], place: Place): readonly Field[] {
  const fields = names.map((name, index) => fieldOf(name, below(place, index)));
  const [first] = names;
  if (first !== undefined && first !== groupableBy) {
    throw mistake(
      below(place, 0),
      'grouping-not-available',
      `Groups must begin with ${groupableBy} for now, not with "${first}"; further fields may follow it.`,
    );
  }
  return fields;
}

function raisingOf({ raise, measure }: RuleSpec, place: Place): Raising {
  if (measure === undefined && raise.on !== 'every') {
    throw mistake(below(place, 'raise', 'on'), 'raise-not-available', 'A rule without a measure raises on every fact.');
  }
  if (raise.on === 'every' || raise.on === 'crossing') return { on: raise.on };
  return { on: 'cooldown', length: checkedDuration(raise.on.cooldown, below(place, 'raise', 'on', 'cooldown')) };
}

function windowOf(spec: WindowSpec, place: Place): Window {
  if ('sliding' in spec) return { kind: 'sliding', length: checkedDuration(spec.sliding, below(place, 'sliding')) };
  if (!isZone(spec.timezone)) {
    throw mistake(
      below(place, 'timezone'),
      'unknown-zone',
      `"${spec.timezone}" is no IANA zone; write e.g. Asia/Shanghai.`,
    );
  }
  return { kind: 'calendar', span: spec.calendar, zone: spec.timezone };
}

function checkedDuration(text: string, place: Place): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw mistake(place, 'invalid-duration', error instanceof RangeError ? error.message : String(error));
  }
}

function checkedInstant(text: string, place: Place): number {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw mistake(place, 'invalid-time', parsed.message);
  return parsed.value;
}
