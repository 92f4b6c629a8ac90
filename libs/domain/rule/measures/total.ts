import { ExactSum } from '../../money/exact-sum';
import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsInput, unitsOf } from '../unit';
import type { Aggregate, Measure, Measured, MeasureInputs } from './measure';

/** Sum and number of what entered. */
export class Total implements Aggregate<number, unknown> {
  private readonly sum = new ExactSum();
  private facts = 0;

  /** @param value the measured value of a sum (undefined: it leaves the exact integers) over so many facts */
  constructor(private readonly value: (sum: number, facts: number) => Measured) {}

  enter(units: number): void {
    this.facts++;
    this.sum.add(units);
  }

  leave(units: number): void {
    this.facts--;
    this.sum.subtract(units);
  }

  measured(): Measured {
    const sum = this.sum.value();
    return sum === undefined ? 'out-of-range' : this.value(sum, this.facts);
  }

  shown(): number {
    return this.facts;
  }
}

/** A measure that follows from the sum and the number of a field's values. @throws RuleError */
export function totalOf(
  verb: string,
  subject: string,
  { currency, references, place }: MeasureInputs,
  value: (sum: number, facts: number) => Measured,
): Measure<number, unknown> {
  const field = fieldOf(subject, below(place, 'measure', verb));
  const { unit, read } = unitsOf(field, currency, references, below(place, 'threshold'));
  return {
    unit,
    input: unitsInput(subject, currency),
    orderFree: true,
    contribution: read,
    own: () => 1,
    aggregate: () => new Total(value),
    shows: () => true,
    showsTrigger: false,
  };
}
