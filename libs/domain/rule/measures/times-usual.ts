import { fieldOf } from '../field';
import { below } from '../rule-error';
import { plainScale, plainUnit, unitsInput, unitsOf } from '../unit';
import { measureKind, type Measured, type TotalLooking } from './measure';

/** `{timesUsual: amount}`: the fact's own value as a multiple of the mean of those before it in the window. */
export const timesUsual = measureKind('timesUsual', ({ timesUsual: subject, history = 1 }, inputs) => {
  const { currency, references, place } = inputs;
  const field = fieldOf(subject, below(place, 'measure', 'timesUsual'));
  const { read } = unitsOf(field, currency, references, below(place, 'threshold'));
  return {
    unit: plainUnit,
    input: unitsInput(subject, currency),
    orderFree: true,
    contributes: 'numbers',
    contribution: read,
    own: read,
    looking: looking(history),
    shows: () => true,
    showsTrigger: true,
  };
});

/** @param history how many earlier facts it takes */
function looking(history: number): TotalLooking<number> {
  return {
    kind: 'total',
    value: null,
    measured: (total, own, entered): Measured => {
      const earlier = total.facts - (entered ? 1 : 0);
      if (earlier < history) return 'nothing-measured';
      const sum = total.sum(entered ? own : 0);
      if (sum === undefined) return 'out-of-range';
      // own ÷ (sum ÷ earlier)
      return sum <= 0
        ? 'nothing-measured'
        : { dividend: BigInt(own) * BigInt(earlier), divisor: sum, shift: plainScale };
    },
    shown: ({ facts }, _own, entered) => facts + (entered ? 0 : 1),
  };
}
