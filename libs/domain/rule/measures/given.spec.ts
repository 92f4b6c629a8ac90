import type { Fact } from '../../fact/fact';
import { References } from '../../reference/references';
import type { ReferenceSpec } from '../../reference/reference-spec';
import { wholeUnits } from '../../money/fraction';
import { allOf } from '../condition';
import { below } from '../rule-error';
import type { MeasureSpec } from '../rule-spec';
import type { Aggregate, AnyMeasure, MeasureKind } from './measure';
import { WindowTotal } from './window-total';

/** Builders for the tests of measures. */

const place = { rule: 'r', path: [] };
const window = { sliding: 'PT1H' };

export const grouped = { by: ['accountId'], window };

/** A measure compiled from its form. */
export function compiled(
  kind: MeasureKind,
  spec: MeasureSpec,
  currency?: string,
  data: readonly ReferenceSpec[] = [],
): AnyMeasure {
  const references = new References(data);
  return kind.compile(spec, {
    currency,
    references,
    place,
    conditions: (specs, key) => allOf(specs, references, below(place, 'measure', key)),
  });
}

export const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id: 'a',
  kind: 'transaction',
  occurredAt: 0,
  attributes: {},
  ...given,
});

/** A fact in yuan, minor units. */
export const yuan = (amount: number, given: Partial<Fact> = {}): Fact => fact({ amount, currency: 'CNY', ...given });

/** A window that facts entered in their order. */
export function entered(measure: AnyMeasure, ...facts: readonly Fact[]): Aggregate<unknown, unknown> {
  const aggregate = emptyWindow(measure);
  for (const one of facts) aggregate.enter(measure.contribution(one));
  return aggregate;
}

/** An empty window, whatever the measure looks at. */
export function emptyWindow({ looking }: AnyMeasure): Aggregate<unknown, unknown> {
  if (looking.kind === 'aggregate') return looking.begin();
  const total = new WindowTotal();
  return {
    enter: (units) => {
      total.enter(Number(units));
    },
    leave: (units) => {
      total.leave(Number(units));
    },
    measured: (own, isEntered) => looking.measured(total, own, isEntered),
    shown: (own, isEntered) => looking.shown(total, own, isEntered),
  };
}

/** What is measured at the newest fact, with units as evidence writes them. */
export function measuredAt(measure: AnyMeasure, ...facts: readonly Fact[]): string {
  const newest = facts.at(-1);
  if (newest === undefined) throw new Error('A window is measured at a fact.');
  return shown(measure, entered(measure, ...facts), newest, true);
}

/** What is measured at a fact that did or did not enter. */
export function shown(
  measure: AnyMeasure,
  aggregate: Aggregate<unknown, unknown>,
  trigger: Fact,
  isEntered: boolean,
): string {
  const measured = aggregate.measured(measure.own(trigger), isEntered);
  return typeof measured === 'string' ? measured : measure.unit.format(wholeUnits(measured));
}
