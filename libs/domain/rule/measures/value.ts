import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsInput, unitsOf } from '../unit';
import { measureKind, type Aggregate } from './measure';

/** `{value: amount}`: the fact's own value. */
export const value = measureKind(
  'value',
  (spec, { currency, references, place }) => {
    const field = fieldOf(spec.value, below(place, 'measure', 'value'));
    const { unit, read } = unitsOf(field, currency, references, below(place, 'threshold'));
    return {
      unit,
      input: unitsInput(spec.value, currency),
      orderFree: true,
      contribution: read,
      own: read,
      aggregate: () => new Own(),
      shows: () => true,
      showsTrigger: true,
    };
  },
  { ofOneFact: true },
);

/** Knows no other fact than the triggering one. */
class Own implements Aggregate<number, number> {
  enter(): void {
    // Only the triggering fact is looked at.
  }

  leave(): void {
    // Nothing was kept.
  }

  measured(own: number): number {
    return own;
  }

  shown(): number {
    return 1;
  }
}
