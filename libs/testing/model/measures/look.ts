import type { Fact } from '@weir/domain';
import { fieldOf, textOf } from '../field';
import type { Fraction } from '../fraction';
import { NoValue } from '../no-value';
import { readUnits, unitOf, whole, type Unit } from '../reading';
import type { References } from '../references';

/** What a measure looks at. */
export interface Look {
  /** The fact that triggers. */
  readonly fact: Fact;
  /** The facts of its group and window that the rule looks at, in their order, whatever `where` says. */
  readonly inWindow: readonly Fact[];
  /** Those of them for which `where` holds: the window facts. */
  readonly windowFacts: readonly Fact[];
  /** The currency of the threshold. */
  readonly currency: string | undefined;
  readonly references: References;
}

/** A measured value. */
export interface Measured {
  readonly value: Fraction;
  readonly unit: Unit;
  /** The facts that evidence shows. */
  readonly facts: readonly Fact[];
}

/** As many as there are facts, which evidence shows. */
export function countOf(facts: readonly Fact[]): Measured {
  return { value: { over: BigInt(facts.length), under: 1n }, unit: whole, facts };
}

/** The unit of a field and its value in each of the facts, which all have it. Throws `NoValue`. */
export function unitsOf(look: Look, field: string, facts: readonly Fact[]): { unit: Unit; units: bigint[] } {
  const unit = unitOf(field, look.currency);
  return { unit, units: readUnits(facts, field, unit, look.references) };
}

/** The facts that have the same value of the field as the triggering one. Throws `NoValue` where that has none. */
export function alike(fact: Fact, field: string, facts: readonly Fact[]): readonly Fact[] {
  if (fieldOf(fact, field) === undefined) throw new NoValue('nothing-measured');
  return facts.filter((other) => textOf(other, field) === textOf(fact, field));
}
