import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsOf } from '../unit';
import type { Aggregate, EvaluationError, Measured, MeasureKind } from './measure';

/** `{sum: amount}`: the total. */
export const sum: MeasureKind = {
  verb: 'sum',
  ofOneFact: false,
  compile(subject, currency, place) {
    const { unit, read } = unitsOf(
      fieldOf(subject, below(place, 'measure', 'sum')),
      currency,
      below(place, 'threshold'),
    );
    return { unit, contribution: read, aggregate: () => new Sum() };
  },
};

const half = 2 ** 26;

/**
 * A total of safe integers that is exact even while it lies beyond them: kept as high * 2^26 + low, each far inside the
 * exact integers for more facts than memory holds. Facts that cannot be read are counted per error.
 */
class Sum implements Aggregate {
  count = 0;
  private high = 0;
  private low = 0;
  private readonly errors = new Map<EvaluationError, number>();

  enter(contribution: number | EvaluationError): void {
    this.count++;
    this.add(contribution, 1);
  }

  leave(contribution: number | EvaluationError): void {
    this.count--;
    this.add(contribution, -1);
  }

  measured(): Measured {
    for (const [error, facts] of this.errors) if (facts > 0) return error;
    const total = this.high * half + this.low;
    return Number.isSafeInteger(total) ? total : 'out-of-range';
  }

  private add(contribution: number | EvaluationError, sign: 1 | -1): void {
    if (typeof contribution === 'number') {
      const high = Math.floor(contribution / half);
      this.high += sign * high;
      this.low += sign * (contribution - high * half);
    } else {
      this.errors.set(contribution, (this.errors.get(contribution) ?? 0) + sign);
    }
  }
}
