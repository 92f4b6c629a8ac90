import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsOf } from '../unit';
import type { Aggregate, EvaluationError, Measured, MeasureKind } from './measure';

/** `{value: amount}`: the fact's own value. */
export const value: MeasureKind = {
  verb: 'value',
  ofOneFact: true,
  compile(subject, currency, place) {
    const { unit, read } = unitsOf(
      fieldOf(subject, below(place, 'measure', 'value')),
      currency,
      below(place, 'threshold'),
    );
    return { unit, contribution: read, aggregate: () => new Last() };
  },
};

/** The newest value that entered. */
class Last implements Aggregate {
  private newest: Measured = 0;
  count = 0;

  enter(contribution: number | EvaluationError): void {
    this.newest = contribution;
    this.count++;
  }

  leave(): void {
    this.count--;
  }

  measured(): Measured {
    return this.newest;
  }
}
