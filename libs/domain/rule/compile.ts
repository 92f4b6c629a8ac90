import { References } from '../reference/references';
import type { ReferenceSpec } from '../reference/reference-spec';
import type { Window } from '../window/window';
import { checkedDuration, checkedInstant, checkedZone } from './checked';
import { allOf, predicatesOf, type Predicate } from './condition';
import { fieldOf, type Field } from './field';
import type { AnyMeasure, MeasureKind } from './measures/measure';
import { measureKinds } from './measures/registry';
import { recommendationOf } from './recommendation';
import { below, mistake, type Place } from './rule-error';
import type { Raising, Rule, RuleSet } from './rule';
import type { ConditionSpec, MeasureSpec, RuleSpec, Severity, WindowSpec } from './rule-spec';
import { thresholdOf, type Threshold } from './threshold';
import { usedBy } from './uses';

const defaultLateness = 3_600_000;

/**
 * Compiles rule documents; each version governs up to the next version's `effectiveFrom`.
 * @param data lists, tables and rates that the rules look up; what is missing is empty
 * @throws RuleError at the first mistake
 */
export function compileRules(documents: readonly RuleSpec[], data: readonly ReferenceSpec[] = []): RuleSet {
  const references = new References(data);
  const rules = documents.map((document) => compileRule(document, references));
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
    references,
  };
}

function nextEffectiveFrom(rule: Rule, rules: readonly Rule[]): number {
  const later = rules.filter((other) => other.id === rule.id && other.version > rule.version);
  return Math.min(Infinity, ...later.map((other) => other.effectiveFrom));
}

/** Compiles one document by itself; its version governs without end. @throws RuleError */
export function compileRule(document: RuleSpec, references: References = new References([])): Rule {
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
  const compiled =
    kind === null || measure === undefined ? null : measureOf(kind, measure, document, references, place);
  const threshold =
    compiled === null || document.threshold === undefined
      ? null
      : thresholdOf(document.threshold, { unit: compiled.unit, references }, place);
  const window =
    measure !== undefined && 'window' in measure ? windowOf(measure.window, below(place, 'measure', 'window')) : null;
  checkedDuration(review.due, below(place, 'review', 'due'));
  return {
    id,
    version,
    title,
    review,
    severityOf: severities(document, threshold, place),
    effectiveFrom: checkedInstant(document.effectiveFrom, below(place, 'effectiveFrom')),
    effectiveUntil: Infinity,
    lateness: checkedDuration(document.lateness, below(place, 'lateness')),
    by,
    applies: appliesTo(document, references, place),
    trigger: predicatesOf(document.trigger, references, below(place, 'trigger')),
    where:
      kind?.readsWhere === true ? [] : predicatesOf(whereOf(measure), references, below(place, 'measure', 'where')),
    measure: compiled,
    window,
    threshold,
    raising,
    recommends: document.recommend === undefined ? null : recommendationOf(document.recommend, window, place),
    uses: usedBy(document),
    ofSingleFacts: (kind === null || kind.ofOneFact) && raising.on === 'every',
    document,
  };
}

function measureOf(
  kind: MeasureKind,
  measure: MeasureSpec,
  { threshold }: RuleSpec,
  references: References,
  place: Place,
): AnyMeasure {
  return kind.compile(measure, {
    currency: threshold?.currency,
    references,
    place,
    conditions: (specs, key) => allOf(specs, references, below(place, 'measure', key)),
  });
}

/** Severities by level: the tiers' own, else the rule's. */
function severities({ raise }: RuleSpec, threshold: Threshold | null, place: Place): (level: number) => Severity {
  const at = below(place, 'raise', 'severity');
  const tiered = threshold !== null && threshold.severityOf(1) !== null;
  const { severity } = raise;
  if (tiered) {
    if (severity === undefined) return (level) => threshold.severityOf(level) ?? 'low';
    throw mistake(at, 'severity-twice', 'The tiers give the severity: leave raise.severity out.');
  }
  if (severity === undefined)
    throw mistake(at, 'severity-missing', 'Give raise.severity: low, medium, high or critical.');
  return () => severity;
}

function appliesTo({ on, when }: RuleSpec, references: References, place: Place): readonly Predicate[] {
  const holds = predicatesOf(when, references, below(place, 'when'));
  return on === 'any' ? holds : [{ key: `on ${on}`, holds: (fact) => fact.kind === on }, ...holds];
}

function kindOf(measure: MeasureSpec, place: Place): MeasureKind {
  for (const verb of Object.keys(measure)) {
    const kind = measureKinds.get(verb);
    if (kind !== undefined) return kind;
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
  return names.map((name, index) => fieldOf(name, below(place, index)));
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
  checkedZone(spec.timezone, below(place, 'timezone'));
  return { kind: 'calendar', span: spec.calendar, zone: spec.timezone };
}
