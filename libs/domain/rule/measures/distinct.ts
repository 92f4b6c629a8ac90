import { fieldOf } from '../field';
import { below } from '../rule-error';
import { countUnit, withoutCurrency } from '../unit';
import { measureKind, type Aggregate } from './measure';

/** `{distinct: counterpartyId}`: how many different values. */
export const distinct = measureKind('distinct', (spec, { currency, place }) => {
  const field = fieldOf(spec.distinct, below(place, 'measure', 'distinct'));
  withoutCurrency(currency, 'Values are counted', below(place, 'threshold'));
  return {
    unit: countUnit,
    input: `text ${spec.distinct}`,
    orderFree: true,
    contributes: 'objects',
    contribution: (fact) => field.text(fact) ?? null,
    own: () => 1,
    looking: { kind: 'aggregate', begin: () => new Distinct() },
    shows: () => true,
    showsTrigger: false,
  };
});

class Distinct implements Aggregate<string, unknown> {
  private readonly times = new Map<string, number>();
  private facts = 0;

  enter(value: string): void {
    this.facts++;
    this.times.set(value, (this.times.get(value) ?? 0) + 1);
  }

  leave(value: string): void {
    this.facts--;
    const left = (this.times.get(value) ?? 0) - 1;
    if (left === 0) this.times.delete(value);
    else this.times.set(value, left);
  }

  measured(): number {
    return this.times.size;
  }

  shown(): number {
    return this.facts;
  }
}
