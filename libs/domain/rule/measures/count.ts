import { below } from '../rule-error';
import { countUnit, withoutCurrency } from '../unit';
import { measureKind, type Aggregate } from './measure';

/** `{count: facts}`: how many facts. */
export const count = measureKind('count', (_spec, { currency, place }) => {
  withoutCurrency(currency, 'Facts are counted', below(place, 'threshold'));
  return {
    unit: countUnit,
    input: 'facts',
    orderFree: true,
    contribution: () => 1,
    own: () => 1,
    aggregate: () => new Count(),
    shows: () => true,
    showsTrigger: false,
  };
});

class Count implements Aggregate<number, unknown> {
  private facts = 0;

  enter(): void {
    this.facts++;
  }

  leave(): void {
    this.facts--;
  }

  measured(): number {
    return this.facts;
  }

  shown(): number {
    return this.facts;
  }
}
