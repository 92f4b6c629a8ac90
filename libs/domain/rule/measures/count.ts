import { countUnit } from '../unit';
import { below, mistake } from '../rule-error';
import type { Aggregate, MeasureKind } from './measure';

/** `{count: facts}`: how many facts. */
export const count: MeasureKind = {
  verb: 'count',
  ofOneFact: false,
  compile(_subject, currency, place) {
    if (currency !== undefined) {
      throw mistake(
        below(place, 'threshold'),
        'currency-not-allowed',
        'Facts are counted: leave threshold.currency out.',
      );
    }
    return { unit: countUnit, contribution: () => 1, aggregate: () => new Count() };
  },
};

class Count implements Aggregate {
  count = 0;

  enter(): void {
    this.count++;
  }

  leave(): void {
    this.count--;
  }

  measured(): number {
    return this.count;
  }
}
