import { ExactSum } from '../../money/exact-sum';
import { fieldOf } from '../field';
import { below } from '../rule-error';
import { plainScale, plainUnit, unitsInput, unitsOf } from '../unit';
import { measureKind, type Aggregate, type Measured } from './measure';

/** `{timesUsual: amount}`: the fact's own value as a multiple of the mean of those before it in the window. */
export const timesUsual = measureKind('timesUsual', ({ timesUsual: subject, history = 1 }, inputs) => {
  const { currency, references, place } = inputs;
  const field = fieldOf(subject, below(place, 'measure', 'timesUsual'));
  const { read } = unitsOf(field, currency, references, below(place, 'threshold'));
  return {
    unit: plainUnit,
    input: unitsInput(subject, currency),
    orderFree: true,
    contribution: read,
    own: read,
    aggregate: () => new Usual(history),
    shows: () => true,
    showsTrigger: true,
  };
});

class Usual implements Aggregate<number, number> {
  private readonly sum = new ExactSum();
  private facts = 0;

  /** @param history how many earlier facts it takes */
  constructor(private readonly history: number) {}

  enter(units: number): void {
    this.facts++;
    this.sum.add(units);
  }

  leave(units: number): void {
    this.facts--;
    this.sum.subtract(units);
  }

  measured(own: number, entered: boolean): Measured {
    const earlier = this.facts - (entered ? 1 : 0);
    if (earlier < this.history) return 'nothing-measured';
    const total = entered ? this.without(own) : this.sum.value();
    if (total === undefined) return 'out-of-range';
    // own ÷ (total ÷ earlier)
    return total <= 0
      ? 'nothing-measured'
      : { dividend: BigInt(own) * BigInt(earlier), divisor: total, shift: plainScale };
  }

  shown(_own: number, entered: boolean): number {
    return this.facts + (entered ? 0 : 1);
  }

  private without(own: number): number | undefined {
    this.sum.subtract(own);
    const total = this.sum.value();
    this.sum.add(own);
    return total;
  }
}
