import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsInput, unitsOf } from '../unit';
import type { Measure, Measured, MeasureInputs } from './measure';

/**
 * A measure that follows from the sum and the number of a field's values.
 * @param is `sum` where it is the sum itself
 * @throws RuleError
 */
export function totalOf(
  verb: string,
  subject: string,
  { currency, references, place }: MeasureInputs,
  is: 'sum' | null,
  value: (sum: number, facts: number) => Measured,
): Measure<number, unknown> {
  const field = fieldOf(subject, below(place, 'measure', verb));
  const { unit, read } = unitsOf(field, currency, references, below(place, 'threshold'));
  return {
    unit,
    input: unitsInput(subject, currency),
    orderFree: true,
    contributes: 'numbers',
    contribution: read,
    own: () => 1,
    looking: {
      kind: 'total',
      value: is,
      measured: (total) => {
        const sum = total.sum();
        return sum === undefined ? 'out-of-range' : value(sum, total.facts);
      },
      shown: ({ facts }) => facts,
    },
    shows: () => true,
    showsTrigger: false,
  };
}
